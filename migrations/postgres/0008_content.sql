-- What tenants publish on their sites, revision by revision, and what is counted about the places they work in.

CREATE TABLE document_revisions (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         uuid NOT NULL,
    kind       text NOT NULL,
    -- The town the document lies in; empty when it lies in none, so that uniqueness holds.
    town       text NOT NULL DEFAULT '',
    slug       text NOT NULL,
    status     text NOT NULL CHECK (status IN ('draft', 'published', 'superseded')),
    -- What lists narrow and sort by; the rest is in the content.
    category   text,
    dated      text,
    position   bigint NOT NULL DEFAULT 0,
    content    text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX document_revisions_published_key ON document_revisions (tenant_id, kind, town, slug) WHERE status = 'published';
CREATE UNIQUE INDEX document_revisions_draft_key ON document_revisions (tenant_id, kind, town, slug) WHERE status = 'draft';
CREATE INDEX document_revisions_newest_idx ON document_revisions (tenant_id, kind, dated, slug) WHERE status = 'published';

CREATE TABLE place_facts (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    town         text NOT NULL,
    -- Empty for the whole town.
    neighborhood text NOT NULL DEFAULT '',
    module       text NOT NULL,
    content      text NOT NULL,
    source_name  text NOT NULL,
    source_url   text,
    as_of        text NOT NULL,
    fetched_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, town, neighborhood, module)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE document_revisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_revisions FORCE ROW LEVEL SECURITY;
CREATE POLICY document_revisions_of_tenant ON document_revisions
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE place_facts ENABLE ROW LEVEL SECURITY;
ALTER TABLE place_facts FORCE ROW LEVEL SECURITY;
CREATE POLICY place_facts_of_tenant ON place_facts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
