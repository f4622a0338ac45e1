-- Whose browser it is, and what it did before anybody knew.

CREATE TABLE visitors (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- What the first-party cookie says.
    visitor_id TEXT NOT NULL,
    -- Whoever introduced themselves with it last. When they are forgotten, it is a stranger's again.
    contact_id TEXT,
    seen_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, visitor_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX visitors_contact_idx ON visitors (tenant_id, contact_id);
CREATE INDEX visitors_strangers_idx ON visitors (seen_at) WHERE contact_id IS NULL;

-- What waits for its visitor to introduce themselves; then it is on their timeline, and here no more.
CREATE TABLE visitor_events (
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    visitor_id    TEXT NOT NULL,
    event_key     TEXT NOT NULL,
    activity_type TEXT NOT NULL,
    occurred_at   TEXT NOT NULL,
    summary       TEXT NOT NULL,
    metadata      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, visitor_id, event_key),
    FOREIGN KEY (tenant_id, visitor_id) REFERENCES visitors (tenant_id, visitor_id) ON DELETE CASCADE
) STRICT;

-- The browsers that a merge gave to the kept contact, and whose they were.
CREATE TABLE merged_visitors (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        TEXT NOT NULL,
    visitor_id      TEXT NOT NULL,
    from_contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, visitor_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
) STRICT;
