-- What members wrote down is found by its words, too: the lead or, where none is named, the contact it was written of. What
-- a line of the timeline is found by stands in its row, between spaces, and triggers keep the table of words. Why so, says
-- docs/adr/0024. A line never changes.
ALTER TABLE activities ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- As in 0049: a sign is taken off the text at a time, and a word is whole when one comes that parts.
UPDATE activities
   SET search_text = made.text
  FROM (
WITH RECURSIVE spelled (tenant_id, id, word, rest) AS (
    SELECT tenant_id, id, '', lower(substr(summary, 1, 2000)) || ' '
      FROM activities
     WHERE activity_type IN ('note', 'call_logged', 'text_logged', 'email_logged') AND metadata = '{}'
       AND (lead_id IS NOT NULL OR contact_id IS NOT NULL)
     UNION ALL
    SELECT tenant_id, id,
           CASE WHEN rest GLOB '[a-z0-9]*' OR unicode(rest) > 127 THEN word || substr(rest, 1, 1) ELSE '' END,
           substr(rest, 2)
      FROM spelled
     WHERE rest <> ''
)
SELECT tenant_id, id, ' ' || group_concat(word, ' ') || ' ' AS text
  FROM (SELECT DISTINCT tenant_id, id, substr(word, 1, 40) AS word
          FROM spelled
         WHERE word <> '' AND rest <> '' AND NOT (rest GLOB '[a-z0-9]*' OR unicode(rest) > 127))
 GROUP BY tenant_id, id
  ) AS made
 WHERE made.tenant_id = activities.tenant_id AND made.id = activities.id;

CREATE TABLE activity_words (
    tenant_id   TEXT NOT NULL,
    word        TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, word, activity_id)
) STRICT, WITHOUT ROWID;
INSERT INTO activity_words (tenant_id, word, activity_id)
SELECT activities.tenant_id, word.value, activities.id
  FROM activities, json_each('["' || replace(trim(activities.search_text), ' ', '","') || '"]') AS word
 WHERE word.value <> '';
CREATE TRIGGER activities_bring_words AFTER INSERT ON activities
WHEN NEW.search_text <> ''
BEGIN
    INSERT INTO activity_words (tenant_id, word, activity_id)
    SELECT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
CREATE TRIGGER activities_take_words AFTER DELETE ON activities
WHEN OLD.search_text <> ''
BEGIN
    DELETE FROM activity_words
     WHERE tenant_id = OLD.tenant_id AND activity_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
END;

-- What was written of a lead, and of a contact alone: few of the lines that there are.
CREATE INDEX activities_written_idx ON activities (tenant_id, lead_id) WHERE search_text <> '';
CREATE INDEX activities_written_of_contact_idx ON activities (tenant_id, contact_id)
 WHERE (search_text <> '') AND (lead_id IS NULL);
