-- Whose browser it is, and what it did before anybody knew.

CREATE TABLE visitors (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- What the first-party cookie says.
    visitor_id text NOT NULL,
    -- Whoever introduced themselves with it last. When they are forgotten, it is a stranger's again.
    contact_id uuid,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, visitor_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX visitors_contact_idx ON visitors (tenant_id, contact_id);
CREATE INDEX visitors_strangers_idx ON visitors (seen_at) WHERE contact_id IS NULL;

-- What waits for its visitor to introduce themselves; then it is on their timeline, and here no more.
CREATE TABLE visitor_events (
    tenant_id     text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    visitor_id    text NOT NULL,
    event_key     text NOT NULL,
    activity_type text NOT NULL,
    occurred_at   timestamptz NOT NULL,
    summary       text NOT NULL,
    metadata      text NOT NULL,
    PRIMARY KEY (tenant_id, visitor_id, event_key),
    FOREIGN KEY (tenant_id, visitor_id) REFERENCES visitors (tenant_id, visitor_id) ON DELETE CASCADE
);

-- The browsers that a merge gave to the kept contact, and whose they were.
CREATE TABLE merged_visitors (
    tenant_id       text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id        uuid NOT NULL,
    visitor_id      text NOT NULL,
    from_contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, visitor_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE visitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE visitors FORCE ROW LEVEL SECURITY;
CREATE POLICY visitors_of_tenant ON visitors
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE visitor_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE visitor_events FORCE ROW LEVEL SECURITY;
CREATE POLICY visitor_events_of_tenant ON visitor_events
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE merged_visitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE merged_visitors FORCE ROW LEVEL SECURITY;
CREATE POLICY merged_visitors_of_tenant ON merged_visitors
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
