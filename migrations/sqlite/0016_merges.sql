-- One person kept twice becomes one contact, and two again when that was wrong.

-- The name in lower case, made in Rust; what is there already has it at the head of its search text. It has no index:
-- every enquiry would pay for a look that members take now and then.
ALTER TABLE contacts ADD COLUMN name_key TEXT;
UPDATE contacts
   SET name_key = substr(search_text, 1, length(full_name))
 WHERE full_name LIKE '% %';

-- A pair that somebody looked at is not suggested again.
ALTER TABLE duplicate_suggestions ADD COLUMN dismissed_at TEXT;
CREATE INDEX duplicate_suggestions_open_idx ON duplicate_suggestions (tenant_id, created_at, contact_id, other_contact_id)
    WHERE dismissed_at IS NULL;

CREATE TABLE contact_merges (
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
    -- Whoever erases the person erases who they were.
    FOREIGN KEY (tenant_id, kept_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, merged_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, undone_by) REFERENCES members (tenant_id, person_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) STRICT;
CREATE INDEX contact_merges_kept_idx ON contact_merges (tenant_id, kept_id, merged_at);

-- The contacts of a merge as they were before it, the kept one among them.
CREATE TABLE merged_contacts (
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
    PRIMARY KEY (tenant_id, merge_id, id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- What a merge gave to the kept contact, and whose it was. Names rows without foreign keys: they may go.
CREATE TABLE merged_rows (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('lead', 'activity', 'reminder')),
    row_id          TEXT NOT NULL,
    from_contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, kind, row_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
) STRICT;
