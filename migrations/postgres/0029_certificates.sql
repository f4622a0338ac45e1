-- Certificates of hostnames, tracked apart from who owns them: what whoever ends TLS reports.

CREATE TABLE domain_certificates (
    tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    domain_id   uuid NOT NULL,
    status      text NOT NULL CHECK (status IN ('ordered', 'issued', 'failed')),
    issuer      text,
    expires_at  timestamptz,
    error       text,
    reported_by text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, domain_id),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES tenant_domains (tenant_id, id) ON DELETE CASCADE
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE domain_certificates ENABLE ROW LEVEL SECURITY;
ALTER TABLE domain_certificates FORCE ROW LEVEL SECURITY;
CREATE POLICY domain_certificates_of_tenant ON domain_certificates
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
