-- Whose a new lead becomes: rules in their order, who sits out, and which leads agents see.

CREATE TABLE assignment_rules (
    tenant_id      TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- All zeros: the catch-all, which is asked last and is there without a row, too.
    id             TEXT NOT NULL,
    position       INTEGER NOT NULL,
    name           TEXT NOT NULL,
    -- What is NULL is not asked.
    source         TEXT,
    lead_type      TEXT,
    town           TEXT,
    price_min      INTEGER,
    price_max      INTEGER,
    -- Days of a window as JSON, none for every day; its hours in the tenant's zone.
    days           TEXT NOT NULL,
    from_minute    INTEGER,
    until_minute   INTEGER,
    target         TEXT NOT NULL CHECK (target IN ('person', 'round_robin', 'pool')),
    -- Members as JSON, in the order of their turns. Some may have left.
    people         TEXT NOT NULL,
    -- Who had the last turn.
    last_person_id TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

-- Who sits out: no rule gives them new leads.
ALTER TABLE members ADD COLUMN is_paused INTEGER NOT NULL DEFAULT false CHECK (is_paused IN (0, 1));

-- The zone that the hours of rules are in.
ALTER TABLE tenant_settings ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'America/New_York';
-- Whether agents see the leads of others.
ALTER TABLE tenant_settings ADD COLUMN agents_see TEXT NOT NULL DEFAULT 'all' CHECK (agents_see IN ('all', 'own'));
