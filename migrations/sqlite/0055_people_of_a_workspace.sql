-- People of a workspace, as its owner keeps them: who is invited, who signed in, and from where.

CREATE TABLE invitations (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    email        TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('owner', 'agent', 'assistant', 'read_only')),
    -- Of the link in the message only a hash, so that a leaked table lets nobody in. Sent again, it is another link.
    token_hash   TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    sent_at      TEXT NOT NULL,
    sent_count   INTEGER NOT NULL,
    expires_at   TEXT NOT NULL,
    withdrawn_at TEXT,
    taken_at     TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, made_by) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX invitations_hash_key ON invitations (tenant_id, token_hash);
CREATE INDEX invitations_newest_idx ON invitations (tenant_id, created_at, id);
CREATE INDEX invitations_email_idx ON invitations (tenant_id, email);

-- Who came in or was refused. Without a person when nobody of the tenant has the address that was tried: which one that
-- was is not kept.
CREATE TABLE sign_ins (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    person_id   TEXT,
    outcome     TEXT NOT NULL CHECK (outcome IN ('password', 'identity_provider', 'invitation', 'wrong_password')),
    occurred_at TEXT NOT NULL,
    address     TEXT NOT NULL,
    user_agent  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sign_ins_person_idx ON sign_ins (tenant_id, person_id, occurred_at, id);
CREATE INDEX sign_ins_oldest_idx ON sign_ins (tenant_id, occurred_at);

-- From where a session was opened. Of those that were open before this, nobody knows.
ALTER TABLE member_sessions ADD COLUMN address TEXT;
ALTER TABLE member_sessions ADD COLUMN user_agent TEXT;

-- Kept longer than the sign-ins themselves, and with the member.
ALTER TABLE members ADD COLUMN last_sign_in_at TEXT;
UPDATE members
   SET last_sign_in_at = (SELECT MAX(created_at)
                            FROM member_sessions AS session
                           WHERE session.tenant_id = members.tenant_id AND session.person_id = members.person_id);
