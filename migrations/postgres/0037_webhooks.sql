-- Webhooks: which addresses of a tenant are told of what, and what is on its way to them.

CREATE TABLE webhook_endpoints (
    tenant_id     text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            uuid NOT NULL,
    url           text NOT NULL,
    name          text NOT NULL,
    events        text NOT NULL,
    -- The secret is made from this and a key that is not in the database; the one before signs for a while too.
    salt          text NOT NULL,
    former_salt   text,
    former_until  timestamptz,
    made_by       uuid NOT NULL,
    -- How far in the tenant's feed it was told.
    last_seq      bigint NOT NULL,
    failing_since timestamptz,
    off_at        timestamptz,
    off_reason    text CHECK (off_reason IN ('owner', 'failing', 'gone')),
    -- Whoever tells it something has it until then.
    lease_token   uuid,
    leased_until  timestamptz NOT NULL,
    version       bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);

-- Names the contact and the lead without foreign keys, as the feed does. Whoever forgets a person forgets these rows.
CREATE TABLE webhook_deliveries (
    tenant_id       text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id              uuid NOT NULL,
    endpoint_id     uuid NOT NULL,
    -- The change that is told; a test tells none.
    seq             bigint,
    event           text NOT NULL,
    payload         text NOT NULL,
    contact_id      uuid,
    lead_id         uuid,
    created_at      timestamptz NOT NULL,
    status          text NOT NULL CHECK (status IN ('waiting', 'delivered', 'given_up')),
    attempts        bigint NOT NULL,
    next_attempt_at timestamptz,
    last_attempt_at timestamptz,
    last_status     bigint,
    last_took_ms    bigint,
    last_error      text,
    last_body       text,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE
);
-- An event is told to an endpoint once, whoever works it out.
CREATE UNIQUE INDEX webhook_deliveries_change_key ON webhook_deliveries (tenant_id, endpoint_id, seq);
CREATE INDEX webhook_deliveries_newest_idx ON webhook_deliveries (tenant_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (tenant_id, endpoint_id, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_contact_idx ON webhook_deliveries (tenant_id, contact_id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_endpoints_of_tenant ON webhook_endpoints
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_of_tenant ON webhook_deliveries
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
