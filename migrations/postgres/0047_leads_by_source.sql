-- What lists and reports ask of very many leads stands in the lead, kept by the database and not by whoever writes: how
-- many microseconds after it came a member first reached out or decided something, none while nobody has, and whether it
-- was qualified or won before it went on. Why so, says docs/adr/0022.
SET LOCAL app.tenant_id = '*';
ALTER TABLE leads ADD COLUMN answered_after bigint;
ALTER TABLE leads ADD COLUMN was_qualified boolean NOT NULL DEFAULT false;

UPDATE leads
   SET answered_after = CAST(EXTRACT(EPOCH FROM answer.at - leads.created_at) * 1000000 AS bigint)
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

CREATE FUNCTION activities_answer_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads
       SET answered_after = CAST(EXTRACT(EPOCH FROM NEW.occurred_at - leads.created_at) * 1000000 AS bigint)
     WHERE tenant_id = NEW.tenant_id AND id = NEW.lead_id
       AND (answered_after IS NULL
            OR answered_after > CAST(EXTRACT(EPOCH FROM NEW.occurred_at - leads.created_at) * 1000000 AS bigint));
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_answer_leads AFTER INSERT ON activities
    FOR EACH ROW
    WHEN (NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL
          AND NEW.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed'))
    EXECUTE FUNCTION activities_answer_leads();

CREATE FUNCTION leads_were_qualified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.was_qualified := true;
    RETURN NEW;
END
$$;
CREATE TRIGGER leads_were_qualified BEFORE UPDATE OF status ON leads
    FOR EACH ROW
    WHEN (OLD.status IN ('qualified', 'won') AND NEW.status <> OLD.status)
    EXECUTE FUNCTION leads_were_qualified();
