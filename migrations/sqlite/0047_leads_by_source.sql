-- What lists and reports ask of very many leads stands in the lead, kept by the database and not by whoever writes: how
-- many microseconds after it came a member first reached out or decided something, none while nobody has, and whether it
-- was qualified or won before it went on. Why so, says docs/adr/0022.
ALTER TABLE leads ADD COLUMN answered_after INTEGER;
ALTER TABLE leads ADD COLUMN was_qualified INTEGER NOT NULL DEFAULT false CHECK (was_qualified IN (0, 1));

-- SQLite's functions round to milliseconds, and so to the next second: the six digits after the point are taken from the
-- text.
UPDATE leads
   SET answered_after = (unixepoch(SUBSTR(answer.at, 1, 19)) - unixepoch(SUBSTR(leads.created_at, 1, 19))) * 1000000
                        + SUBSTR(answer.at, 21, 6) - SUBSTR(leads.created_at, 21, 6)
  FROM (SELECT tenant_id, lead_id, MIN(occurred_at) AS at
          FROM activities
         WHERE lead_id IS NOT NULL AND actor_id IS NOT NULL
           AND activity_type IN ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed')
         GROUP BY tenant_id, lead_id) AS answer
 WHERE answer.tenant_id = leads.tenant_id AND answer.lead_id = leads.id;

-- The timeline says in JSON that we wrote, without spaces, what a lead was; a quote inside of a text of it is escaped.
UPDATE leads
   SET was_qualified = true
 WHERE EXISTS (SELECT 1
                 FROM activities
                WHERE activities.tenant_id = leads.tenant_id AND activities.lead_id = leads.id
                  AND activities.actor_id IS NOT NULL AND activities.activity_type = 'lead_status_changed'
                  AND (activities.metadata LIKE '%"from":"qualified"%'
                       OR activities.metadata LIKE '%"to":"qualified"%'
                       OR activities.metadata LIKE '%"from":"won"%'
                       OR activities.metadata LIKE '%"to":"won"%'));

CREATE TRIGGER activities_answer_leads AFTER INSERT ON activities
WHEN NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL
 AND NEW.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed')
BEGIN
    UPDATE leads
       SET answered_after = (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
                            + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6)
     WHERE tenant_id = NEW.tenant_id AND id = NEW.lead_id
       AND (answered_after IS NULL
            OR (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
               + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6) < answered_after);
END;

CREATE TRIGGER leads_were_qualified AFTER UPDATE OF status ON leads
WHEN OLD.status IN ('qualified', 'won') AND NEW.status <> OLD.status
BEGIN
    UPDATE leads SET was_qualified = true WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
