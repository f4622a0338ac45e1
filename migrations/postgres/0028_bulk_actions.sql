-- Bulk actions on dead letters, each with its progress; and what the queue's sparklines are drawn from.

CREATE TABLE bulk_actions (
    id         uuid NOT NULL PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('requeue', 'discard')),
    why        text,
    -- Which dead letters are meant: a tenant's or all, by the beginning of their error, so many, after so many.
    of_tenant  text REFERENCES tenants (id) ON DELETE CASCADE,
    reason     text,
    most       bigint NOT NULL,
    skipping   bigint NOT NULL,
    -- Who began it, and the line of the audit trail that allowed it.
    actor_id   text NOT NULL,
    actor_role text NOT NULL,
    request_id text,
    attempt_id uuid,
    meant      bigint NOT NULL,
    moved      bigint NOT NULL,
    status     text NOT NULL CHECK (status IN ('running', 'done', 'stopped')),
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX bulk_actions_newest_idx ON bulk_actions (started_at, id);
CREATE INDEX bulk_actions_running_idx ON bulk_actions (updated_at) WHERE status = 'running';

-- What failed lately, over all tenants.
CREATE INDEX ingestion_attempts_finished_idx ON ingestion_attempts (finished_at);
