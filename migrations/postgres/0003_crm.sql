-- What a tenant knows: contacts, their leads, what happened, and the feed that open dashboards follow.

CREATE TABLE contacts (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               uuid NOT NULL,
    full_name        text,
    email            text,
    email_normalized text,
    phone            text,
    phone_normalized text,
    source           text NOT NULL,
    tags             text NOT NULL DEFAULT '[]',
    -- Name, address and digits in lower case, made in Rust: LOWER differs between engines beyond ASCII.
    search_text      text NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX contacts_email_normalized_key ON contacts (tenant_id, email_normalized);
CREATE UNIQUE INDEX contacts_phone_normalized_key ON contacts (tenant_id, phone_normalized);
CREATE INDEX contacts_newest_idx ON contacts (tenant_id, created_at, id);

CREATE TABLE leads (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               uuid NOT NULL,
    contact_id       uuid,
    status           text NOT NULL CHECK (status IN ('new', 'qualified', 'nurturing', 'won', 'lost')),
    lead_type        text NOT NULL,
    source           text NOT NULL,
    timeframe        text,
    notes            text,
    listing_id       text,
    listing_url      text,
    listing_address  text,
    property_type    text,
    beds             bigint,
    baths            double precision,
    sqft             bigint,
    price_min        bigint,
    price_max        bigint,
    assigned_to      uuid,
    next_action_at   timestamptz,
    next_action_note text,
    last_contact_at  timestamptz,
    close_reason     text,
    tags             text NOT NULL DEFAULT '[]',
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, person_id)
) WITH (fillfactor = 85);
CREATE INDEX leads_newest_idx ON leads (tenant_id, created_at, id);
CREATE INDEX leads_status_idx ON leads (tenant_id, status, created_at, id);
CREATE INDEX leads_contact_idx ON leads (tenant_id, contact_id, created_at);
CREATE INDEX leads_assigned_idx ON leads (tenant_id, assigned_to, created_at);

CREATE TABLE activities (
    tenant_id     text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            uuid NOT NULL,
    contact_id    uuid,
    lead_id       uuid,
    activity_type text NOT NULL,
    occurred_at   timestamptz NOT NULL,
    summary       text NOT NULL,
    metadata      text NOT NULL DEFAULT '{}',
    actor_id      uuid,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id),
    FOREIGN KEY (tenant_id, actor_id) REFERENCES members (tenant_id, person_id)
);
CREATE INDEX activities_newest_idx ON activities (tenant_id, occurred_at, id);
CREATE INDEX activities_lead_idx ON activities (tenant_id, lead_id, occurred_at, id);
CREATE INDEX activities_contact_idx ON activities (tenant_id, contact_id, occurred_at, id);

-- Two contacts that may be one person, for somebody to look at.
CREATE TABLE duplicate_suggestions (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    contact_id       uuid NOT NULL,
    other_contact_id uuid NOT NULL,
    reason           text NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, other_contact_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, other_contact_id) REFERENCES contacts (tenant_id, id)
);
CREATE INDEX duplicate_suggestions_other_idx ON duplicate_suggestions (tenant_id, other_contact_id);

-- How far each tenant's feed has come. Its row is locked until commit, so numbers become visible in their order.
CREATE TABLE change_feeds (
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    last_seq  bigint NOT NULL
) WITH (fillfactor = 85);

-- What open dashboards are told. Names rows without foreign keys: it outlives them.
CREATE TABLE changes (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    seq         bigint NOT NULL,
    kind        text NOT NULL,
    lead_id     uuid,
    contact_id  uuid,
    activity_id uuid,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there.
-- The setting is local to the transaction; '*' is the platform itself.
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY contacts_of_tenant ON contacts
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads FORCE ROW LEVEL SECURITY;
CREATE POLICY leads_of_tenant ON leads
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities FORCE ROW LEVEL SECURITY;
CREATE POLICY activities_of_tenant ON activities
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE duplicate_suggestions ENABLE ROW LEVEL SECURITY;
ALTER TABLE duplicate_suggestions FORCE ROW LEVEL SECURITY;
CREATE POLICY duplicate_suggestions_of_tenant ON duplicate_suggestions
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE change_feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE change_feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY change_feeds_of_tenant ON change_feeds
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE changes FORCE ROW LEVEL SECURITY;
CREATE POLICY changes_of_tenant ON changes
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
