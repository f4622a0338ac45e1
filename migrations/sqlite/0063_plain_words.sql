-- People are found by words without accents, and what telephones make of quotes, dashes and spaces parts words, too: as
-- most people type. What was written down before is made plain here, as far as our own alphabet goes, each sign in turn, and
-- a word may stand there twice then.
CREATE TABLE signs_of_words (place INTEGER PRIMARY KEY, sign TEXT NOT NULL, plain TEXT NOT NULL) STRICT;
INSERT INTO signs_of_words (place, sign, plain) VALUES
       (1, 'á', 'a'), (2, 'à', 'a'), (3, 'â', 'a'), (4, 'ä', 'a'), (5, 'ã', 'a'), (6, 'å', 'a'), (7, 'ā', 'a'),
       (8, 'ă', 'a'), (9, 'ą', 'a'), (10, 'ǎ', 'a'), (11, 'ç', 'c'), (12, 'ć', 'c'), (13, 'č', 'c'), (14, 'ĉ', 'c'),
       (15, 'ċ', 'c'), (16, 'ď', 'd'), (17, 'đ', 'd'), (18, 'ð', 'd'), (19, 'é', 'e'), (20, 'è', 'e'),
       (21, 'ê', 'e'), (22, 'ë', 'e'), (23, 'ē', 'e'), (24, 'ė', 'e'), (25, 'ę', 'e'), (26, 'ě', 'e'),
       (27, 'ĕ', 'e'), (28, 'ğ', 'g'), (29, 'ĝ', 'g'), (30, 'ģ', 'g'), (31, 'ġ', 'g'), (32, 'ĥ', 'h'),
       (33, 'ħ', 'h'), (34, 'í', 'i'), (35, 'ì', 'i'), (36, 'î', 'i'), (37, 'ï', 'i'), (38, 'ī', 'i'),
       (39, 'į', 'i'), (40, 'ı', 'i'), (41, 'ĩ', 'i'), (42, 'ǐ', 'i'), (43, 'ĵ', 'j'), (44, 'ķ', 'k'),
       (45, 'ł', 'l'), (46, 'ľ', 'l'), (47, 'ļ', 'l'), (48, 'ĺ', 'l'), (49, 'ñ', 'n'), (50, 'ń', 'n'),
       (51, 'ň', 'n'), (52, 'ņ', 'n'), (53, 'ó', 'o'), (54, 'ò', 'o'), (55, 'ô', 'o'), (56, 'ö', 'o'),
       (57, 'õ', 'o'), (58, 'ø', 'o'), (59, 'ō', 'o'), (60, 'ő', 'o'), (61, 'ŏ', 'o'), (62, 'ǒ', 'o'),
       (63, 'ř', 'r'), (64, 'ŕ', 'r'), (65, 'ŗ', 'r'), (66, 'ś', 's'), (67, 'š', 's'), (68, 'ş', 's'),
       (69, 'ș', 's'), (70, 'ŝ', 's'), (71, 'ť', 't'), (72, 'ţ', 't'), (73, 'ț', 't'), (74, 'ŧ', 't'),
       (75, 'ú', 'u'), (76, 'ù', 'u'), (77, 'û', 'u'), (78, 'ü', 'u'), (79, 'ū', 'u'), (80, 'ů', 'u'),
       (81, 'ű', 'u'), (82, 'ų', 'u'), (83, 'ũ', 'u'), (84, 'ŭ', 'u'), (85, 'ǔ', 'u'), (86, 'ŵ', 'w'),
       (87, 'ý', 'y'), (88, 'ÿ', 'y'), (89, 'ŷ', 'y'), (90, 'ź', 'z'), (91, 'ž', 'z'), (92, 'ż', 'z'),
       (93, 'ß', 'ss'), (94, 'æ', 'ae'), (95, 'œ', 'oe'), (96, 'þ', 'th'), (97, '’', ' '), (98, '‘', ' '),
       (99, '“', ' '), (100, '”', ' '), (101, '„', ' '), (102, '«', ' '), (103, '»', ' '), (104, '–', ' '),
       (105, '—', ' '), (106, '‐', ' '), (107, '‑', ' '), (108, '…', ' '), (109, '·', ' '), (110, '•', ' '),
       (111, char(160), ' '), (112, char(8239), ' ');

-- It leads there once.
DROP TRIGGER leads_change_words;
CREATE TRIGGER leads_change_words AFTER UPDATE OF search_text ON leads
WHEN OLD.search_text <> NEW.search_text
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT DISTINCT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;

UPDATE contacts
   SET search_text = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, search_text FROM contacts WHERE search_text GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = contacts.rowid;
UPDATE contacts
   SET former_words = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, former_words FROM contacts WHERE former_words GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = contacts.rowid;
UPDATE former_contacts
   SET search_text = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, search_text FROM former_contacts WHERE search_text GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = former_contacts.rowid;
UPDATE merged_contacts
   SET search_text = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, search_text FROM merged_contacts WHERE search_text GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = merged_contacts.rowid;
UPDATE merged_contacts
   SET former_words = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, former_words FROM merged_contacts WHERE former_words GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = merged_contacts.rowid;
UPDATE leads
   SET search_text = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, search_text FROM leads WHERE search_text GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = leads.rowid;
UPDATE activities
   SET search_text = plain.text
  FROM (WITH RECURSIVE folded (line, place, text) AS (
            SELECT rowid, 0, search_text FROM activities WHERE search_text GLOB '*[^ -~]*'
             UNION ALL
            SELECT folded.line, folded.place + 1, replace(folded.text, signs.sign, signs.plain)
              FROM folded
              JOIN signs_of_words AS signs ON signs.place = folded.place + 1
        )
        SELECT line, text FROM folded WHERE place = (SELECT MAX(place) FROM signs_of_words)) AS plain
 WHERE plain.line = activities.rowid;
DROP TABLE signs_of_words;

-- Those of the timeline follow no change: a line of it never changes.
DELETE FROM activity_words;
INSERT INTO activity_words (tenant_id, word, activity_id)
SELECT DISTINCT activities.tenant_id, word.value, activities.id
  FROM activities, json_each('["' || replace(trim(activities.search_text), ' ', '","') || '"]') AS word
 WHERE word.value <> '';
