-- What is suggested to whoever types is to be had: the index says so, and only the homes that are suggested are opened.
DROP INDEX listings_street_idx;
CREATE INDEX listings_street_idx ON listings (tenant_id, search_street, status, id);
