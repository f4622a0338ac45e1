-- The queue between website and CRM, the history of its attempts, and which events have had their effect.

CREATE TABLE ingestion_jobs (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    event_key        TEXT NOT NULL,
    event_type       TEXT NOT NULL,
    -- Written once: the envelope as it came, so that an unknown type still waits for a worker that knows it.
    payload          TEXT NOT NULL,
    status           TEXT NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'processing', 'processed', 'dead_letter', 'discarded')),
    attempt_count    INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT,
    next_attempt_at  TEXT NOT NULL,
    -- Names the claim: whoever does not hold it any more cannot finish the job.
    lease_token      TEXT,
    lease_until      TEXT,
    request_id       TEXT,
    created_at       TEXT NOT NULL,
    processed_at     TEXT,
    dead_lettered_at TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX ingestion_jobs_event_key_key ON ingestion_jobs (tenant_id, event_key);
-- Only what waits is in the index that claims read: finished jobs cost nothing.
CREATE INDEX ingestion_jobs_pending_idx ON ingestion_jobs (next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX ingestion_jobs_lease_idx ON ingestion_jobs (lease_until) WHERE status = 'processing';
CREATE INDEX ingestion_jobs_dead_idx ON ingestion_jobs (tenant_id, dead_lettered_at, id) WHERE status = 'dead_letter';

CREATE TABLE ingestion_attempts (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    job_id      TEXT NOT NULL,
    number      INTEGER NOT NULL,
    worker      TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    error       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, job_id, number, started_at),
    FOREIGN KEY (tenant_id, job_id) REFERENCES ingestion_jobs (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE ingested_events (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    event_key    TEXT NOT NULL,
    event_type   TEXT NOT NULL,
    job_id       TEXT NOT NULL,
    contact_id   TEXT,
    lead_id      TEXT,
    occurred_at  TEXT NOT NULL,
    processed_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, event_key)
) STRICT;
