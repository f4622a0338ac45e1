-- Leads are found by words: by those of their contact, and by their own, which few have.
CREATE INDEX leads_noted_idx ON leads (tenant_id, created_at, id) WHERE (notes IS NOT NULL) OR (listing_address IS NOT NULL);

-- Whose the leads of a contact are is known without opening them.
DROP INDEX leads_contact_idx;
CREATE INDEX leads_contact_idx ON leads (tenant_id, contact_id, created_at, id, assigned_to);
