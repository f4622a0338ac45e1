-- A checkpoint also has the root of a Merkle tree over the lines that it adds to the one before it, signed with a key
-- whose public half anybody may know: a single line is proved by it. Checkpoints from before have none.

-- The first of those lines; the last one is where the checkpoint stands.
ALTER TABLE admin_audit_checkpoints ADD COLUMN first_seq INTEGER;
ALTER TABLE admin_audit_checkpoints ADD COLUMN root TEXT;
-- Of the key of that day, because another SESSION_SECRET makes another.
ALTER TABLE admin_audit_checkpoints ADD COLUMN public_key TEXT;
ALTER TABLE admin_audit_checkpoints ADD COLUMN root_signature TEXT;
CREATE INDEX admin_audit_checkpoints_roots_idx ON admin_audit_checkpoints (seq) WHERE root IS NOT NULL;
