-- What the queue did hour by hour, counted by whoever finishes jobs; and bulk actions on jobs that were ticked.

-- Jobs that came in one hour and were done, or failed an attempt, in another. Hours are counted since 1970.
-- The room in each page is for the row of this hour, which is written again and again.
CREATE TABLE queue_hours (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    event_type text NOT NULL,
    hour       bigint NOT NULL,
    came       bigint NOT NULL,
    done       bigint NOT NULL,
    failed     bigint NOT NULL,
    PRIMARY KEY (tenant_id, event_type, hour, came)
) WITH (fillfactor = 50);
CREATE INDEX queue_hours_newest_idx ON queue_hours (hour);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE queue_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE queue_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY queue_hours_of_tenant ON queue_hours
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

SET LOCAL app.tenant_id = '*';
INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
SELECT tenant_id, event_type, CAST(FLOOR(EXTRACT(EPOCH FROM processed_at) / 3600) AS bigint),
       CAST(FLOOR(EXTRACT(EPOCH FROM created_at) / 3600) AS bigint), COUNT(*), 0
  FROM ingestion_jobs
 WHERE status = 'processed'
 GROUP BY 1, 2, 3, 4;

INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
SELECT attempt.tenant_id, job.event_type, CAST(FLOOR(EXTRACT(EPOCH FROM attempt.finished_at) / 3600) AS bigint),
       CAST(FLOOR(EXTRACT(EPOCH FROM job.created_at) / 3600) AS bigint), 0, COUNT(*)
  FROM ingestion_attempts AS attempt
  JOIN ingestion_jobs AS job ON job.tenant_id = attempt.tenant_id AND job.id = attempt.job_id
 GROUP BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, event_type, hour, came) DO UPDATE SET failed = excluded.failed;

-- How many were ticked; none when a filter says which.
ALTER TABLE bulk_actions ADD COLUMN chosen bigint;
CREATE TABLE bulk_action_jobs (
    action_id uuid NOT NULL REFERENCES bulk_actions (id) ON DELETE CASCADE,
    job_id    uuid NOT NULL,
    PRIMARY KEY (action_id, job_id)
);
