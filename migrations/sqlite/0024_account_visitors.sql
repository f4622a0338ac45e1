-- The name that an account's browsers go by: what its owner does on a second one is theirs, too.

ALTER TABLE accounts ADD COLUMN visitor_id TEXT;
