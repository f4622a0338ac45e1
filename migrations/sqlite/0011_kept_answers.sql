-- Answers kept for a day, so that a request sent twice has its effect once.

CREATE TABLE kept_answers (
    -- A tenant's id, or '*' for the console.
    scope       TEXT NOT NULL,
    -- Who asked: one caller's key is nobody else's.
    caller      TEXT NOT NULL,
    key_tag     TEXT NOT NULL,
    -- Of method, path and body.
    request_tag TEXT NOT NULL,
    -- NULL while the first request is being worked on.
    status      INTEGER,
    headers     TEXT NOT NULL DEFAULT '{}',
    body        TEXT NOT NULL DEFAULT '',
    created_at  TEXT NOT NULL,
    PRIMARY KEY (scope, caller, key_tag)
) STRICT;
CREATE INDEX kept_answers_oldest_idx ON kept_answers (scope, created_at);
