-- Leads that nobody has answered: few beside the others, and asked for by every first page.
CREATE INDEX leads_unanswered_idx ON leads (tenant_id, status, created_at, id, assigned_to) WHERE answered_after IS NULL;

-- What a member did with the workspace and with nobody in it, which is kept out of the numbers.
CREATE INDEX activities_of_workspace_idx ON activities (tenant_id, activity_type)
 WHERE (lead_id IS NULL) AND (contact_id IS NULL);

-- Whoever reaches out to a contact answers what that contact waits for, whether or not they name the lead. The lead keeps
-- the time, as with 0047.
UPDATE leads
   SET answered_after = (unixepoch(SUBSTR(answer.at, 1, 19)) - unixepoch(SUBSTR(leads.created_at, 1, 19))) * 1000000
                        + SUBSTR(answer.at, 21, 6) - SUBSTR(leads.created_at, 21, 6)
  FROM (SELECT waiting.tenant_id, waiting.id, MIN(activities.occurred_at) AS at
          FROM leads AS waiting
          JOIN activities
            ON activities.tenant_id = waiting.tenant_id AND activities.contact_id = waiting.contact_id
           AND activities.lead_id IS NULL AND activities.actor_id IS NOT NULL
           AND activities.activity_type IN ('call_logged', 'text_logged', 'email_logged')
           AND activities.occurred_at >= waiting.created_at
         WHERE waiting.status = 'new' AND waiting.answered_after IS NULL
         GROUP BY waiting.tenant_id, waiting.id) AS answer
 WHERE answer.tenant_id = leads.tenant_id AND answer.id = leads.id;

CREATE TRIGGER activities_answer_contacts AFTER INSERT ON activities
WHEN NEW.lead_id IS NULL AND NEW.contact_id IS NOT NULL AND NEW.actor_id IS NOT NULL
 AND NEW.activity_type IN ('call_logged', 'text_logged', 'email_logged')
BEGIN
    UPDATE leads
       SET answered_after = (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
                            + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6)
     WHERE tenant_id = NEW.tenant_id AND contact_id = NEW.contact_id
       AND status = 'new' AND answered_after IS NULL AND created_at <= NEW.occurred_at;
END;
