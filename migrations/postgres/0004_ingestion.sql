-- The queue between website and CRM, the history of its attempts, and which events have had their effect.

CREATE TABLE ingestion_jobs (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id               uuid NOT NULL,
    event_key        text NOT NULL,
    event_type       text NOT NULL,
    -- Written once: the envelope as it came, so that an unknown type still waits for a worker that knows it.
    payload          text NOT NULL,
    status           text NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'processing', 'processed', 'dead_letter', 'discarded')),
    attempt_count    bigint NOT NULL DEFAULT 0,
    last_error       text,
    next_attempt_at  timestamptz NOT NULL,
    -- Names the claim: whoever does not hold it any more cannot finish the job.
    lease_token      uuid,
    lease_until      timestamptz,
    request_id       text,
    created_at       timestamptz NOT NULL,
    processed_at     timestamptz,
    dead_lettered_at timestamptz,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX ingestion_jobs_event_key_key ON ingestion_jobs (tenant_id, event_key);
-- Only what waits is in the index that claims read: finished jobs cost nothing.
CREATE INDEX ingestion_jobs_pending_idx ON ingestion_jobs (next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX ingestion_jobs_lease_idx ON ingestion_jobs (lease_until) WHERE status = 'processing';
CREATE INDEX ingestion_jobs_dead_idx ON ingestion_jobs (tenant_id, dead_lettered_at, id) WHERE status = 'dead_letter';

CREATE TABLE ingestion_attempts (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    job_id      uuid NOT NULL,
    number      bigint NOT NULL,
    worker      text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    error       text NOT NULL,
    PRIMARY KEY (tenant_id, job_id, number, started_at),
    FOREIGN KEY (tenant_id, job_id) REFERENCES ingestion_jobs (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE ingested_events (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    event_key    text NOT NULL,
    event_type   text NOT NULL,
    job_id       uuid NOT NULL,
    contact_id   uuid,
    lead_id      uuid,
    occurred_at  timestamptz NOT NULL,
    processed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, event_key)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there.
-- The setting is local to the transaction; '*' is the platform itself.
ALTER TABLE ingestion_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY ingestion_jobs_of_tenant ON ingestion_jobs
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE ingestion_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY ingestion_attempts_of_tenant ON ingestion_attempts
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
ALTER TABLE ingested_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingested_events FORCE ROW LEVEL SECURITY;
CREATE POLICY ingested_events_of_tenant ON ingested_events
    USING (current_setting('app.tenant_id', true) IN (tenant_id, '*'));
