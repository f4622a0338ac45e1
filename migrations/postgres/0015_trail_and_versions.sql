-- The audit trail becomes a chain that nobody can mend unseen, and what operators change has versions.

-- The line that says "allowed", of which this line tells the outcome.
ALTER TABLE admin_audit_events ADD COLUMN attempt_id uuid;
-- The place in the chain, and SHA-256 over the place before it and this line. Lines from before the chain have none.
ALTER TABLE admin_audit_events ADD COLUMN seq bigint;
ALTER TABLE admin_audit_events ADD COLUMN hash text;
CREATE UNIQUE INDEX admin_audit_events_seq_key ON admin_audit_events (seq);
CREATE INDEX admin_audit_events_actor_idx ON admin_audit_events (actor_id, occurred_at, id);
CREATE INDEX admin_audit_events_action_idx ON admin_audit_events (action, occurred_at, id);
CREATE INDEX admin_audit_events_status_idx ON admin_audit_events (status, occurred_at, id);
CREATE INDEX admin_audit_events_attempt_idx ON admin_audit_events (attempt_id) WHERE attempt_id IS NOT NULL;

-- The end of the chain. Whoever appends takes this row, so that appending is one at a time.
CREATE TABLE admin_audit_head (
    id        bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    seq       bigint NOT NULL,
    hash      text NOT NULL,
    -- Lines from before the chain.
    unchained bigint NOT NULL
);
INSERT INTO admin_audit_head (id, seq, hash, unchained)
SELECT 1, 0, '0000000000000000000000000000000000000000000000000000000000000000', COUNT(*)
  FROM admin_audit_events;

-- Ends of the chain, signed with a key that is not in the database.
CREATE TABLE admin_audit_checkpoints (
    seq       bigint NOT NULL PRIMARY KEY,
    hash      text NOT NULL,
    signed_at timestamptz NOT NULL,
    signature text NOT NULL
);

CREATE FUNCTION admin_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever appended to';
END
$$;
CREATE TRIGGER admin_audit_events_stay BEFORE DELETE OR UPDATE ON admin_audit_events
    FOR EACH ROW EXECUTE FUNCTION admin_audit_is_final();
CREATE TRIGGER admin_audit_events_are_kept BEFORE TRUNCATE ON admin_audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION admin_audit_is_final();

-- How often anything about a tenant was changed that operators change: what If-Match compares.
ALTER TABLE tenants ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- Since when a name is given up: others may not have it for a while.
ALTER TABLE tenant_domains ADD COLUMN released_at timestamptz;

-- When a tenant's jobs last failed.
CREATE INDEX ingestion_attempts_newest_idx ON ingestion_attempts (tenant_id, finished_at);

-- Since when somebody is no member any more. The row stays, because the tenant's history names them.
ALTER TABLE members ADD COLUMN removed_at timestamptz;
