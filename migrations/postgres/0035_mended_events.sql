-- Events of dead letters that an operator mended: what they were before is kept, as long as the job is.

CREATE TABLE ingestion_payloads (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    job_id      uuid NOT NULL,
    -- Counts up from 1, which is the event as it came.
    number      bigint NOT NULL,
    payload     text NOT NULL,
    event_type  text NOT NULL,
    reason      text NOT NULL,
    replaced_by text NOT NULL,
    replaced_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, job_id, number),
    FOREIGN KEY (tenant_id, job_id) REFERENCES ingestion_jobs (tenant_id, id) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE ingestion_payloads ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion_payloads FORCE ROW LEVEL SECURITY;
CREATE POLICY ingestion_payloads_of_tenant ON ingestion_payloads
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
