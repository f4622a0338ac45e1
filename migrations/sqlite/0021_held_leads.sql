-- What looks as if a machine had sent it: the event as it came, until a member of the tenant has looked.

CREATE TABLE held_leads (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- The job that brought it.
    id           TEXT NOT NULL,
    payload      TEXT NOT NULL,
    score        INTEGER NOT NULL,
    occurred_at  TEXT NOT NULL,
    held_at      TEXT NOT NULL,
    -- When somebody said that it is spam. It can be taken back for a while.
    discarded_at TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX held_leads_waiting_idx ON held_leads (tenant_id, held_at, id) WHERE discarded_at IS NULL;
CREATE INDEX held_leads_discarded_idx ON held_leads (tenant_id, discarded_at, id) WHERE discarded_at IS NOT NULL;
