-- A sitemap names the homes that are to be had, with when each changed, and opens none of them.
CREATE INDEX listings_published_idx ON listings (tenant_id, id, status, updated_at);
