-- What a member logged by mistake may be changed, and taken back: a line says how often it was changed, so that nobody
-- writes over what they did not see, and its words follow. Why so, says docs/adr/0028.
ALTER TABLE activities ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE FUNCTION activities_change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM activity_words
     WHERE tenant_id = OLD.tenant_id AND activity_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    INSERT INTO activity_words (tenant_id, word, activity_id)
    SELECT DISTINCT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_change_words AFTER UPDATE OF search_text ON activities
    FOR EACH ROW WHEN (OLD.search_text <> NEW.search_text)
    EXECUTE FUNCTION activities_change_words();
