-- Bulk actions on dead letters, each with its progress; and what the queue's sparklines are drawn from.

CREATE TABLE bulk_actions (
    id         TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('requeue', 'discard')),
    why        TEXT,
    -- Which dead letters are meant: a tenant's or all, by the beginning of their error, so many, after so many.
    of_tenant  TEXT REFERENCES tenants (id) ON DELETE CASCADE,
    reason     TEXT,
    most       INTEGER NOT NULL,
    skipping   INTEGER NOT NULL,
    -- Who began it, and the line of the audit trail that allowed it.
    actor_id   TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    request_id TEXT,
    attempt_id TEXT,
    meant      INTEGER NOT NULL,
    moved      INTEGER NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('running', 'done', 'stopped')),
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    ended_at   TEXT
) STRICT;
CREATE INDEX bulk_actions_newest_idx ON bulk_actions (started_at, id);
CREATE INDEX bulk_actions_running_idx ON bulk_actions (updated_at) WHERE status = 'running';

-- What failed lately, over all tenants.
CREATE INDEX ingestion_attempts_finished_idx ON ingestion_attempts (finished_at);
