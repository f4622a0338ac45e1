-- Homes are found by the words of their addresses: each word leads to its homes.
CREATE TABLE listing_words (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    word       text COLLATE "C" NOT NULL,
    listing_id text NOT NULL,
    PRIMARY KEY (tenant_id, word, listing_id),
    FOREIGN KEY (tenant_id, listing_id) REFERENCES listings (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX listing_words_home_idx ON listing_words (tenant_id, listing_id, word);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE listing_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE listing_words FORCE ROW LEVEL SECURITY;
CREATE POLICY listing_words_of_tenant ON listing_words
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

-- The words of the homes that are there: what is neither a letter nor a digit of ASCII parts them.
SET LOCAL app.tenant_id = '*';
INSERT INTO listing_words (tenant_id, word, listing_id)
SELECT DISTINCT listings.tenant_id, parts.word, listings.id
  FROM listings
 CROSS JOIN LATERAL regexp_split_to_table(
           listings.search_street || ' ' || listings.search_area, '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS parts (word)
 WHERE parts.word <> '';

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
