-- Holds what a search looks into, so that it reads an index of a few megabytes and opens only the contacts of its page.
DROP INDEX contacts_newest_idx;
CREATE INDEX contacts_newest_idx ON contacts (tenant_id, created_at, id, search_text);
