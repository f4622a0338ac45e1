-- Homes for sale: the listing itself, and beside it what a search narrows and sorts by.

CREATE TABLE listings (
    tenant_id     text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            text NOT NULL,
    status        text NOT NULL,
    property_type text NOT NULL,
    town          text NOT NULL,
    neighborhood  text NOT NULL,
    city          text NOT NULL,
    zip           text NOT NULL,
    -- In lower case, made in Rust: LOWER differs between engines beyond ASCII. Empty when it must not be found.
    search_street text NOT NULL,
    search_area   text NOT NULL,
    -- What is not known is 0: engines do not agree where NULL sorts.
    price         bigint NOT NULL,
    beds          bigint NOT NULL,
    baths         double precision NOT NULL,
    sqft          bigint NOT NULL,
    acres         double precision NOT NULL,
    lat           double precision,
    lng           double precision,
    content       text NOT NULL,
    listed_at     timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX listings_newest_idx ON listings (tenant_id, listed_at, id);
CREATE INDEX listings_price_idx ON listings (tenant_id, price, id);
CREATE INDEX listings_beds_idx ON listings (tenant_id, beds, id);
CREATE INDEX listings_sqft_idx ON listings (tenant_id, sqft, id);
CREATE INDEX listings_town_idx ON listings (tenant_id, town, listed_at, id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE listings ENABLE ROW LEVEL SECURITY;
ALTER TABLE listings FORCE ROW LEVEL SECURITY;
CREATE POLICY listings_of_tenant ON listings
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
