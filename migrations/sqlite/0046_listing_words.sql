-- Homes are found by the words of their addresses: each word leads to its homes.
CREATE TABLE listing_words (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    word       TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, word, listing_id),
    FOREIGN KEY (tenant_id, listing_id) REFERENCES listings (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_words_home_idx ON listing_words (tenant_id, listing_id, word);

-- The words of the homes that are there: what is neither a letter nor a digit of ASCII parts them. A sign is taken off the
-- text at a time, and a word is whole when one comes that parts.
INSERT INTO listing_words (tenant_id, word, listing_id)
WITH RECURSIVE spelled (tenant_id, listing_id, word, rest) AS (
    SELECT tenant_id, id, '', search_street || ' ' || search_area || ' ' FROM listings
     UNION ALL
    SELECT tenant_id, listing_id,
           CASE WHEN rest GLOB '[a-z0-9]*' OR unicode(rest) > 127 THEN word || substr(rest, 1, 1) ELSE '' END,
           substr(rest, 2)
      FROM spelled
     WHERE rest <> ''
)
SELECT DISTINCT tenant_id, word, listing_id
  FROM spelled
 WHERE word <> '' AND rest <> '' AND NOT (rest GLOB '[a-z0-9]*' OR unicode(rest) > 127);

-- The indexes of the orders need not hold the addresses any more.
DROP INDEX listings_newest_idx;
CREATE INDEX listings_newest_idx ON listings
    (tenant_id, listed_at, id, status, property_type, town, neighborhood, price, beds, baths, sqft, acres, lat, lng);
DROP INDEX listings_price_idx;
CREATE INDEX listings_price_idx ON listings
    (tenant_id, price, id, status, property_type, town, neighborhood, beds, baths, sqft, acres, lat, lng);
DROP INDEX listings_beds_idx;
CREATE INDEX listings_beds_idx ON listings
    (tenant_id, beds, id, status, property_type, town, neighborhood, price, baths, sqft, acres, lat, lng);
DROP INDEX listings_sqft_idx;
CREATE INDEX listings_sqft_idx ON listings
    (tenant_id, sqft, id, status, property_type, town, neighborhood, price, beds, baths, acres, lat, lng);

-- The homes of a town are counted among those of that town.
CREATE INDEX listings_town_idx ON listings
    (tenant_id, town, status, property_type, price, beds, baths, sqft, acres, lat, lng, neighborhood);

-- What is suggested to whoever types: streets, cities and postal codes, without opening every home.
CREATE INDEX listings_street_idx ON listings (tenant_id, search_street, id);
CREATE INDEX listings_places_idx ON listings (tenant_id, city, zip);
