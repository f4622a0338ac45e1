-- Exports: everything a tenant has in one file, which its owner takes away. The file lies here in parts, because the
-- process that sends it may be another, on another machine, than the one that put it together.

CREATE TABLE tenant_exports (
    tenant_id          TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id                 TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('preparing', 'ready', 'failed', 'removed')),
    files_done         INTEGER NOT NULL DEFAULT 0,
    file_count         INTEGER NOT NULL DEFAULT 0,
    row_count          INTEGER NOT NULL DEFAULT 0,
    byte_count         INTEGER NOT NULL DEFAULT 0,
    sha256             TEXT,
    removed_reason     TEXT CHECK (removed_reason IN ('expired', 'newer', 'erased')),
    attempts           INTEGER NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token        TEXT,
    leased_until       TEXT,
    created_by         TEXT NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    finished_at        TEXT,
    expires_at         TEXT,
    download_count     INTEGER NOT NULL DEFAULT 0,
    last_downloaded_by TEXT,
    last_downloaded_at TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id)
) STRICT;
-- One at a time.
CREATE UNIQUE INDEX tenant_exports_preparing_key ON tenant_exports (tenant_id) WHERE status = 'preparing';
CREATE INDEX tenant_exports_newest_idx ON tenant_exports (tenant_id, created_at, id);
CREATE INDEX tenant_exports_working_idx ON tenant_exports (status, updated_at);
CREATE INDEX tenant_exports_expiring_idx ON tenant_exports (status, expires_at);

CREATE TABLE tenant_export_parts (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    export_id TEXT NOT NULL,
    number    INTEGER NOT NULL,
    -- A mebibyte, and of the last part what is left.
    bytes     BLOB NOT NULL,
    PRIMARY KEY (tenant_id, export_id, number),
    FOREIGN KEY (tenant_id, export_id) REFERENCES tenant_exports (tenant_id, id) ON DELETE CASCADE
) STRICT;
