-- How the search for the proof of a hostname in DNS goes.

-- Since when the proof is wanted; without it, since the name was added.
ALTER TABLE tenant_domains ADD COLUMN proof_since TEXT;
ALTER TABLE tenant_domains ADD COLUMN last_checked_at TEXT;
ALTER TABLE tenant_domains ADD COLUMN found_texts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tenant_domains ADD COLUMN found_addresses TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tenant_domains ADD COLUMN last_check TEXT
    CHECK (last_check IN ('proved', 'missing', 'wrong', 'unreachable'));
-- Whoever looks moves this on before, so that several processes share the work.
ALTER TABLE tenant_domains ADD COLUMN next_check_at TEXT;
CREATE INDEX tenant_domains_due_idx ON tenant_domains (next_check_at) WHERE next_check_at IS NOT NULL;

-- Names that wait since before are looked for too.
UPDATE tenant_domains SET next_check_at = created_at WHERE NOT is_verified AND status = 'active';
