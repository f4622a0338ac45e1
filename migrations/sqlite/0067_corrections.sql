-- What a member logged by mistake may be changed, and taken back: a line says how often it was changed, so that nobody
-- writes over what they did not see, and its words follow. Why so, says docs/adr/0028.
ALTER TABLE activities ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TRIGGER activities_change_words AFTER UPDATE OF search_text ON activities
WHEN OLD.search_text <> NEW.search_text
BEGIN
    DELETE FROM activity_words
     WHERE tenant_id = OLD.tenant_id AND activity_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
    INSERT INTO activity_words (tenant_id, word, activity_id)
    SELECT DISTINCT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
