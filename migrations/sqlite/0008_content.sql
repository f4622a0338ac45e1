-- What tenants publish on their sites, revision by revision, and what is counted about the places they work in.

CREATE TABLE document_revisions (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    -- The town the document lies in; empty when it lies in none, so that uniqueness holds.
    town       TEXT NOT NULL DEFAULT '',
    slug       TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('draft', 'published', 'superseded')),
    -- What lists narrow and sort by; the rest is in the content.
    category   TEXT,
    dated      TEXT,
    position   INTEGER NOT NULL DEFAULT 0,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX document_revisions_published_key ON document_revisions (tenant_id, kind, town, slug) WHERE status = 'published';
CREATE UNIQUE INDEX document_revisions_draft_key ON document_revisions (tenant_id, kind, town, slug) WHERE status = 'draft';
CREATE INDEX document_revisions_newest_idx ON document_revisions (tenant_id, kind, dated, slug) WHERE status = 'published';

CREATE TABLE place_facts (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    town         TEXT NOT NULL,
    -- Empty for the whole town.
    neighborhood TEXT NOT NULL DEFAULT '',
    module       TEXT NOT NULL,
    content      TEXT NOT NULL,
    source_name  TEXT NOT NULL,
    source_url   TEXT,
    as_of        TEXT NOT NULL,
    fetched_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, town, neighborhood, module)
) STRICT;
