-- Homes for sale: the listing itself, and beside it what a search narrows and sorts by.

CREATE TABLE listings (
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    status        TEXT NOT NULL,
    property_type TEXT NOT NULL,
    town          TEXT NOT NULL,
    neighborhood  TEXT NOT NULL,
    city          TEXT NOT NULL,
    zip           TEXT NOT NULL,
    -- In lower case, made in Rust: LOWER differs between engines beyond ASCII. Empty when it must not be found.
    search_street TEXT NOT NULL,
    search_area   TEXT NOT NULL,
    -- What is not known is 0: engines do not agree where NULL sorts.
    price         INTEGER NOT NULL,
    beds          INTEGER NOT NULL,
    baths         REAL NOT NULL,
    sqft          INTEGER NOT NULL,
    acres         REAL NOT NULL,
    lat           REAL,
    lng           REAL,
    content       TEXT NOT NULL,
    listed_at     TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX listings_newest_idx ON listings (tenant_id, listed_at, id);
CREATE INDEX listings_price_idx ON listings (tenant_id, price, id);
CREATE INDEX listings_beds_idx ON listings (tenant_id, beds, id);
CREATE INDEX listings_sqft_idx ON listings (tenant_id, sqft, id);
CREATE INDEX listings_town_idx ON listings (tenant_id, town, listed_at, id);
