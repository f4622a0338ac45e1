-- Contacts are found by the words of their name and address and by their number, leads by those and by the words of their
-- notes and of the home they are about. What it is found by stands in each row, between spaces; from there triggers keep a
-- table that leads from each word to whom it finds, whoever writes. Why so, says docs/adr/0024.
ALTER TABLE leads ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- What is neither a letter nor a digit of ASCII parts words: a sign is taken off the text at a time, and a word is whole
-- when one comes that parts. Addresses are found as a whole, too, and numbers by how they end. Who has no word is found by
-- nothing.
UPDATE contacts
   SET search_text = made.text
  FROM (
WITH RECURSIVE spelled (tenant_id, id, word, rest) AS (
    SELECT tenant_id, id, '', search_text || ' ' FROM contacts
     UNION ALL
    SELECT tenant_id, id,
           CASE WHEN rest GLOB '[a-z0-9]*' OR unicode(rest) > 127 THEN word || substr(rest, 1, 1) ELSE '' END,
           substr(rest, 2)
      FROM spelled
     WHERE rest <> ''
),
numbers (tenant_id, id, digits) AS (
    SELECT tenant_id, id, substr(search_text, length(rtrim(search_text, replace(search_text, ' ', ''))) + 1)
      FROM contacts
     WHERE phone IS NOT NULL
)
SELECT tenant_id, id, coalesce(' ' || group_concat(nullif(word, ''), ' ') || ' ', '') AS text
  FROM (SELECT tenant_id, id, '' AS word
          FROM contacts
         UNION
        SELECT tenant_id, id, substr(word, 1, 40)
          FROM spelled
         WHERE word <> '' AND rest <> '' AND NOT (rest GLOB '[a-z0-9]*' OR unicode(rest) > 127)
         UNION
        SELECT tenant_id, id, substr(trim(email_normalized, '!#$%&''*+-./=?^_`{|}~'), 1, 40)
          FROM contacts
         WHERE email_normalized IS NOT NULL
         UNION
        SELECT numbers.tenant_id, numbers.id, substr(digits, -ending.value)
          FROM numbers, json_each('[4, 5, 6, 7, 10]') AS ending
         WHERE length(digits) > ending.value)
 GROUP BY tenant_id, id
  ) AS made
 WHERE made.tenant_id = contacts.tenant_id AND made.id = contacts.id;

UPDATE leads
   SET search_text = made.text
  FROM (
WITH RECURSIVE spelled (tenant_id, id, word, rest) AS (
    SELECT tenant_id, id, '', lower(substr(coalesce(listing_address, '') || ' ' || coalesce(notes, ''), 1, 2000)) || ' '
      FROM leads
     WHERE notes IS NOT NULL OR listing_address IS NOT NULL
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
 WHERE made.tenant_id = leads.tenant_id AND made.id = leads.id;

CREATE TABLE contact_words (
    tenant_id  TEXT NOT NULL,
    word       TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, word, contact_id)
) STRICT, WITHOUT ROWID;
INSERT INTO contact_words (tenant_id, word, contact_id)
SELECT contacts.tenant_id, word.value, contacts.id
  FROM contacts, json_each('["' || replace(trim(contacts.search_text), ' ', '","') || '"]') AS word
 WHERE word.value <> '';
CREATE TRIGGER contacts_bring_words AFTER INSERT ON contacts
BEGIN
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
CREATE TRIGGER contacts_change_words AFTER UPDATE OF search_text ON contacts
WHEN OLD.search_text <> NEW.search_text
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
CREATE TRIGGER contacts_take_words AFTER DELETE ON contacts
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
END;

CREATE TABLE lead_words (
    tenant_id  TEXT NOT NULL,
    word       TEXT NOT NULL,
    lead_id    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, word, lead_id)
) STRICT, WITHOUT ROWID;
INSERT INTO lead_words (tenant_id, word, lead_id)
SELECT leads.tenant_id, word.value, leads.id
  FROM leads, json_each('["' || replace(trim(leads.search_text), ' ', '","') || '"]') AS word
 WHERE word.value <> '';
CREATE TRIGGER leads_bring_words AFTER INSERT ON leads
BEGIN
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
CREATE TRIGGER leads_change_words AFTER UPDATE OF search_text ON leads
WHEN OLD.search_text <> NEW.search_text
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
CREATE TRIGGER leads_take_words AFTER DELETE ON leads
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
END;

-- The few leads that have words need no index of their own any more.
DROP INDEX leads_noted_idx;
