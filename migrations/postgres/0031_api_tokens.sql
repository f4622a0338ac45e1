-- Tokens that programs act with in a tenant's CRM.

CREATE TABLE api_tokens (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL,
    -- How the secret begins. The rest of it is not here: only a hash, so that a leaked table opens nothing.
    prefix       text NOT NULL,
    token_hash   text NOT NULL,
    scopes       text NOT NULL,
    made_by      uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    -- The row stays, because the timeline names the token.
    revoked_at   timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX api_tokens_hash_key ON api_tokens (tenant_id, token_hash);
CREATE INDEX api_tokens_newest_idx ON api_tokens (tenant_id, created_at, id);

-- The token with which a program did it, in the actor's name.
ALTER TABLE activities ADD COLUMN api_token_id uuid;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY api_tokens_of_tenant ON api_tokens
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
