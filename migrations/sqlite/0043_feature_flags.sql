-- Features that operators switched for the whole platform. Where there is no row, plans, choices and exceptions decide.

CREATE TABLE feature_flags (
    feature    TEXT NOT NULL PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('off', 'rollout')),
    -- Of a hundred tenants, how many; only of a rollout.
    percentage INTEGER CHECK (percentage BETWEEN 0 AND 100),
    reason     TEXT NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     TEXT NOT NULL,
    CHECK ((state = 'rollout') = (percentage IS NOT NULL))
) STRICT;
