-- Calendars of members: an address that shows one's reminders to whoever has it.

CREATE TABLE calendar_links (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id  TEXT NOT NULL,
    -- The secret in the address is made from this and a key that is not in the database, and found by its hash.
    salt       TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX calendar_links_hash_key ON calendar_links (tenant_id, token_hash);
