-- Whom contacts were before they were merged: an address, a number or an id of theirs leads to the contact that is left.

-- A row for each contact of a merge as it was then, the kept one among them; whoever is merged again hands on the rows they
-- have. No foreign keys: who became part of another is gone, and comes back, with the rows they had, when that is undone.
CREATE TABLE former_contacts (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    merge_id         TEXT NOT NULL,
    -- The merge that wrote it down first: another one hands it on.
    first_merge_id   TEXT NOT NULL,
    former_id        TEXT NOT NULL,
    -- Whom it leads to.
    contact_id       TEXT NOT NULL,
    email            TEXT,
    phone            TEXT,
    phone_normalized TEXT,
    search_text      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, first_merge_id, former_id)
) STRICT;
CREATE INDEX former_contacts_contact_idx ON former_contacts (tenant_id, contact_id);
CREATE INDEX former_contacts_former_idx ON former_contacts (tenant_id, former_id);
CREATE INDEX former_contacts_email_idx ON former_contacts (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX former_contacts_phone_idx ON former_contacts (tenant_id, phone_normalized)
    WHERE phone_normalized IS NOT NULL;

-- What is merged already. A text of 0016 that was never made words is left out.
INSERT INTO former_contacts
       (tenant_id, merge_id, first_merge_id, former_id, contact_id, email, phone, phone_normalized, search_text)
SELECT merged.tenant_id, merge.id, merge.id, merged.id, merge.kept_id, merged.email, merged.phone,
       merged.phone_normalized, CASE WHEN merged.search_text LIKE ' %' THEN merged.search_text ELSE '' END
  FROM merged_contacts AS merged
  JOIN contact_merges AS merge ON merge.tenant_id = merged.tenant_id AND merge.id = merged.merge_id
 WHERE merge.undone_at IS NULL;

-- What they are found by besides their own words, at the end of their search text.
ALTER TABLE contacts ADD COLUMN former_words TEXT NOT NULL DEFAULT '';
ALTER TABLE merged_contacts ADD COLUMN former_words TEXT NOT NULL DEFAULT '';

-- A word may stand there twice now, and leads there once.
DROP TRIGGER contacts_bring_words;
CREATE TRIGGER contacts_bring_words AFTER INSERT ON contacts
BEGIN
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT DISTINCT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;
DROP TRIGGER contacts_change_words;
CREATE TRIGGER contacts_change_words AFTER UPDATE OF search_text ON contacts
WHEN OLD.search_text <> NEW.search_text
BEGIN
    DELETE FROM contact_words
     WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id
       AND word IN (SELECT value FROM json_each('["' || replace(trim(OLD.search_text), ' ', '","') || '"]'));
    INSERT INTO contact_words (tenant_id, word, contact_id)
    SELECT DISTINCT NEW.tenant_id, value, NEW.id
      FROM json_each('["' || replace(trim(NEW.search_text), ' ', '","') || '"]')
     WHERE value <> '';
END;

UPDATE contacts
   SET former_words = former.words, search_text = contacts.search_text || former.words
  FROM (SELECT tenant_id, contact_id, group_concat(search_text, '') AS words
          FROM former_contacts
         GROUP BY tenant_id, contact_id) AS former
 WHERE former.tenant_id = contacts.tenant_id AND former.contact_id = contacts.id;
