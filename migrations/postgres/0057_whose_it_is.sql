-- Whose a row was before contacts were merged: what a form allowed counts as that person's word until then.
CREATE INDEX merged_rows_row_idx ON merged_rows (tenant_id, kind, row_id);

-- Many leads that become somebody's at once are one notice, which says how many.
ALTER TABLE notices DROP CONSTRAINT notices_check;
ALTER TABLE notices ADD COLUMN lead_count bigint;
ALTER TABLE notices ADD CHECK (lead_id IS NOT NULL OR reminder_id IS NOT NULL OR lead_count IS NOT NULL);
-- Since when a message is to tell the same; NULL when none is, or it was written.
ALTER TABLE notices ADD COLUMN mail_due_at timestamptz;
CREATE INDEX notices_mail_idx ON notices (tenant_id, mail_due_at, id) WHERE mail_due_at IS NOT NULL;

-- Whether a member gets such messages.
ALTER TABLE members ADD COLUMN gets_mail boolean NOT NULL DEFAULT true;

-- Rules of assignment may ask for postal codes, as JSON, and for a tag of the lead or of whom it is from.
ALTER TABLE assignment_rules ADD COLUMN zips text NOT NULL DEFAULT '[]';
ALTER TABLE assignment_rules ADD COLUMN tag text;
-- How many turns of a round each of its people has, as JSON in their order; none are one each. And which turn was the last.
ALTER TABLE assignment_rules ADD COLUMN shares text NOT NULL DEFAULT '[]';
ALTER TABLE assignment_rules ADD COLUMN turn bigint;
