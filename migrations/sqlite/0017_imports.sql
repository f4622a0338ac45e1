-- Contacts from a file: every row as it came, and what became of it.

CREATE TABLE imports (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    file_name        TEXT NOT NULL,
    status           TEXT NOT NULL
        CHECK (status IN ('receiving', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone')),
    header           TEXT NOT NULL,
    -- Two files with the same columns are of one kind: who mapped one has mapped the next.
    header_key       TEXT NOT NULL,
    mapping          TEXT NOT NULL,
    row_count        INTEGER NOT NULL,
    rows_done        INTEGER NOT NULL DEFAULT 0,
    new_count        INTEGER NOT NULL DEFAULT 0,
    updated_count    INTEGER NOT NULL DEFAULT 0,
    duplicate_count  INTEGER NOT NULL DEFAULT 0,
    error_count      INTEGER NOT NULL DEFAULT 0,
    taken_back_count INTEGER NOT NULL DEFAULT 0,
    kept_count       INTEGER NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token      TEXT,
    leased_until     TEXT,
    created_by       TEXT NOT NULL,
    started_by       TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, started_by) REFERENCES members (tenant_id, person_id)
) STRICT;
CREATE INDEX imports_newest_idx ON imports (tenant_id, created_at, id);
CREATE INDEX imports_kind_idx ON imports (tenant_id, header_key, created_at);
CREATE INDEX imports_working_idx ON imports (status, updated_at);

CREATE TABLE import_rows (
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    import_id       TEXT NOT NULL,
    number          INTEGER NOT NULL,
    cells           TEXT NOT NULL,
    outcome         TEXT CHECK (outcome IN ('new', 'updated', 'duplicate', 'error', 'taken_back', 'kept')),
    reason          TEXT,
    -- Without a foreign key: the contact may go, the row says that it came.
    contact_id      TEXT,
    filled          TEXT NOT NULL DEFAULT '[]',
    contact_version INTEGER,
    PRIMARY KEY (tenant_id, import_id, number),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX import_rows_errors_idx ON import_rows (tenant_id, import_id, number) WHERE outcome = 'error';
CREATE INDEX import_rows_contact_idx ON import_rows (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
