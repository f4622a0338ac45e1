-- What looks as if a machine had sent it: the event as it came, until a member of the tenant has looked.

CREATE TABLE held_leads (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- The job that brought it.
    id           uuid NOT NULL,
    payload      text NOT NULL,
    score        bigint NOT NULL,
    occurred_at  timestamptz NOT NULL,
    held_at      timestamptz NOT NULL,
    -- When somebody said that it is spam. It can be taken back for a while.
    discarded_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX held_leads_waiting_idx ON held_leads (tenant_id, held_at, id) WHERE discarded_at IS NULL;
CREATE INDEX held_leads_discarded_idx ON held_leads (tenant_id, discarded_at, id) WHERE discarded_at IS NOT NULL;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE held_leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_leads FORCE ROW LEVEL SECURITY;
CREATE POLICY held_leads_of_tenant ON held_leads
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
