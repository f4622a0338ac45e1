-- Claims go from tenant to tenant, so what waits lies tenant by tenant; and a person can stop them.

DROP INDEX ingestion_jobs_pending_idx;
-- Only what waits is in the index that claims read: finished jobs cost nothing.
CREATE INDEX ingestion_jobs_pending_idx ON ingestion_jobs (tenant_id, next_attempt_at, id) WHERE status = 'pending';
-- Finished jobs leave by age.
CREATE INDEX ingestion_jobs_processed_idx ON ingestion_jobs (processed_at) WHERE status = 'processed';

-- Whose jobs wait until somebody resumes them: a tenant's id, or '*' for everybody's.
CREATE TABLE ingestion_pauses (
    scope     TEXT NOT NULL PRIMARY KEY,
    paused_at TEXT NOT NULL,
    paused_by TEXT NOT NULL
) STRICT;
