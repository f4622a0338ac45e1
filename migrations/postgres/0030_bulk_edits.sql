-- One change to many leads: what is to be different, about which, and what became of each.

CREATE TABLE bulk_edits (
    tenant_id          text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id                 uuid NOT NULL,
    change             text NOT NULL,
    -- The leads by name, or the query of the list they are in.
    meant              text NOT NULL,
    status             text NOT NULL CHECK (status IN ('running', 'done', 'undoing', 'undone')),
    lead_count         bigint NOT NULL,
    leads_done         bigint NOT NULL DEFAULT 0,
    -- The lead that had its turn last, by when it came: a list is walked in that order, which no change disturbs.
    last_created_at    timestamptz,
    last_lead_id       uuid,
    changed_count      bigint NOT NULL DEFAULT 0,
    same_count         bigint NOT NULL DEFAULT 0,
    skipped_count      bigint NOT NULL DEFAULT 0,
    put_back_count     bigint NOT NULL DEFAULT 0,
    kept_count         bigint NOT NULL DEFAULT 0,
    -- Whoever works on it holds it under a token until then, so that a process that died leaves it to another.
    lease_token        uuid,
    leased_until       timestamptz,
    created_by         uuid NOT NULL,
    started_by         uuid NOT NULL,
    -- Without a foreign key: sessions are pruned, and what was done in one stays done.
    support_session_id uuid,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES members (tenant_id, person_id),
    FOREIGN KEY (tenant_id, started_by) REFERENCES members (tenant_id, person_id)
);
CREATE INDEX bulk_edits_newest_idx ON bulk_edits (tenant_id, created_at, id);
CREATE INDEX bulk_edits_working_idx ON bulk_edits (status, updated_at);

CREATE TABLE bulk_edit_leads (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id uuid NOT NULL,
    number       bigint NOT NULL,
    -- Without a foreign key: the lead may go, the line says that it was changed.
    lead_id      uuid NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('changed', 'same', 'skipped', 'put_back', 'kept')),
    reason       text,
    -- How the lead was, and the version it was left at: what nobody touched since can be put back.
    before       text,
    lead_version bigint,
    PRIMARY KEY (tenant_id, bulk_edit_id, number),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bulk_edit_leads_skipped_idx ON bulk_edit_leads (tenant_id, bulk_edit_id, number)
    WHERE outcome = 'skipped';

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE bulk_edits ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_edits FORCE ROW LEVEL SECURITY;
CREATE POLICY bulk_edits_of_tenant ON bulk_edits
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE bulk_edit_leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_edit_leads FORCE ROW LEVEL SECURITY;
CREATE POLICY bulk_edit_leads_of_tenant ON bulk_edit_leads
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
