-- When all contacts of a tenant were last looked through for people who are there twice.

ALTER TABLE tenant_settings ADD COLUMN duplicates_looked_at timestamptz;
CREATE INDEX tenant_settings_looked_idx ON tenant_settings (duplicates_looked_at);
