-- Who did what on the platform. The tenant may be absent, or gone: the trail outlives it.

CREATE TABLE admin_audit_events (
    id          TEXT NOT NULL PRIMARY KEY,
    occurred_at TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    actor_role  TEXT NOT NULL,
    action      TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('allowed', 'denied', 'succeeded', 'failed')),
    tenant_id   TEXT,
    details     TEXT NOT NULL DEFAULT '{}',
    request_id  TEXT
) STRICT;
CREATE INDEX admin_audit_events_newest_idx ON admin_audit_events (occurred_at, id);
CREATE INDEX admin_audit_events_tenant_idx ON admin_audit_events (tenant_id, occurred_at, id);
