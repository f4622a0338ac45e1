-- Jobs that others write by SQL have a shape that workers can read, or are refused with a sentence that says which.

-- What was written before is mended first. A time in another form becomes the same time in ours; what is none becomes
-- now, so that no event is lost for what stands beside it.
UPDATE ingestion_jobs
   SET created_at = MIN(strftime('%Y-%m-%dT%H:%M:%f000Z', COALESCE(julianday(created_at), 'now')), '9999-12-29T00:00:00.000000Z')
 WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
    OR substr(created_at, 1, 19) IS NOT strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19)) OR created_at >= '9999-12-30';
UPDATE ingestion_jobs
   SET next_attempt_at = MIN(strftime('%Y-%m-%dT%H:%M:%f000Z', COALESCE(julianday(next_attempt_at), 'now')), '9999-12-29T00:00:00.000000Z')
 WHERE next_attempt_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
    OR substr(next_attempt_at, 1, 19) IS NOT strftime('%Y-%m-%dT%H:%M:%S', substr(next_attempt_at, 1, 19)) OR next_attempt_at >= '9999-12-30';
UPDATE ingestion_jobs
   SET processed_at = MIN(strftime('%Y-%m-%dT%H:%M:%f000Z', COALESCE(julianday(processed_at), 'now')), '9999-12-29T00:00:00.000000Z')
 WHERE processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
    OR substr(processed_at, 1, 19) IS NOT strftime('%Y-%m-%dT%H:%M:%S', substr(processed_at, 1, 19)) OR processed_at >= '9999-12-30';
UPDATE ingestion_jobs
   SET dead_lettered_at = MIN(strftime('%Y-%m-%dT%H:%M:%f000Z', COALESCE(julianday(dead_lettered_at), 'now')), '9999-12-29T00:00:00.000000Z')
 WHERE dead_lettered_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
    OR substr(dead_lettered_at, 1, 19) IS NOT strftime('%Y-%m-%dT%H:%M:%S', substr(dead_lettered_at, 1, 19)) OR dead_lettered_at >= '9999-12-30';
UPDATE ingestion_jobs
   SET attempt_count = MIN(MAX(attempt_count, 0), 1000000)
 WHERE attempt_count NOT BETWEEN 0 AND 1000000;

-- A job whose id nobody here could have written was looked up in vain for ever. It gets another, with its history.
CREATE TABLE renamed_jobs (
    tenant_id TEXT NOT NULL,
    was       TEXT NOT NULL,
    id        TEXT NOT NULL
) STRICT;
INSERT INTO renamed_jobs (tenant_id, was, id)
SELECT tenant_id, id,
       lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||
             substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))
  FROM ingestion_jobs
 WHERE id NOT GLOB '????????-????-????-????-????????????' OR id GLOB '*[^0-9a-f-]*'
    OR length(replace(id, '-', '')) <> 32;
PRAGMA defer_foreign_keys = ON;
UPDATE ingestion_jobs AS job SET id = renamed.id
  FROM renamed_jobs AS renamed WHERE job.tenant_id = renamed.tenant_id AND job.id = renamed.was;
UPDATE ingestion_attempts AS attempt SET job_id = renamed.id
  FROM renamed_jobs AS renamed WHERE attempt.tenant_id = renamed.tenant_id AND attempt.job_id = renamed.was;
UPDATE ingestion_payloads AS payload SET job_id = renamed.id
  FROM renamed_jobs AS renamed WHERE payload.tenant_id = renamed.tenant_id AND payload.job_id = renamed.was;
DROP TABLE renamed_jobs;

-- The fence. A claim writes none of these columns, and a time as we write it takes one look; seconds and milliseconds,
-- as other programs write them, sort well enough.
CREATE TRIGGER ingestion_jobs_come_in_shape BEFORE INSERT ON ingestion_jobs
BEGIN
    SELECT CASE
        WHEN NEW.id NOT GLOB '????????-????-????-????-????????????' OR NEW.id GLOB '*[^0-9a-f-]*'
          OR length(replace(NEW.id, '-', '')) <> 32
        THEN RAISE(ABORT, 'id must be a UUID in lower case with hyphens')
        WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.created_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.created_at)
         AND NEW.created_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.created_at) OR NEW.created_at >= '9999-12-30'
        THEN RAISE(ABORT, 'created_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
        WHEN NEW.next_attempt_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.next_attempt_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.next_attempt_at)
         AND NEW.next_attempt_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.next_attempt_at) OR NEW.next_attempt_at >= '9999-12-30'
        THEN RAISE(ABORT, 'next_attempt_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
        WHEN NEW.attempt_count NOT BETWEEN 0 AND 1000000
        THEN RAISE(ABORT, 'attempt_count must be from 0 to 1000000')
    END;
END;
CREATE TRIGGER ingestion_jobs_stay_in_shape BEFORE UPDATE OF id, created_at, next_attempt_at ON ingestion_jobs
BEGIN
    SELECT CASE
        WHEN NEW.id NOT GLOB '????????-????-????-????-????????????' OR NEW.id GLOB '*[^0-9a-f-]*'
          OR length(replace(NEW.id, '-', '')) <> 32
        THEN RAISE(ABORT, 'id must be a UUID in lower case with hyphens')
        WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.created_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.created_at)
         AND NEW.created_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.created_at) OR NEW.created_at >= '9999-12-30'
        THEN RAISE(ABORT, 'created_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
        WHEN NEW.next_attempt_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.next_attempt_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.next_attempt_at)
         AND NEW.next_attempt_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.next_attempt_at) OR NEW.next_attempt_at >= '9999-12-30'
        THEN RAISE(ABORT, 'next_attempt_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
    END;
END;
CREATE TRIGGER ingestion_jobs_come_dead_in_shape BEFORE INSERT ON ingestion_jobs
WHEN NEW.dead_lettered_at IS NOT NULL
BEGIN
    SELECT CASE
        WHEN NEW.dead_lettered_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.dead_lettered_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.dead_lettered_at)
         AND NEW.dead_lettered_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.dead_lettered_at) OR NEW.dead_lettered_at >= '9999-12-30'
        THEN RAISE(ABORT, 'dead_lettered_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
    END;
END;
CREATE TRIGGER ingestion_jobs_die_in_shape BEFORE UPDATE OF dead_lettered_at ON ingestion_jobs
WHEN NEW.dead_lettered_at IS NOT NULL
BEGIN
    SELECT CASE
        WHEN NEW.dead_lettered_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
         AND NEW.dead_lettered_at IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', NEW.dead_lettered_at)
         AND NEW.dead_lettered_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', NEW.dead_lettered_at) OR NEW.dead_lettered_at >= '9999-12-30'
        THEN RAISE(ABORT, 'dead_lettered_at must be a time in UTC such as 2026-01-31T09:30:00.000000Z')
    END;
END;
