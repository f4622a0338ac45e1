-- What members wrote down is found by its words, too: the lead or, where none is named, the contact it was written of. What
-- a line of the timeline is found by stands in its row, between spaces, and triggers keep the table of words. Why so, says
-- docs/adr/0024. A line never changes.
SET LOCAL app.tenant_id = '*';
ALTER TABLE activities ADD COLUMN search_text text NOT NULL DEFAULT '';

UPDATE activities
   SET search_text = made.text
  FROM (SELECT tenant_id, id, ' ' || string_agg(word, ' ') || ' ' AS text
          FROM (SELECT DISTINCT activities.tenant_id, activities.id, substr(parts.word, 1, 40) AS word
                  FROM activities
                 CROSS JOIN LATERAL regexp_split_to_table(
                           lower(substr(activities.summary, 1, 2000)), '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS parts (word)
                 WHERE activities.activity_type IN ('note', 'call_logged', 'text_logged', 'email_logged')
                   AND activities.metadata = '{}'
                   AND (activities.lead_id IS NOT NULL OR activities.contact_id IS NOT NULL)
                   AND parts.word <> '') AS words
         GROUP BY tenant_id, id) AS made
 WHERE made.tenant_id = activities.tenant_id AND made.id = activities.id;

CREATE TABLE activity_words (
    tenant_id   text NOT NULL,
    word        text COLLATE "C" NOT NULL,
    activity_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, word, activity_id)
);
INSERT INTO activity_words (tenant_id, word, activity_id)
SELECT activities.tenant_id, words.word, activities.id
  FROM activities
 CROSS JOIN LATERAL UNNEST(string_to_array(btrim(activities.search_text), ' ')) AS words (word)
 WHERE words.word <> '';

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE activity_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_words FORCE ROW LEVEL SECURITY;
CREATE POLICY activity_words_of_tenant ON activity_words
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

-- For each row that has words, and not for each statement: the lines that the queue writes have none.
CREATE FUNCTION activities_bring_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO activity_words (tenant_id, word, activity_id)
    SELECT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_bring_words AFTER INSERT ON activities
    FOR EACH ROW WHEN (NEW.search_text <> '')
    EXECUTE FUNCTION activities_bring_words();

CREATE FUNCTION activities_take_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM activity_words
     WHERE tenant_id = OLD.tenant_id AND activity_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_take_words AFTER DELETE ON activities
    FOR EACH ROW WHEN (OLD.search_text <> '')
    EXECUTE FUNCTION activities_take_words();

-- What was written of a lead, and of a contact alone: few of the lines that there are.
CREATE INDEX activities_written_idx ON activities (tenant_id, lead_id) WHERE search_text <> '';
CREATE INDEX activities_written_of_contact_idx ON activities (tenant_id, contact_id)
 WHERE (search_text <> '') AND (lead_id IS NULL);
