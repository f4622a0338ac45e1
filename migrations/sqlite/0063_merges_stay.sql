-- A merge stays when its contact goes for a while: into another one by a later merge, or deleted and to be put back. What
-- takes a contact away for good takes its merges, too.

-- A table loses a key by being made anew, and dropping it takes along whatever has a key to it: so those are made anew, too.
CREATE TABLE merges_of_contacts (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    kept_id      TEXT NOT NULL,
    -- The version the merge left the kept contact at: a later one was edited since.
    kept_version INTEGER NOT NULL,
    merged_by    TEXT NOT NULL,
    merged_at    TEXT NOT NULL,
    undone_by    TEXT,
    undone_at    TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, merged_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, undone_by) REFERENCES members (tenant_id, person_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) STRICT;
INSERT INTO merges_of_contacts (tenant_id, id, kept_id, kept_version, merged_by, merged_at, undone_by, undone_at)
SELECT tenant_id, id, kept_id, kept_version, merged_by, merged_at, undone_by, undone_at
  FROM contact_merges;

CREATE TABLE contacts_of_merges (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         TEXT NOT NULL,
    id               TEXT NOT NULL,
    full_name        TEXT,
    email            TEXT,
    phone            TEXT,
    phone_normalized TEXT,
    source           TEXT NOT NULL,
    tags             TEXT NOT NULL,
    search_text      TEXT NOT NULL,
    name_key         TEXT,
    version          INTEGER NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    former_words     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, merge_id, id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES merges_of_contacts (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO contacts_of_merges
       (tenant_id, merge_id, id, full_name, email, phone, phone_normalized, source, tags, search_text, name_key,
        version, created_at, updated_at, former_words)
SELECT tenant_id, merge_id, id, full_name, email, phone, phone_normalized, source, tags, search_text, name_key,
       version, created_at, updated_at, former_words
  FROM merged_contacts;

CREATE TABLE rows_of_merges (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('lead', 'activity', 'reminder')),
    row_id          TEXT NOT NULL,
    from_contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, kind, row_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES merges_of_contacts (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO rows_of_merges (tenant_id, merge_id, kind, row_id, from_contact_id)
SELECT tenant_id, merge_id, kind, row_id, from_contact_id
  FROM merged_rows;

CREATE TABLE visitors_of_merges (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        TEXT NOT NULL,
    visitor_id      TEXT NOT NULL,
    from_contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, visitor_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES merges_of_contacts (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO visitors_of_merges (tenant_id, merge_id, visitor_id, from_contact_id)
SELECT tenant_id, merge_id, visitor_id, from_contact_id
  FROM merged_visitors;

DROP TABLE merged_visitors;
DROP TABLE merged_rows;
DROP TABLE merged_contacts;
DROP TABLE contact_merges;
ALTER TABLE merges_of_contacts RENAME TO contact_merges;
ALTER TABLE contacts_of_merges RENAME TO merged_contacts;
ALTER TABLE rows_of_merges RENAME TO merged_rows;
ALTER TABLE visitors_of_merges RENAME TO merged_visitors;
CREATE INDEX contact_merges_kept_idx ON contact_merges (tenant_id, kept_id, merged_at);
CREATE INDEX merged_rows_row_idx ON merged_rows (tenant_id, kind, row_id);
