-- Tokens that programs act with in a tenant's CRM.

CREATE TABLE api_tokens (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    -- How the secret begins. The rest of it is not here: only a hash, so that a leaked table opens nothing.
    prefix       TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    -- The row stays, because the timeline names the token.
    revoked_at   TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX api_tokens_hash_key ON api_tokens (tenant_id, token_hash);
CREATE INDEX api_tokens_newest_idx ON api_tokens (tenant_id, created_at, id);

-- The token with which a program did it, in the actor's name.
ALTER TABLE activities ADD COLUMN api_token_id TEXT;
