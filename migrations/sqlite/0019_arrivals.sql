-- When a home first came to the site, whatever it says of the day it was listed: what saved searches tell of. Homes that
-- were here before have no such time, and are news to nobody.
ALTER TABLE listings ADD COLUMN arrived_at TEXT;
CREATE INDEX listings_arrived_idx ON listings (tenant_id, arrived_at, id);
