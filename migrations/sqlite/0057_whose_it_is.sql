-- Whose a row was before contacts were merged: what a form allowed counts as that person's word until then.
CREATE INDEX merged_rows_row_idx ON merged_rows (tenant_id, kind, row_id);

-- Many leads that become somebody's at once are one notice, which says how many.
CREATE TABLE notices_of_members (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    person_id   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    lead_id     TEXT,
    -- Who did it; NULL when a rule did.
    actor_id    TEXT,
    created_at  TEXT NOT NULL,
    read_at     TEXT,
    reminder_id TEXT,
    lead_count  INTEGER,
    -- Since when a message is to tell the same; NULL when none is, or it was written.
    mail_due_at TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, reminder_id) REFERENCES reminders (tenant_id, id) ON DELETE CASCADE,
    CHECK (lead_id IS NOT NULL OR reminder_id IS NOT NULL OR lead_count IS NOT NULL)
) STRICT;
INSERT INTO notices_of_members
       (tenant_id, id, person_id, kind, lead_id, actor_id, created_at, read_at, reminder_id)
SELECT tenant_id, id, person_id, kind, lead_id, actor_id, created_at, read_at, reminder_id
  FROM notices;
DROP TABLE notices;
ALTER TABLE notices_of_members RENAME TO notices;
CREATE INDEX notices_newest_idx ON notices (tenant_id, person_id, created_at, id);
CREATE INDEX notices_unread_idx ON notices (tenant_id, person_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notices_lead_idx ON notices (tenant_id, lead_id);
CREATE INDEX notices_reminder_idx ON notices (tenant_id, reminder_id);
CREATE INDEX notices_mail_idx ON notices (tenant_id, mail_due_at, id) WHERE mail_due_at IS NOT NULL;

-- Whether a member gets such messages.
ALTER TABLE members ADD COLUMN gets_mail INTEGER NOT NULL DEFAULT true CHECK (gets_mail IN (0, 1));

-- Rules of assignment may ask for postal codes, as JSON, and for a tag of the lead or of whom it is from.
ALTER TABLE assignment_rules ADD COLUMN zips TEXT NOT NULL DEFAULT '[]';
ALTER TABLE assignment_rules ADD COLUMN tag TEXT;
-- How many turns of a round each of its people has, as JSON in their order; none are one each. And which turn was the last.
ALTER TABLE assignment_rules ADD COLUMN shares TEXT NOT NULL DEFAULT '[]';
ALTER TABLE assignment_rules ADD COLUMN turn INTEGER;
