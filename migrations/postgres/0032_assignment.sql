-- Whose a new lead becomes: rules in their order, who sits out, and which leads agents see.

CREATE TABLE assignment_rules (
    tenant_id      text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- All zeros: the catch-all, which is asked last and is there without a row, too.
    id             uuid NOT NULL,
    position       bigint NOT NULL,
    name           text NOT NULL,
    -- What is NULL is not asked.
    source         text,
    lead_type      text,
    town           text,
    price_min      bigint,
    price_max      bigint,
    -- Days of a window as JSON, none for every day; its hours in the tenant's zone.
    days           text NOT NULL,
    from_minute    bigint,
    until_minute   bigint,
    target         text NOT NULL CHECK (target IN ('person', 'round_robin', 'pool')),
    -- Members as JSON, in the order of their turns. Some may have left.
    people         text NOT NULL,
    -- Who had the last turn.
    last_person_id uuid,
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE assignment_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignment_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY assignment_rules_of_tenant ON assignment_rules
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

-- Who sits out: no rule gives them new leads.
ALTER TABLE members ADD COLUMN is_paused boolean NOT NULL DEFAULT false;

-- The zone that the hours of rules are in.
ALTER TABLE tenant_settings ADD COLUMN time_zone text NOT NULL DEFAULT 'America/New_York';
-- Whether agents see the leads of others.
ALTER TABLE tenant_settings ADD COLUMN agents_see text NOT NULL DEFAULT 'all' CHECK (agents_see IN ('all', 'own'));
