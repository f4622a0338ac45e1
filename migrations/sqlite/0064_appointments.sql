-- An appointment with somebody reaches out to them as a call does, and their lead remembers that there was one: kept by the
-- database, as with 0047, and not by whoever writes. Nobody has logged one yet. Why so, says docs/adr/0026.
ALTER TABLE leads ADD COLUMN had_appointment INTEGER NOT NULL DEFAULT false CHECK (had_appointment IN (0, 1));
ALTER TABLE removed_leads ADD COLUMN had_appointment INTEGER NOT NULL DEFAULT false CHECK (had_appointment IN (0, 1));

-- A list of them: only they are in it, and pay for it.
CREATE INDEX leads_appointments_idx ON leads (tenant_id, created_at, id) WHERE had_appointment;

DROP TRIGGER activities_answer_leads;
CREATE TRIGGER activities_answer_leads AFTER INSERT ON activities
WHEN NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL
 AND NEW.activity_type IN
     ('call_logged', 'text_logged', 'email_logged', 'appointment_logged', 'lead_status_changed')
BEGIN
    UPDATE leads
       SET answered_after = (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
                            + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6)
     WHERE tenant_id = NEW.tenant_id AND id = NEW.lead_id
       AND (answered_after IS NULL
            OR (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
               + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6) < answered_after);
END;

DROP TRIGGER activities_answer_contacts;
CREATE TRIGGER activities_answer_contacts AFTER INSERT ON activities
WHEN NEW.lead_id IS NULL AND NEW.contact_id IS NOT NULL AND NEW.actor_id IS NOT NULL
 AND NEW.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged')
BEGIN
    UPDATE leads
       SET answered_after = (unixepoch(SUBSTR(NEW.occurred_at, 1, 19)) - unixepoch(SUBSTR(created_at, 1, 19))) * 1000000
                            + SUBSTR(NEW.occurred_at, 21, 6) - SUBSTR(created_at, 21, 6)
     WHERE tenant_id = NEW.tenant_id AND contact_id = NEW.contact_id
       AND status = 'new' AND answered_after IS NULL AND created_at <= NEW.occurred_at;
END;

CREATE TRIGGER activities_meet_leads AFTER INSERT ON activities
WHEN NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL AND NEW.activity_type = 'appointment_logged'
BEGIN
    UPDATE leads
       SET had_appointment = true
     WHERE tenant_id = NEW.tenant_id AND id = NEW.lead_id AND NOT had_appointment;
END;

-- Whoever met somebody met them about whatever of theirs is open.
CREATE TRIGGER activities_meet_contacts AFTER INSERT ON activities
WHEN NEW.lead_id IS NULL AND NEW.contact_id IS NOT NULL AND NEW.actor_id IS NOT NULL
 AND NEW.activity_type = 'appointment_logged'
BEGIN
    UPDATE leads
       SET had_appointment = true
     WHERE tenant_id = NEW.tenant_id AND contact_id = NEW.contact_id AND NOT had_appointment
       AND status NOT IN ('won', 'lost') AND created_at <= NEW.occurred_at;
END;
