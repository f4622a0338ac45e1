-- What a tenant knows: contacts, their leads, what happened, and the feed that open dashboards follow.

CREATE TABLE contacts (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    full_name        TEXT,
    email            TEXT,
    email_normalized TEXT,
    phone            TEXT,
    phone_normalized TEXT,
    source           TEXT NOT NULL,
    tags             TEXT NOT NULL DEFAULT '[]',
    -- Name, address and digits in lower case, made in Rust: LOWER differs between engines beyond ASCII.
    search_text      TEXT NOT NULL,
    version          INTEGER NOT NULL DEFAULT 1,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX contacts_email_normalized_key ON contacts (tenant_id, email_normalized);
CREATE UNIQUE INDEX contacts_phone_normalized_key ON contacts (tenant_id, phone_normalized);
CREATE INDEX contacts_newest_idx ON contacts (tenant_id, created_at, id);

CREATE TABLE leads (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    contact_id       TEXT,
    status           TEXT NOT NULL CHECK (status IN ('new', 'qualified', 'nurturing', 'won', 'lost')),
    lead_type        TEXT NOT NULL,
    source           TEXT NOT NULL,
    timeframe        TEXT,
    notes            TEXT,
    listing_id       TEXT,
    listing_url      TEXT,
    listing_address  TEXT,
    property_type    TEXT,
    beds             INTEGER,
    baths            REAL,
    sqft             INTEGER,
    price_min        INTEGER,
    price_max        INTEGER,
    assigned_to      TEXT,
    next_action_at   TEXT,
    next_action_note TEXT,
    last_contact_at  TEXT,
    close_reason     TEXT,
    tags             TEXT NOT NULL DEFAULT '[]',
    version          INTEGER NOT NULL DEFAULT 1,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, person_id)
) STRICT;
CREATE INDEX leads_newest_idx ON leads (tenant_id, created_at, id);
CREATE INDEX leads_status_idx ON leads (tenant_id, status, created_at, id);
CREATE INDEX leads_contact_idx ON leads (tenant_id, contact_id, created_at);
CREATE INDEX leads_assigned_idx ON leads (tenant_id, assigned_to, created_at);

CREATE TABLE activities (
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    contact_id    TEXT,
    lead_id       TEXT,
    activity_type TEXT NOT NULL,
    occurred_at   TEXT NOT NULL,
    summary       TEXT NOT NULL,
    metadata      TEXT NOT NULL DEFAULT '{}',
    actor_id      TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id),
    FOREIGN KEY (tenant_id, actor_id) REFERENCES members (tenant_id, person_id)
) STRICT;
CREATE INDEX activities_newest_idx ON activities (tenant_id, occurred_at, id);
CREATE INDEX activities_lead_idx ON activities (tenant_id, lead_id, occurred_at, id);
CREATE INDEX activities_contact_idx ON activities (tenant_id, contact_id, occurred_at, id);

-- Two contacts that may be one person, for somebody to look at.
CREATE TABLE duplicate_suggestions (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    contact_id       TEXT NOT NULL,
    other_contact_id TEXT NOT NULL,
    reason           TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, other_contact_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, other_contact_id) REFERENCES contacts (tenant_id, id)
) STRICT;
CREATE INDEX duplicate_suggestions_other_idx ON duplicate_suggestions (tenant_id, other_contact_id);

-- How far each tenant's feed has come. Its row is locked until commit, so numbers become visible in their order.
CREATE TABLE change_feeds (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    last_seq  INTEGER NOT NULL
) STRICT;

-- What open dashboards are told. Names rows without foreign keys: it outlives them.
CREATE TABLE changes (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    lead_id     TEXT,
    contact_id  TEXT,
    activity_id TEXT,
    occurred_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
) STRICT;
