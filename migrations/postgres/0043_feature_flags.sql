-- Features that operators switched for the whole platform. Where there is no row, plans, choices and exceptions decide.

CREATE TABLE feature_flags (
    feature    text NOT NULL PRIMARY KEY,
    state      text NOT NULL CHECK (state IN ('off', 'rollout')),
    -- Of a hundred tenants, how many; only of a rollout.
    percentage bigint CHECK (percentage BETWEEN 0 AND 100),
    reason     text NOT NULL,
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL,
    CHECK ((state = 'rollout') = (percentage IS NOT NULL))
);

-- No tenant's, and asked in every tenant's transaction; but only the platform's key changes it.
ALTER TABLE feature_flags ENABLE ROW LEVEL SECURITY;
ALTER TABLE feature_flags FORCE ROW LEVEL SECURITY;
CREATE POLICY feature_flags_are_read ON feature_flags FOR SELECT USING (true);
CREATE POLICY feature_flags_of_platform ON feature_flags
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true ELSE false END);
