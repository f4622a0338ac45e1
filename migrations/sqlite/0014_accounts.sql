-- Visitors who proved an e-mail address, what they keep, and the messages that go out.

CREATE TABLE accounts (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    email      TEXT NOT NULL,
    first_name TEXT,
    last_name  TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX accounts_email_key ON accounts (tenant_id, email);

-- A link that signs in once. Only a hash of it is here, so that a leaked table signs nobody in.
CREATE TABLE sign_in_links (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL,
    email      TEXT NOT NULL,
    next_path  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT,
    PRIMARY KEY (tenant_id, token_hash)
) STRICT;

CREATE TABLE account_sessions (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX account_sessions_account_idx ON account_sessions (tenant_id, account_id);

-- Without a key to listings: a home that was sold and taken off the site is still one they liked.
CREATE TABLE saved_homes (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    saved_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, listing_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE saved_searches (
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    account_id    TEXT NOT NULL,
    name          TEXT NOT NULL,
    query         TEXT NOT NULL,
    alerts        INTEGER NOT NULL CHECK (alerts IN (0, 1)),
    -- Homes that came after this are new to them.
    told_until    TEXT NOT NULL,
    next_alert_at TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX saved_searches_query_key ON saved_searches (tenant_id, account_id, query);
CREATE INDEX saved_searches_due_idx ON saved_searches (next_alert_at) WHERE alerts;

-- Messages on their way. What has no next attempt was sent, or given up.
CREATE TABLE mails (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id              TEXT NOT NULL,
    -- What makes two of them one: a lead is told of once.
    mail_key        TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    content         TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at TEXT,
    sent_at         TEXT,
    last_error      TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX mails_key ON mails (tenant_id, mail_key);
CREATE INDEX mails_due_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_newest_idx ON mails (tenant_id, created_at, id);

-- How far in each tenant's feed its leads have been told of. What came before this was written is old news.
CREATE TABLE told_feeds (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    last_seq  INTEGER NOT NULL
) STRICT;
INSERT INTO told_feeds (tenant_id, last_seq) SELECT tenant_id, last_seq FROM change_feeds;
