-- What a member must not forget.

CREATE TABLE reminders (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    title        text NOT NULL,
    due_at       timestamptz NOT NULL,
    lead_id      uuid,
    contact_id   uuid,
    assigned_to  uuid NOT NULL,
    created_by   uuid NOT NULL,
    completed_at timestamptz,
    completed_by uuid,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, person_id),
    CHECK ((completed_at IS NULL) = (completed_by IS NULL))
) WITH (fillfactor = 85);
-- What is open is looked at every morning, what is done seldom.
CREATE INDEX reminders_open_idx ON reminders (tenant_id, due_at, id) WHERE completed_at IS NULL;
CREATE INDEX reminders_done_idx ON reminders (tenant_id, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX reminders_lead_idx ON reminders (tenant_id, lead_id, due_at);
CREATE INDEX reminders_contact_idx ON reminders (tenant_id, contact_id, due_at);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY reminders_of_tenant ON reminders
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
