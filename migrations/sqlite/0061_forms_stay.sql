-- What a form said, and what was allowed on it, is proof: it goes with its person when they are forgotten, and is never
-- written over.
CREATE TRIGGER activities_say_what_was_sent BEFORE UPDATE OF activity_type, occurred_at, metadata ON activities
WHEN OLD.activity_type IN ('lead_submitted', 'valuation_requested')
BEGIN
    SELECT RAISE(ABORT, 'what a form said is never written over');
END;
