-- What a member must not forget.

CREATE TABLE reminders (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    title        TEXT NOT NULL,
    due_at       TEXT NOT NULL,
    lead_id      TEXT,
    contact_id   TEXT,
    assigned_to  TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    completed_at TEXT,
    completed_by TEXT,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, person_id),
    CHECK ((completed_at IS NULL) = (completed_by IS NULL))
) STRICT;
-- What is open is looked at every morning, what is done seldom.
CREATE INDEX reminders_open_idx ON reminders (tenant_id, due_at, id) WHERE completed_at IS NULL;
CREATE INDEX reminders_done_idx ON reminders (tenant_id, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX reminders_lead_idx ON reminders (tenant_id, lead_id, due_at);
CREATE INDEX reminders_contact_idx ON reminders (tenant_id, contact_id, due_at);
