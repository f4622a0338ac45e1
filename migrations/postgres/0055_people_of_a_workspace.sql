-- People of a workspace, as its owner keeps them: who is invited, who signed in, and from where.

CREATE TABLE invitations (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    email        text NOT NULL,
    role         text NOT NULL CHECK (role IN ('owner', 'agent', 'assistant', 'read_only')),
    -- Of the link in the message only a hash, so that a leaked table lets nobody in. Sent again, it is another link.
    token_hash   text NOT NULL,
    made_by      uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    sent_at      timestamptz NOT NULL,
    sent_count   bigint NOT NULL,
    expires_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    taken_at     timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX invitations_hash_key ON invitations (tenant_id, token_hash);
CREATE INDEX invitations_newest_idx ON invitations (tenant_id, created_at, id);
CREATE INDEX invitations_email_idx ON invitations (tenant_id, email);

-- Who came in or was refused. Without a person when nobody of the tenant has the address that was tried: which one that
-- was is not kept.
CREATE TABLE sign_ins (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          uuid NOT NULL,
    person_id   uuid,
    outcome     text NOT NULL CHECK (outcome IN ('password', 'identity_provider', 'invitation', 'wrong_password')),
    occurred_at timestamptz NOT NULL,
    address     text NOT NULL,
    user_agent  text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE INDEX sign_ins_person_idx ON sign_ins (tenant_id, person_id, occurred_at, id);
CREATE INDEX sign_ins_oldest_idx ON sign_ins (tenant_id, occurred_at);

-- From where a session was opened. Of those that were open before this, nobody knows.
ALTER TABLE member_sessions ADD COLUMN address text;
ALTER TABLE member_sessions ADD COLUMN user_agent text;

-- Kept longer than the sign-ins themselves, and with the member.
ALTER TABLE members ADD COLUMN last_sign_in_at timestamptz;
UPDATE members
   SET last_sign_in_at = (SELECT MAX(created_at)
                            FROM member_sessions AS session
                           WHERE session.tenant_id = members.tenant_id AND session.person_id = members.person_id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY invitations_of_tenant ON invitations
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_ins_of_tenant ON sign_ins
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
