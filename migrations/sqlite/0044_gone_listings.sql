-- Homes that were taken off a site: whoever comes back for one hears that it is gone, and not that it never was.
CREATE TABLE gone_listings (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    gone_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
