-- Contacts are changed many at a time, too: an edit says what it is about, and its records are leads or contacts.
ALTER TABLE bulk_edits ADD COLUMN subject text NOT NULL DEFAULT 'leads' CHECK (subject IN ('leads', 'contacts'));
ALTER TABLE bulk_edits RENAME COLUMN lead_count TO record_count;
ALTER TABLE bulk_edits RENAME COLUMN leads_done TO records_done;
ALTER TABLE bulk_edits RENAME COLUMN last_lead_id TO last_record_id;

ALTER TABLE bulk_edit_leads RENAME TO bulk_edit_records;
ALTER TABLE bulk_edit_records RENAME COLUMN lead_id TO record_id;
ALTER TABLE bulk_edit_records RENAME COLUMN lead_version TO record_version;
ALTER POLICY bulk_edit_leads_of_tenant ON bulk_edit_records RENAME TO bulk_edit_records_of_tenant;
DROP INDEX bulk_edit_leads_skipped_idx;
CREATE INDEX bulk_edit_records_skipped_idx ON bulk_edit_records (tenant_id, bulk_edit_id, number)
    WHERE outcome = 'skipped';
