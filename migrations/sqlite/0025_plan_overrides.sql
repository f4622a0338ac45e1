-- Exceptions that operators make from tenants' plans, each for a reason and perhaps until a day.

CREATE TABLE plan_overrides (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- A feature or a limit, by its word.
    subject    TEXT NOT NULL,
    -- How many of a limit; of a feature 1 for on and 0 for off.
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    reason     TEXT NOT NULL,
    expires_at TEXT,
    made_by    TEXT NOT NULL,
    made_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, subject)
) STRICT;
