-- Finding homes in an index alone: each order's index holds every column that narrows a search, so that a search opens
-- only the listings it shows.

DROP INDEX listings_newest_idx;
DROP INDEX listings_price_idx;
DROP INDEX listings_beds_idx;
DROP INDEX listings_sqft_idx;
DROP INDEX listings_town_idx;
CREATE INDEX listings_newest_idx ON listings
    (tenant_id, listed_at, id, status, property_type, town, neighborhood, price, beds, baths, sqft, acres, lat, lng,
     search_street, search_area);
CREATE INDEX listings_price_idx ON listings
    (tenant_id, price, id, status, property_type, town, neighborhood, beds, baths, sqft, acres, lat, lng,
     search_street, search_area);
CREATE INDEX listings_beds_idx ON listings
    (tenant_id, beds, id, status, property_type, town, neighborhood, price, baths, sqft, acres, lat, lng,
     search_street, search_area);
CREATE INDEX listings_sqft_idx ON listings
    (tenant_id, sqft, id, status, property_type, town, neighborhood, price, beds, baths, acres, lat, lng,
     search_street, search_area);

-- One number a tenant, another one after each write to its listings: what was counted is good for as long as it stays.
CREATE TABLE listing_editions (
    tenant_id text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    edition   bigint NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE listing_editions ENABLE ROW LEVEL SECURITY;
ALTER TABLE listing_editions FORCE ROW LEVEL SECURITY;
CREATE POLICY listing_editions_of_tenant ON listing_editions
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
