-- Services that homes for sale are asked from: how far one has heard them out, and what they sent that is no listing.

CREATE TABLE listing_feeds (
    tenant_id      TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    address        TEXT NOT NULL,
    -- Everything that changed before this has been heard.
    heard_until    TEXT,
    -- When it last answered to its end, and when it last did not.
    answered_at    TEXT,
    failed_at      TEXT,
    failure        TEXT,
    PRIMARY KEY (tenant_id, address)
) STRICT;

-- Rows that could not be read, each until the service sends it right.
CREATE TABLE rejected_listings (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    address     TEXT NOT NULL,
    listing_key TEXT NOT NULL,
    reason      TEXT NOT NULL,
    content     TEXT NOT NULL,
    rejected_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, address, listing_key),
    FOREIGN KEY (tenant_id, address) REFERENCES listing_feeds (tenant_id, address) ON DELETE CASCADE
) STRICT;
