-- One person kept twice becomes one contact, and two again when that was wrong.

-- The name in lower case, made in Rust; what is there already has it at the head of its search text. It has no index:
-- every enquiry would pay for a look that members take now and then.
ALTER TABLE contacts ADD COLUMN name_key text;
-- Every tenant's, below the walls of 0007.
SET LOCAL app.tenant_id = '*';
UPDATE contacts
   SET name_key = substr(search_text, 1, length(full_name))
 WHERE full_name LIKE '% %';

-- A pair that somebody looked at is not suggested again.
ALTER TABLE duplicate_suggestions ADD COLUMN dismissed_at timestamptz;
CREATE INDEX duplicate_suggestions_open_idx ON duplicate_suggestions (tenant_id, created_at, contact_id, other_contact_id)
    WHERE dismissed_at IS NULL;

CREATE TABLE contact_merges (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    kept_id      uuid NOT NULL,
    -- The version the merge left the kept contact at: a later one was edited since.
    kept_version bigint NOT NULL,
    merged_by    uuid NOT NULL,
    merged_at    timestamptz NOT NULL,
    undone_by    uuid,
    undone_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    -- Whoever erases the person erases who they were.
    FOREIGN KEY (tenant_id, kept_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, merged_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, undone_by) REFERENCES members (tenant_id, person_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE INDEX contact_merges_kept_idx ON contact_merges (tenant_id, kept_id, merged_at);

-- The contacts of a merge as they were before it, the kept one among them.
CREATE TABLE merged_contacts (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         uuid NOT NULL,
    id               uuid NOT NULL,
    full_name        text,
    email            text,
    phone            text,
    phone_normalized text,
    source           text NOT NULL,
    tags             text NOT NULL,
    search_text      text NOT NULL,
    name_key         text,
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
);

-- What a merge gave to the kept contact, and whose it was. Names rows without foreign keys: they may go.
CREATE TABLE merged_rows (
    tenant_id       text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('lead', 'activity', 'reminder')),
    row_id          uuid NOT NULL,
    from_contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, kind, row_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE contact_merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_merges FORCE ROW LEVEL SECURITY;
CREATE POLICY contact_merges_of_tenant ON contact_merges
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE merged_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE merged_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY merged_contacts_of_tenant ON merged_contacts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE merged_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE merged_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY merged_rows_of_tenant ON merged_rows
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
