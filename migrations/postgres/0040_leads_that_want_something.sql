-- What counts leads finds all it asks of them in the index: where they stand, whose they are, what is planned, what they
-- come to.
DROP INDEX leads_status_idx;
CREATE INDEX leads_status_idx ON leads
    (tenant_id, status, created_at, id, assigned_to, next_action_at, price_min, price_max);

-- Whether somebody has reached out, of the few activities that are a member's.
CREATE INDEX activities_answers_idx ON activities (tenant_id, lead_id, activity_type) WHERE actor_id IS NOT NULL;
