-- Services that are asked by themselves, every so many minutes, until somebody takes that back.

ALTER TABLE listing_feeds ADD COLUMN every_minutes INTEGER CHECK (every_minutes BETWEEN 1 AND 1440);
ALTER TABLE listing_feeds ADD COLUMN next_poll_at TEXT;
-- Where the service's token lies on the machine that asks: the token itself is nowhere here.
ALTER TABLE listing_feeds ADD COLUMN token_file TEXT;
ALTER TABLE listing_feeds ADD COLUMN disclaimer TEXT;
CREATE INDEX listing_feeds_due_idx ON listing_feeds (next_poll_at) WHERE next_poll_at IS NOT NULL;
