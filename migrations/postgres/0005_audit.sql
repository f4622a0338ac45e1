-- Who did what on the platform. The tenant may be absent, or gone: the trail outlives it.

CREATE TABLE admin_audit_events (
    id          uuid NOT NULL PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    actor_id    text NOT NULL,
    actor_role  text NOT NULL,
    action      text NOT NULL,
    status      text NOT NULL CHECK (status IN ('allowed', 'denied', 'succeeded', 'failed')),
    tenant_id   text,
    details     text NOT NULL DEFAULT '{}',
    request_id  text
);
CREATE INDEX admin_audit_events_newest_idx ON admin_audit_events (occurred_at, id);
CREATE INDEX admin_audit_events_tenant_idx ON admin_audit_events (tenant_id, occurred_at, id);
