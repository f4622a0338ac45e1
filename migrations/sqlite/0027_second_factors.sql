-- A second factor for operators: codes of an authenticator app, and recovery codes for when it is lost.

CREATE TABLE operator_second_factors (
    operator_id  TEXT NOT NULL PRIMARY KEY REFERENCES operators (id) ON DELETE CASCADE,
    -- The app's secret is made from this and a key that is not in the database.
    salt         TEXT NOT NULL,
    -- When the first code was shown; until then nobody is asked for one.
    confirmed_at TEXT,
    -- The step of time of the last code: none passes twice.
    last_step    INTEGER NOT NULL,
    created_at   TEXT NOT NULL
) STRICT;

CREATE TABLE operator_recovery_codes (
    operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    code_hash   TEXT NOT NULL,
    used_at     TEXT,
    PRIMARY KEY (operator_id, code_hash)
) STRICT;

-- Since when somebody is no operator any more. The row stays, because the trail and support sessions name them.
ALTER TABLE operators ADD COLUMN removed_at TEXT;
