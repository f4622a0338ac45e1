-- A merge stays when its contact goes for a while: into another one by a later merge, or deleted and to be put back. What
-- takes a contact away for good takes its merges, too.
ALTER TABLE contact_merges DROP CONSTRAINT contact_merges_tenant_id_kept_id_fkey;
