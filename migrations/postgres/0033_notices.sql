-- What members are told that happened to leads of theirs, until they have read it.

CREATE TABLE notices (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         uuid NOT NULL,
    person_id  uuid NOT NULL,
    kind       text NOT NULL,
    lead_id    uuid NOT NULL,
    -- Who did it; NULL when a rule did.
    actor_id   uuid,
    created_at timestamptz NOT NULL,
    read_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX notices_newest_idx ON notices (tenant_id, person_id, created_at, id);
CREATE INDEX notices_unread_idx ON notices (tenant_id, person_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notices_lead_idx ON notices (tenant_id, lead_id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
CREATE POLICY notices_of_tenant ON notices
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
