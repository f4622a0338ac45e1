-- Webhooks: which addresses of a tenant are told of what, and what is on its way to them.

CREATE TABLE webhook_endpoints (
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    url           TEXT NOT NULL,
    name          TEXT NOT NULL,
    events        TEXT NOT NULL,
    -- The secret is made from this and a key that is not in the database; the one before signs for a while too.
    salt          TEXT NOT NULL,
    former_salt   TEXT,
    former_until  TEXT,
    made_by       TEXT NOT NULL,
    -- How far in the tenant's feed it was told.
    last_seq      INTEGER NOT NULL,
    failing_since TEXT,
    off_at        TEXT,
    off_reason    TEXT CHECK (off_reason IN ('owner', 'failing', 'gone')),
    -- Whoever tells it something has it until then.
    lease_token   TEXT,
    leased_until  TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;

-- Names the contact and the lead without foreign keys, as the feed does. Whoever forgets a person forgets these rows.
CREATE TABLE webhook_deliveries (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id              TEXT NOT NULL,
    endpoint_id     TEXT NOT NULL,
    -- The change that is told; a test tells none.
    seq             INTEGER,
    event           TEXT NOT NULL,
    payload         TEXT NOT NULL,
    contact_id      TEXT,
    lead_id         TEXT,
    created_at      TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('waiting', 'delivered', 'given_up')),
    attempts        INTEGER NOT NULL,
    next_attempt_at TEXT,
    last_attempt_at TEXT,
    last_status     INTEGER,
    last_took_ms    INTEGER,
    last_error      TEXT,
    last_body       TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE
) STRICT;
-- An event is told to an endpoint once, whoever works it out.
CREATE UNIQUE INDEX webhook_deliveries_change_key ON webhook_deliveries (tenant_id, endpoint_id, seq);
CREATE INDEX webhook_deliveries_newest_idx ON webhook_deliveries (tenant_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (tenant_id, endpoint_id, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_contact_idx ON webhook_deliveries (tenant_id, contact_id);
