-- Lists by last change are read from an index, as those by arrival are; and those of one contact to the last column
-- of their order, without which SQLite prefers to read everybody's.

CREATE INDEX leads_changed_idx ON leads (tenant_id, updated_at, id);
DROP INDEX leads_contact_idx;
CREATE INDEX leads_contact_idx ON leads (tenant_id, contact_id, created_at, id);
DROP INDEX leads_assigned_idx;
CREATE INDEX leads_assigned_idx ON leads (tenant_id, assigned_to, created_at, id);
