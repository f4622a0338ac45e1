-- Answers kept for a day, so that a request sent twice has its effect once.

CREATE TABLE kept_answers (
    -- A tenant's id, or '*' for the console.
    scope       text NOT NULL,
    -- Who asked: one caller's key is nobody else's.
    caller      text NOT NULL,
    key_tag     text NOT NULL,
    -- Of method, path and body.
    request_tag text NOT NULL,
    -- NULL while the first request is being worked on.
    status      bigint,
    headers     text NOT NULL DEFAULT '{}',
    body        text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, caller, key_tag)
) WITH (fillfactor = 85);
CREATE INDEX kept_answers_oldest_idx ON kept_answers (scope, created_at);

-- Below the queries, which name their scope themselves. Not even the console sees what tenants' callers were answered.
ALTER TABLE kept_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_answers_of_scope ON kept_answers
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN scope THEN true ELSE false END);
