-- Tenants, the names they answer to, what they pay for and how their site looks.

CREATE TABLE tenants (
    id          TEXT NOT NULL PRIMARY KEY CHECK (id LIKE 'tenant%'),
    slug        TEXT NOT NULL,
    name        TEXT NOT NULL,
    status      TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'archived')),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX tenants_slug_key ON tenants (slug);

CREATE TABLE tenant_domains (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    hostname    TEXT NOT NULL,
    is_primary  INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    verified_at TEXT,
    status      TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
-- The one uniqueness that spans tenants: a name leads to one site.
CREATE UNIQUE INDEX tenant_domains_hostname_key ON tenant_domains (hostname);
CREATE UNIQUE INDEX tenant_domains_primary_key ON tenant_domains (tenant_id) WHERE is_primary;

CREATE TABLE tenant_settings (
    tenant_id     TEXT NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    plan_code     TEXT NOT NULL,
    feature_flags TEXT NOT NULL,
    updated_at    TEXT NOT NULL
) STRICT;

CREATE TABLE tenant_websites (
    tenant_id  TEXT NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    content    TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE tenant_modules (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    sort_order INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT;
