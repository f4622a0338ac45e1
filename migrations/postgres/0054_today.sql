-- Who did something on the site lately is looked for among the newest steps of visitors, which no member made.
CREATE INDEX activities_steps_idx ON activities (tenant_id, occurred_at, activity_type, contact_id) WHERE actor_id IS NULL;

-- When it was told that a reminder is overdue: to whoever shall do it, and to the owners.
ALTER TABLE reminders ADD COLUMN told_at timestamptz;
ALTER TABLE reminders ADD COLUMN owners_told_at timestamptz;
-- Whether it is told at all.
ALTER TABLE tenant_settings ADD COLUMN escalates_reminders boolean NOT NULL DEFAULT true;

-- Members are told of reminders, too, which may be about no lead.
ALTER TABLE notices ALTER COLUMN lead_id DROP NOT NULL;
ALTER TABLE notices ADD COLUMN reminder_id uuid;
ALTER TABLE notices ADD FOREIGN KEY (tenant_id, reminder_id) REFERENCES reminders (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE notices ADD CHECK (lead_id IS NOT NULL OR reminder_id IS NOT NULL);
CREATE INDEX notices_reminder_idx ON notices (tenant_id, reminder_id);

-- When the office answers, in its time zone: days as JSON, none for every day, and minutes of the day. NULL is around the
-- clock.
ALTER TABLE tenant_settings ADD COLUMN office_days text NOT NULL DEFAULT '[]';
ALTER TABLE tenant_settings ADD COLUMN office_from bigint;
ALTER TABLE tenant_settings ADD COLUMN office_until bigint;
