-- Visitors who proved an e-mail address, what they keep, and the messages that go out.

CREATE TABLE accounts (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         uuid NOT NULL,
    email      text NOT NULL,
    first_name text,
    last_name  text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX accounts_email_key ON accounts (tenant_id, email);

-- A link that signs in once. Only a hash of it is here, so that a leaked table signs nobody in.
CREATE TABLE sign_in_links (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_hash text NOT NULL,
    email      text NOT NULL,
    next_path  text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (tenant_id, token_hash)
);

CREATE TABLE account_sessions (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_hash text NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX account_sessions_account_idx ON account_sessions (tenant_id, account_id);

-- Without a key to listings: a home that was sold and taken off the site is still one they liked.
CREATE TABLE saved_homes (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    account_id uuid NOT NULL,
    listing_id text NOT NULL,
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, account_id, listing_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE saved_searches (
    tenant_id     text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            uuid NOT NULL,
    account_id    uuid NOT NULL,
    name          text NOT NULL,
    query         text NOT NULL,
    alerts        boolean NOT NULL,
    -- Homes that came after this are new to them.
    told_until    timestamptz NOT NULL,
    next_alert_at timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX saved_searches_query_key ON saved_searches (tenant_id, account_id, query);
CREATE INDEX saved_searches_due_idx ON saved_searches (next_alert_at) WHERE alerts;

-- Messages on their way. What has no next attempt was sent, or given up.
CREATE TABLE mails (
    tenant_id       text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id              uuid NOT NULL,
    -- What makes two of them one: a lead is told of once.
    mail_key        text NOT NULL,
    recipient       text NOT NULL,
    content         text NOT NULL,
    created_at      timestamptz NOT NULL,
    attempts        bigint NOT NULL,
    next_attempt_at timestamptz,
    sent_at         timestamptz,
    last_error      text,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mails_key ON mails (tenant_id, mail_key);
CREATE INDEX mails_due_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_newest_idx ON mails (tenant_id, created_at, id);

-- How far in each tenant's feed its leads have been told of. What came before this was written is old news.
CREATE TABLE told_feeds (
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    last_seq  bigint NOT NULL
);
INSERT INTO told_feeds (tenant_id, last_seq) SELECT tenant_id, last_seq FROM change_feeds;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY accounts_of_tenant ON accounts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE sign_in_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_links FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_links_of_tenant ON sign_in_links
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE account_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY account_sessions_of_tenant ON account_sessions
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE saved_homes ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_homes FORCE ROW LEVEL SECURITY;
CREATE POLICY saved_homes_of_tenant ON saved_homes
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE saved_searches ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_searches FORCE ROW LEVEL SECURITY;
CREATE POLICY saved_searches_of_tenant ON saved_searches
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mails FORCE ROW LEVEL SECURITY;
CREATE POLICY mails_of_tenant ON mails
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE told_feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE told_feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY told_feeds_of_tenant ON told_feeds
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
