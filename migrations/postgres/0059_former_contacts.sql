-- Whom contacts were before they were merged: an address, a number or an id of theirs leads to the contact that is left.
SET LOCAL app.tenant_id = '*';

-- A row for each contact of a merge as it was then, the kept one among them; whoever is merged again hands on the rows they
-- have. No foreign keys: who became part of another is gone, and comes back, with the rows they had, when that is undone.
CREATE TABLE former_contacts (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         uuid NOT NULL,
    -- The merge that wrote it down first: another one hands it on.
    first_merge_id   uuid NOT NULL,
    former_id        uuid NOT NULL,
    -- Whom it leads to.
    contact_id       uuid NOT NULL,
    email            text,
    phone            text,
    phone_normalized text,
    search_text      text NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, first_merge_id, former_id)
);
CREATE INDEX former_contacts_contact_idx ON former_contacts (tenant_id, contact_id);
CREATE INDEX former_contacts_former_idx ON former_contacts (tenant_id, former_id);
CREATE INDEX former_contacts_email_idx ON former_contacts (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX former_contacts_phone_idx ON former_contacts (tenant_id, phone_normalized)
    WHERE phone_normalized IS NOT NULL;

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE former_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY former_contacts_of_tenant ON former_contacts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);

-- What is merged already. A text of 0016 that was never made words is left out.
INSERT INTO former_contacts
       (tenant_id, merge_id, first_merge_id, former_id, contact_id, email, phone, phone_normalized, search_text)
SELECT merged.tenant_id, merge.id, merge.id, merged.id, merge.kept_id, merged.email, merged.phone,
       merged.phone_normalized, CASE WHEN merged.search_text LIKE ' %' THEN merged.search_text ELSE '' END
  FROM merged_contacts AS merged
  JOIN contact_merges AS merge ON merge.tenant_id = merged.tenant_id AND merge.id = merged.merge_id
 WHERE merge.undone_at IS NULL;

-- What they are found by besides their own words, at the end of their search text.
ALTER TABLE contacts ADD COLUMN former_words text NOT NULL DEFAULT '';
ALTER TABLE merged_contacts ADD COLUMN former_words text NOT NULL DEFAULT '';

-- A word may stand there twice now, and leads there once.
CREATE OR REPLACE FUNCTION contacts_bring_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT DISTINCT come.tenant_id, words.word, come.id
      FROM come
     CROSS JOIN LATERAL UNNEST(string_to_array(btrim(come.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION contacts_change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id AND word = ANY(string_to_array(btrim(OLD.search_text), ' '));
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT DISTINCT NEW.tenant_id, words.word, NEW.id
      FROM UNNEST(string_to_array(btrim(NEW.search_text), ' ')) AS words (word)
     WHERE words.word <> '';
    RETURN NULL;
END
$$;

UPDATE contacts
   SET former_words = former.words, search_text = contacts.search_text || former.words
  FROM (SELECT tenant_id, contact_id, string_agg(search_text, '') AS words
          FROM former_contacts
         GROUP BY tenant_id, contact_id) AS former
 WHERE former.tenant_id = contacts.tenant_id AND former.contact_id = contacts.id;
