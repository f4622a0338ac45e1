-- One change to many leads: what is to be different, about which, and what became of each.

CREATE TABLE bulk_edits (
    tenant_id          TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id                 TEXT NOT NULL,
    change             TEXT NOT NULL,
    -- The leads by name, or the query of the list they are in.
    meant              TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('running', 'done', 'undoing', 'undone')),
    lead_count         INTEGER NOT NULL,
    leads_done         INTEGER NOT NULL DEFAULT 0,
    -- The lead that had its turn last, by when it came: a list is walked in that order, which no change disturbs.
    last_created_at    TEXT,
    last_lead_id       TEXT,
    changed_count      INTEGER NOT NULL DEFAULT 0,
    same_count         INTEGER NOT NULL DEFAULT 0,
    skipped_count      INTEGER NOT NULL DEFAULT 0,
    put_back_count     INTEGER NOT NULL DEFAULT 0,
    kept_count         INTEGER NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token        TEXT,
    leased_until       TEXT,
    created_by         TEXT NOT NULL,
    started_by         TEXT NOT NULL,
    -- Without a foreign key: sessions are pruned, and what was done in one stays done.
    support_session_id TEXT,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, started_by) REFERENCES members (tenant_id, person_id)
) STRICT;
CREATE INDEX bulk_edits_newest_idx ON bulk_edits (tenant_id, created_at, id);
CREATE INDEX bulk_edits_working_idx ON bulk_edits (status, updated_at);

CREATE TABLE bulk_edit_leads (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id TEXT NOT NULL,
    number       INTEGER NOT NULL,
    -- Without a foreign key: the lead may go, the line says that it was changed.
    lead_id      TEXT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('changed', 'same', 'skipped', 'put_back', 'kept')),
    reason       TEXT,
    -- How the lead was, and the version it was left at: what nobody touched since can be put back.
    before       TEXT,
    lead_version INTEGER,
    PRIMARY KEY (tenant_id, bulk_edit_id, number),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bulk_edit_leads_skipped_idx ON bulk_edit_leads (tenant_id, bulk_edit_id, number)
    WHERE outcome = 'skipped';
