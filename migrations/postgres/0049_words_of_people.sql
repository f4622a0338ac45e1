-- Contacts are found by the words of their name and address and by their number, leads by those and by the words of their
-- notes and of the home they are about. What it is found by stands in each row, between spaces; from there triggers keep a
-- table that leads from each word to whom it finds, whoever writes. Why so, says docs/adr/0024.
SET LOCAL app.tenant_id = '*';
ALTER TABLE leads ADD COLUMN search_text text NOT NULL DEFAULT '';

-- What is neither a letter nor a digit of ASCII parts words. Addresses are found as a whole, too, and numbers by how they
-- end. Who has no word is found by nothing.
UPDATE contacts
   SET search_text = made.text
  FROM (SELECT tenant_id, id, coalesce(' ' || string_agg(nullif(word, ''), ' ') || ' ', '') AS text
          FROM (SELECT tenant_id, id, '' AS word
                  FROM contacts
                 UNION
                SELECT contacts.tenant_id, contacts.id, substr(parts.word, 1, 40)
                  FROM contacts
                 CROSS JOIN LATERAL regexp_split_to_table(contacts.search_text, '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS parts (word)
                 WHERE parts.word <> ''
                 UNION
                SELECT tenant_id, id, substr(btrim(email_normalized, '!#$%&''*+-./=?^_`{|}~'), 1, 40)
                  FROM contacts
                 WHERE email_normalized IS NOT NULL
                 UNION
                SELECT numbers.tenant_id, numbers.id, right(numbers.digits, ending)
                  FROM (SELECT tenant_id, id, substring(search_text FROM '[^ ]*$') AS digits
                          FROM contacts
                         WHERE phone IS NOT NULL) AS numbers
                 CROSS JOIN UNNEST(ARRAY[4, 5, 6, 7, 10]) AS endings (ending)
                 WHERE length(numbers.digits) > ending) AS words
         GROUP BY tenant_id, id) AS made
 WHERE made.tenant_id = contacts.tenant_id AND made.id = contacts.id;

UPDATE leads
   SET search_text = made.text
  FROM (SELECT tenant_id, id, ' ' || string_agg(word, ' ') || ' ' AS text
          FROM (SELECT DISTINCT leads.tenant_id, leads.id, substr(parts.word, 1, 40) AS word
                  FROM leads
                 CROSS JOIN LATERAL regexp_split_to_table(
                           lower(substr(coalesce(listing_address, '') || ' ' || coalesce(notes, ''), 1, 2000)),
                           '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS parts (word)
                 WHERE (notes IS NOT NULL OR listing_address IS NOT NULL) AND parts.word <> '') AS words
         GROUP BY tenant_id, id) AS made
 WHERE made.tenant_id = leads.tenant_id AND made.id = leads.id;

CREATE TABLE contact_words (
    tenant_id  text NOT NULL,
    word       text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, word, contact_id)
);
INSERT INTO contact_words (tenant_id, word, contact_id)
SELECT contacts.tenant_id, words.word, contacts.id
  FROM contacts
 CROSS JOIN LATERAL UNNEST(string_to_array(btrim(contacts.search_text), ' ')) AS words (word)
 WHERE words.word <> '';

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE contact_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_words FORCE ROW LEVEL SECURITY;
CREATE POLICY contact_words_of_tenant ON contact_words
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

CREATE FUNCTION contacts_bring_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT come.tenant_id, words.word, come.id
      FROM come
     CROSS JOIN LATERAL UNNEST(string_to_array(btrim(come.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_bring_words AFTER INSERT ON contacts
    REFERENCING NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_bring_words();

CREATE FUNCTION contacts_change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_change_words AFTER UPDATE OF search_text ON contacts
    FOR EACH ROW WHEN (OLD.search_text <> NEW.search_text)
    EXECUTE FUNCTION contacts_change_words();

CREATE FUNCTION contacts_take_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_take_words AFTER DELETE ON contacts
    FOR EACH ROW EXECUTE FUNCTION contacts_take_words();

CREATE TABLE lead_words (
    tenant_id  text NOT NULL,
    word       text COLLATE "C" NOT NULL,
    lead_id    uuid NOT NULL,
    PRIMARY KEY (tenant_id, word, lead_id)
);
INSERT INTO lead_words (tenant_id, word, lead_id)
SELECT leads.tenant_id, words.word, leads.id
  FROM leads
 CROSS JOIN LATERAL UNNEST(string_to_array(btrim(leads.search_text), ' ')) AS words (word)
 WHERE words.word <> '';

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE lead_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_words FORCE ROW LEVEL SECURITY;
CREATE POLICY lead_words_of_tenant ON lead_words
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

CREATE FUNCTION leads_bring_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT come.tenant_id, words.word, come.id
      FROM come
     CROSS JOIN LATERAL UNNEST(string_to_array(btrim(come.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER leads_bring_words AFTER INSERT ON leads
    REFERENCING NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION leads_bring_words();

CREATE FUNCTION leads_change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    INSERT INTO lead_words (tenant_id, word, lead_id)
    SELECT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER leads_change_words AFTER UPDATE OF search_text ON leads
    FOR EACH ROW WHEN (OLD.search_text <> NEW.search_text)
    EXECUTE FUNCTION leads_change_words();

CREATE FUNCTION leads_take_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM lead_words
     WHERE tenant_id = OLD.tenant_id AND lead_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    RETURN NULL;
END
$$;
CREATE TRIGGER leads_take_words AFTER DELETE ON leads
    FOR EACH ROW EXECUTE FUNCTION leads_take_words();

-- The few leads that have words need no index of their own any more.
DROP INDEX leads_noted_idx;
