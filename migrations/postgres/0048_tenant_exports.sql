-- Exports: everything a tenant has in one file, which its owner takes away. The file lies here in parts, because the
-- process that sends it may be another, on another machine, than the one that put it together.

CREATE TABLE tenant_exports (
    tenant_id          text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id                 uuid NOT NULL,
    status             text NOT NULL CHECK (status IN ('preparing', 'ready', 'failed', 'removed')),
    files_done         bigint NOT NULL DEFAULT 0,
    file_count         bigint NOT NULL DEFAULT 0,
    row_count          bigint NOT NULL DEFAULT 0,
    byte_count         bigint NOT NULL DEFAULT 0,
    sha256             text,
    removed_reason     text CHECK (removed_reason IN ('expired', 'newer', 'erased')),
    attempts           bigint NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token        uuid,
    leased_until       timestamptz,
    created_by         uuid NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    finished_at        timestamptz,
    expires_at         timestamptz,
    download_count     bigint NOT NULL DEFAULT 0,
    last_downloaded_by uuid,
    last_downloaded_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id)
);
-- One at a time.
CREATE UNIQUE INDEX tenant_exports_preparing_key ON tenant_exports (tenant_id) WHERE status = 'preparing';
CREATE INDEX tenant_exports_newest_idx ON tenant_exports (tenant_id, created_at, id);
CREATE INDEX tenant_exports_working_idx ON tenant_exports (status, updated_at);
CREATE INDEX tenant_exports_expiring_idx ON tenant_exports (status, expires_at);

CREATE TABLE tenant_export_parts (
    tenant_id text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    export_id uuid NOT NULL,
    number    bigint NOT NULL,
    -- A mebibyte, and of the last part what is left.
    bytes     bytea NOT NULL,
    PRIMARY KEY (tenant_id, export_id, number),
    FOREIGN KEY (tenant_id, export_id) REFERENCES tenant_exports (tenant_id, id) ON DELETE CASCADE
);
-- They are compressed already: to try again would only take time.
ALTER TABLE tenant_export_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE tenant_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_exports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_exports_of_tenant ON tenant_exports
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE tenant_export_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_export_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_export_parts_of_tenant ON tenant_export_parts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
