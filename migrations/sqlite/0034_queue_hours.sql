-- What the queue did hour by hour, counted by whoever finishes jobs; and bulk actions on jobs that were ticked.

-- Jobs that came in one hour and were done, or failed an attempt, in another. Hours are counted since 1970.
CREATE TABLE queue_hours (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    hour       INTEGER NOT NULL,
    came       INTEGER NOT NULL,
    done       INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, event_type, hour, came)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_hours_newest_idx ON queue_hours (hour);

INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
SELECT tenant_id, event_type, CAST(strftime('%s', processed_at) AS INTEGER) / 3600,
       CAST(strftime('%s', created_at) AS INTEGER) / 3600, COUNT(*), 0
  FROM ingestion_jobs
 WHERE status = 'processed'
 GROUP BY 1, 2, 3, 4;

INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
SELECT attempt.tenant_id, job.event_type, CAST(strftime('%s', attempt.finished_at) AS INTEGER) / 3600,
       CAST(strftime('%s', job.created_at) AS INTEGER) / 3600, 0, COUNT(*)
  FROM ingestion_attempts AS attempt
  JOIN ingestion_jobs AS job ON job.tenant_id = attempt.tenant_id AND job.id = attempt.job_id
 WHERE TRUE
 GROUP BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, event_type, hour, came) DO UPDATE SET failed = excluded.failed;

-- How many were ticked; none when a filter says which.
ALTER TABLE bulk_actions ADD COLUMN chosen INTEGER;
CREATE TABLE bulk_action_jobs (
    action_id TEXT NOT NULL REFERENCES bulk_actions (id) ON DELETE CASCADE,
    job_id    TEXT NOT NULL,
    PRIMARY KEY (action_id, job_id)
) STRICT;
