-- How a file of contacts was read, so that whoever brought it sees it. Cards have none of this.

ALTER TABLE imports ADD COLUMN delimiter TEXT CHECK (delimiter IN ('comma', 'semicolon', 'tab', 'bar'));
ALTER TABLE imports ADD COLUMN encoding TEXT;
ALTER TABLE imports ADD COLUMN has_header boolean;
