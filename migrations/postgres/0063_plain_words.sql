-- People are found by words without accents, and what telephones make of quotes, dashes and spaces parts words, too: as
-- most people type. What was written down before is made plain here, as far as our own alphabet goes. A word may stand there
-- twice then.
SET LOCAL app.tenant_id = '*';
CREATE FUNCTION pg_temp.plain(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(replace(replace(replace(replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
           chr(160), ' '), chr(8239), ' '),
           'áàâäãåāăąǎçćčĉċďđðéèêëēėęěĕğĝģġĥħíìîïīįıĩǐĵķłľļĺñńňņóòôöõøōőŏǒřŕŗśšşșŝťţțŧúùûüūůűųũŭǔŵýÿŷźžż’‘“”„«»–—‐‑…·•',
           'aaaaaaaaaacccccdddeeeeeeeeegggghhiiiiiiiiijkllllnnnnoooooooooorrrsssssttttuuuuuuuuuuuwyyyzzz              ')
$$;

-- It leads there once.
CREATE OR REPLACE FUNCTION leads_change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT DISTINCT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;

UPDATE contacts SET search_text = pg_temp.plain(search_text) WHERE search_text ~ '[^\x01-\x7f]';
UPDATE contacts SET former_words = pg_temp.plain(former_words) WHERE former_words ~ '[^\x01-\x7f]';
UPDATE former_contacts SET search_text = pg_temp.plain(search_text) WHERE search_text ~ '[^\x01-\x7f]';
UPDATE merged_contacts SET search_text = pg_temp.plain(search_text) WHERE search_text ~ '[^\x01-\x7f]';
UPDATE merged_contacts SET former_words = pg_temp.plain(former_words) WHERE former_words ~ '[^\x01-\x7f]';
UPDATE leads SET search_text = pg_temp.plain(search_text) WHERE search_text ~ '[^\x01-\x7f]';
UPDATE activities SET search_text = pg_temp.plain(search_text) WHERE search_text ~ '[^\x01-\x7f]';
DROP FUNCTION pg_temp.plain(text);

-- Those of the timeline follow no change: a line of it never changes.
DELETE FROM activity_words;
INSERT INTO activity_words (tenant_id, word, activity_id)
SELECT DISTINCT activities.tenant_id, words.word, activities.id
  FROM activities
 CROSS JOIN LATERAL UNNEST(string_to_array(btrim(activities.search_text), ' ')) AS words (word)
 WHERE words.word <> '';
