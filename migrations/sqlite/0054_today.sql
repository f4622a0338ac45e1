-- Who did something on the site lately is looked for among the newest steps of visitors, which no member made.
CREATE INDEX activities_steps_idx ON activities (tenant_id, occurred_at, activity_type, contact_id) WHERE actor_id IS NULL;
