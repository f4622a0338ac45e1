-- Which pairs of a merge's contacts were suggested, or said to be two people: undoing it says so again. Names contacts
-- without foreign keys: they may go.
CREATE TABLE merged_suggestions (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         uuid NOT NULL,
    contact_id       uuid NOT NULL,
    other_contact_id uuid NOT NULL,
    reason           text NOT NULL,
    created_at       timestamptz NOT NULL,
    dismissed_at     timestamptz,
    PRIMARY KEY (tenant_id, merge_id, contact_id, other_contact_id),
    FOREIGN KEY (tenant_id, merge_id) REFERENCES contact_merges (tenant_id, id) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE merged_suggestions ENABLE ROW LEVEL SECURITY;
ALTER TABLE merged_suggestions FORCE ROW LEVEL SECURITY;
CREATE POLICY merged_suggestions_of_tenant ON merged_suggestions
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
