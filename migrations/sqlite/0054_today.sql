-- Who did something on the site lately is looked for among the newest steps of visitors, which no member made.
CREATE INDEX activities_steps_idx ON activities (tenant_id, occurred_at, activity_type, contact_id) WHERE actor_id IS NULL;

-- When it was told that a reminder is overdue: to whoever shall do it, and to the owners.
ALTER TABLE reminders ADD COLUMN told_at TEXT;
ALTER TABLE reminders ADD COLUMN owners_told_at TEXT;
-- Whether it is told at all.
ALTER TABLE tenant_settings ADD COLUMN escalates_reminders INTEGER NOT NULL DEFAULT true CHECK (escalates_reminders IN (0, 1));

-- Members are told of reminders, too, which may be about no lead.
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
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, lead_id) REFERENCES leads (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, reminder_id) REFERENCES reminders (tenant_id, id) ON DELETE CASCADE,
    CHECK (lead_id IS NOT NULL OR reminder_id IS NOT NULL)
) STRICT;
INSERT INTO notices_of_members (tenant_id, id, person_id, kind, lead_id, actor_id, created_at, read_at)
SELECT tenant_id, id, person_id, kind, lead_id, actor_id, created_at, read_at
  FROM notices;
DROP TABLE notices;
ALTER TABLE notices_of_members RENAME TO notices;
CREATE INDEX notices_newest_idx ON notices (tenant_id, person_id, created_at, id);
CREATE INDEX notices_unread_idx ON notices (tenant_id, person_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notices_lead_idx ON notices (tenant_id, lead_id);
CREATE INDEX notices_reminder_idx ON notices (tenant_id, reminder_id);

-- When the office answers, in its time zone: days as JSON, none for every day, and minutes of the day. NULL is around the
-- clock.
ALTER TABLE tenant_settings ADD COLUMN office_days TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tenant_settings ADD COLUMN office_from INTEGER;
ALTER TABLE tenant_settings ADD COLUMN office_until INTEGER;
