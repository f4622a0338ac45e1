-- Who may come in: people, their memberships, operators, and everybody's sessions.

CREATE TABLE people (
    id            uuid NOT NULL PRIMARY KEY,
    email         text NOT NULL,
    name          text NOT NULL,
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_email_key ON people (email);

CREATE TABLE members (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES people (id),
    role       text NOT NULL CHECK (role IN ('owner', 'agent', 'assistant', 'read_only')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);

CREATE TABLE member_sessions (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    person_id    uuid NOT NULL,
    token_hash   text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX member_sessions_token_hash_key ON member_sessions (tenant_id, token_hash);
CREATE INDEX member_sessions_person_idx ON member_sessions (tenant_id, person_id);

CREATE TABLE operators (
    id            uuid NOT NULL PRIMARY KEY,
    email         text NOT NULL,
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('admin', 'operator', 'support', 'viewer')),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX operators_email_key ON operators (email);

CREATE TABLE operator_sessions (
    id           uuid NOT NULL PRIMARY KEY,
    operator_id  uuid NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    token_hash   text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX operator_sessions_token_hash_key ON operator_sessions (token_hash);
CREATE INDEX operator_sessions_operator_idx ON operator_sessions (operator_id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there.
-- The setting is local to the transaction; '*' is the platform itself.
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY members_of_tenant ON members
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE member_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE member_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY member_sessions_of_tenant ON member_sessions
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
