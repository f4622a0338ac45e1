-- Homes that were taken off a site: whoever comes back for one hears that it is gone, and not that it never was.
CREATE TABLE gone_listings (
    tenant_id text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        text        NOT NULL,
    gone_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE gone_listings ENABLE ROW LEVEL SECURITY;
ALTER TABLE gone_listings FORCE ROW LEVEL SECURITY;
CREATE POLICY gone_listings_of_tenant ON gone_listings
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
