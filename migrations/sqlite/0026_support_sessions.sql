-- Operators who look in at a tenant's CRM: for a while, for a reason, and visible to its owner.

CREATE TABLE support_sessions (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    operator_id  TEXT NOT NULL REFERENCES operators (id),
    -- On whose behalf.
    person_id    TEXT NOT NULL,
    reason       TEXT NOT NULL,
    ticket       TEXT,
    -- Whether it was widened: until then it only looks.
    may_write    INTEGER NOT NULL CHECK (may_write IN (0, 1)),
    -- What is kept of the code that opens it, until it did, and then of its browser's token.
    code_hash    TEXT,
    token_hash   TEXT,
    started_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    ended_at     TEXT,
    ended_by     TEXT CHECK (ended_by IN ('operator', 'tenant', 'clock')),
    change_count INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX support_sessions_newest_idx ON support_sessions (tenant_id, started_at, id);
CREATE UNIQUE INDEX support_sessions_code_key ON support_sessions (tenant_id, code_hash);
CREATE UNIQUE INDEX support_sessions_token_key ON support_sessions (tenant_id, token_hash);
CREATE INDEX support_sessions_open_idx ON support_sessions (expires_at) WHERE ended_at IS NULL;

-- The session in which an operator did it on behalf of the actor.
ALTER TABLE activities ADD COLUMN support_session_id TEXT;

-- Whether anybody may look in at all: the tenant's owner says.
ALTER TABLE tenant_settings ADD COLUMN support_is_allowed INTEGER NOT NULL DEFAULT true CHECK (support_is_allowed IN (0, 1));
