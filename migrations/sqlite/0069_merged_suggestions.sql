-- Which pairs of a merge's contacts were suggested, or said to be two people: undoing it says so again. Names contacts
-- without foreign keys: they may go.
CREATE TABLE merged_suggestions (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         TEXT NOT NULL,
    contact_id       TEXT NOT NULL,
    other_contact_id TEXT NOT NULL,
    reason           TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    dismissed_at     TEXT,
    PRIMARY KEY (tenant_id, merge_id, contact_id, other_contact_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
) STRICT;
