-- Events of dead letters that an operator mended: what they were before is kept, as long as the job is.

CREATE TABLE ingestion_payloads (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    job_id      TEXT NOT NULL,
    -- Counts up from 1, which is the event as it came.
    number      INTEGER NOT NULL,
    payload     TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    reason      TEXT NOT NULL,
    replaced_by TEXT NOT NULL,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, job_id, number),
    FOREIGN KEY (tenant_id, job_id) REFERENCES ingestion_jobs (tenant_id, id) ON DELETE CASCADE
) STRICT;
