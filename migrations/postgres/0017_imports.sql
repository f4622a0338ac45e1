-- Contacts from a file: every row as it came, and what became of it.

CREATE TABLE imports (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               uuid NOT NULL,
    file_name        text NOT NULL,
    status           text NOT NULL
        CHECK (status IN ('receiving', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone')),
    header           text NOT NULL,
    -- Two files with the same columns are of one kind: who mapped one has mapped the next.
    header_key       text NOT NULL,
    mapping          text NOT NULL,
    row_count        bigint NOT NULL,
    rows_done        bigint NOT NULL DEFAULT 0,
    new_count        bigint NOT NULL DEFAULT 0,
    updated_count    bigint NOT NULL DEFAULT 0,
    duplicate_count  bigint NOT NULL DEFAULT 0,
    error_count      bigint NOT NULL DEFAULT 0,
    taken_back_count bigint NOT NULL DEFAULT 0,
    kept_count       bigint NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token      uuid,
    leased_until     timestamptz,
    created_by       uuid NOT NULL,
    started_by       uuid NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, started_by) REFERENCES members (tenant_id, person_id)
);
CREATE INDEX imports_newest_idx ON imports (tenant_id, created_at, id);
CREATE INDEX imports_kind_idx ON imports (tenant_id, header_key, created_at);
CREATE INDEX imports_working_idx ON imports (status, updated_at);

CREATE TABLE import_rows (
    tenant_id       text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    import_id       uuid NOT NULL,
    number          bigint NOT NULL,
    cells           text NOT NULL,
    outcome         text CHECK (outcome IN ('new', 'updated', 'duplicate', 'error', 'taken_back', 'kept')),
    reason          text,
    -- Without a foreign key: the contact may go, the row says that it came.
    contact_id      uuid,
    filled          text NOT NULL DEFAULT '[]',
    contact_version bigint,
    PRIMARY KEY (tenant_id, import_id, number),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX import_rows_errors_idx ON import_rows (tenant_id, import_id, number) WHERE outcome = 'error';
CREATE INDEX import_rows_contact_idx ON import_rows (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY imports_of_tenant ON imports
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY import_rows_of_tenant ON import_rows
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
