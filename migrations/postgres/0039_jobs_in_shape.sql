-- Jobs that others write by SQL have a shape that workers can read, or are refused.

SET LOCAL app.tenant_id = '*';

-- What was written before is mended first. What is no time becomes now, so that no event is lost for what stands
-- beside it.
UPDATE ingestion_jobs
   SET created_at = now()
 WHERE created_at < to_timestamp(0 - 86400.0 * 719162) OR created_at >= to_timestamp(86400.0 * 2932895);
UPDATE ingestion_jobs
   SET next_attempt_at = now()
 WHERE next_attempt_at < to_timestamp(0 - 86400.0 * 719162) OR next_attempt_at >= to_timestamp(86400.0 * 2932895);
UPDATE ingestion_jobs
   SET processed_at = now()
 WHERE processed_at < to_timestamp(0 - 86400.0 * 719162) OR processed_at >= to_timestamp(86400.0 * 2932895);
UPDATE ingestion_jobs
   SET dead_lettered_at = now()
 WHERE dead_lettered_at < to_timestamp(0 - 86400.0 * 719162) OR dead_lettered_at >= to_timestamp(86400.0 * 2932895);
UPDATE ingestion_jobs
   SET attempt_count = LEAST(GREATEST(attempt_count, 0), 1000000)
 WHERE attempt_count NOT BETWEEN 0 AND 1000000;

-- The fence: from the year 1 to the end of 9999, which leaves out both infinities.
ALTER TABLE ingestion_jobs
    ADD CONSTRAINT created_at_must_be_within_the_years_1_to_9999
        CHECK (created_at >= to_timestamp(0 - 86400.0 * 719162) AND created_at < to_timestamp(86400.0 * 2932895)),
    ADD CONSTRAINT next_attempt_at_must_be_within_the_years_1_to_9999
        CHECK (next_attempt_at >= to_timestamp(0 - 86400.0 * 719162)
           AND next_attempt_at < to_timestamp(86400.0 * 2932895)),
    ADD CONSTRAINT processed_at_must_be_within_the_years_1_to_9999
        CHECK (processed_at >= to_timestamp(0 - 86400.0 * 719162)
           AND processed_at < to_timestamp(86400.0 * 2932895)),
    ADD CONSTRAINT dead_lettered_at_must_be_within_the_years_1_to_9999
        CHECK (dead_lettered_at >= to_timestamp(0 - 86400.0 * 719162)
           AND dead_lettered_at < to_timestamp(86400.0 * 2932895)),
    ADD CONSTRAINT attempt_count_must_be_from_0_to_1000000
        CHECK (attempt_count BETWEEN 0 AND 1000000);
