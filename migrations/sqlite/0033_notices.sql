-- What members are told that happened to leads of theirs, until they have read it.

CREATE TABLE notices (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    lead_id    TEXT NOT NULL,
    -- Who did it; NULL when a rule did.
    actor_id   TEXT,
    created_at TEXT NOT NULL,
    read_at    TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX notices_newest_idx ON notices (tenant_id, person_id, created_at, id);
CREATE INDEX notices_unread_idx ON notices (tenant_id, person_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notices_lead_idx ON notices (tenant_id, lead_id);
