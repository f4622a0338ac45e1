-- Certificates of hostnames, tracked apart from who owns them: what whoever ends TLS reports.

CREATE TABLE domain_certificates (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    domain_id   TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('ordered', 'issued', 'failed')),
    issuer      TEXT,
    expires_at  TEXT,
    error       TEXT,
    reported_by TEXT NOT NULL,
    reported_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, domain_id),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES tenant_domains (tenant_id, id) ON DELETE CASCADE
) STRICT;
