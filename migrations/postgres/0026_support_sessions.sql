-- Operators who look in at a tenant's CRM: for a while, for a reason, and visible to its owner.

CREATE TABLE support_sessions (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    operator_id  uuid NOT NULL REFERENCES operators (id),
    -- On whose behalf.
    person_id    uuid NOT NULL,
    reason       text NOT NULL,
    ticket       text,
    -- Whether it was widened: until then it only looks.
    may_write    boolean NOT NULL,
    -- What is kept of the code that opens it, until it did, and then of its browser's token.
    code_hash    text,
    token_hash   text,
    started_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    ended_by     text CHECK (ended_by IN ('operator', 'tenant', 'clock')),
    change_count bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE INDEX support_sessions_newest_idx ON support_sessions (tenant_id, started_at, id);
CREATE UNIQUE INDEX support_sessions_code_key ON support_sessions (tenant_id, code_hash);
CREATE UNIQUE INDEX support_sessions_token_key ON support_sessions (tenant_id, token_hash);
CREATE INDEX support_sessions_open_idx ON support_sessions (expires_at) WHERE ended_at IS NULL;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE support_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY support_sessions_of_tenant ON support_sessions
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

-- The session in which an operator did it on behalf of the actor.
ALTER TABLE activities ADD COLUMN support_session_id uuid;

-- Whether anybody may look in at all: the tenant's owner says.
ALTER TABLE tenant_settings ADD COLUMN support_is_allowed boolean NOT NULL DEFAULT true;
