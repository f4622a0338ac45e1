-- Calendars of members: an address that shows one's reminders to whoever has it.

CREATE TABLE calendar_links (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id  uuid NOT NULL,
    -- The secret in the address is made from this and a key that is not in the database, and found by its hash.
    salt       text NOT NULL,
    token_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calendar_links_hash_key ON calendar_links (tenant_id, token_hash);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE calendar_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_links FORCE ROW LEVEL SECURITY;
CREATE POLICY calendar_links_of_tenant ON calendar_links
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
