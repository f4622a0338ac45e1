-- Tenants, the names they answer to, what they pay for and how their site looks.

CREATE TABLE tenants (
    id          text NOT NULL PRIMARY KEY CHECK (id LIKE 'tenant%'),
    slug        text NOT NULL,
    name        text NOT NULL,
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'archived')),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX tenants_slug_key ON tenants (slug);

CREATE TABLE tenant_domains (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          uuid NOT NULL,
    hostname    text NOT NULL,
    is_primary  boolean NOT NULL,
    is_verified boolean NOT NULL,
    verified_at timestamptz,
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- The one uniqueness that spans tenants: a name leads to one site.
CREATE UNIQUE INDEX tenant_domains_hostname_key ON tenant_domains (hostname);
CREATE UNIQUE INDEX tenant_domains_primary_key ON tenant_domains (tenant_id) WHERE is_primary;

CREATE TABLE tenant_settings (
    tenant_id     text NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    plan_code     text NOT NULL,
    feature_flags text NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE TABLE tenant_websites (
    tenant_id  text NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    content    text NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE tenant_modules (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key        text NOT NULL,
    enabled    boolean NOT NULL,
    sort_order bigint NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there.
-- The setting is local to the transaction; '*' is the platform itself.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenants_of_tenant ON tenants
    USING (current_setting('app.tenant_id', true) IN (id, '*'));
ALTER TABLE tenant_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_domains_of_tenant ON tenant_domains
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE tenant_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_settings_of_tenant ON tenant_settings
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE tenant_websites ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_websites FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_websites_of_tenant ON tenant_websites
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE tenant_modules ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_modules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_modules_of_tenant ON tenant_modules
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
