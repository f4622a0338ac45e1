-- Services that homes for sale are asked from: how far one has heard them out, and what they sent that is no listing.

CREATE TABLE listing_feeds (
    tenant_id      text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    address        text NOT NULL,
    -- Everything that changed before this has been heard.
    heard_until    timestamptz,
    -- When it last answered to its end, and when it last did not.
    answered_at    timestamptz,
    failed_at      timestamptz,
    failure        text,
    PRIMARY KEY (tenant_id, address)
);

-- Rows that could not be read, each until the service sends it right.
CREATE TABLE rejected_listings (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    address     text NOT NULL,
    listing_key text NOT NULL,
    reason      text NOT NULL,
    content     text NOT NULL,
    rejected_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, address, listing_key),
    FOREIGN KEY (tenant_id, address) REFERENCES listing_feeds (tenant_id, address) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE listing_feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE listing_feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY listing_feeds_of_tenant ON listing_feeds
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE rejected_listings ENABLE ROW LEVEL SECURITY;
ALTER TABLE rejected_listings FORCE ROW LEVEL SECURITY;
CREATE POLICY rejected_listings_of_tenant ON rejected_listings
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
