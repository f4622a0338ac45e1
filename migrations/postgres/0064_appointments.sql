-- An appointment with somebody reaches out to them as a call does, and their lead remembers that there was one: kept by the
-- database, as with 0047, and not by whoever writes. Nobody has logged one yet. Why so, says docs/adr/0026.
ALTER TABLE leads ADD COLUMN had_appointment boolean NOT NULL DEFAULT false;
ALTER TABLE removed_leads ADD COLUMN had_appointment boolean NOT NULL DEFAULT false;

-- A list of them: only they are in it, and pay for it.
CREATE INDEX leads_appointments_idx ON leads (tenant_id, created_at, id) WHERE had_appointment;

DROP TRIGGER activities_answer_leads ON activities;
CREATE TRIGGER activities_answer_leads AFTER INSERT ON activities
    FOR EACH ROW
    WHEN (NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL
          AND NEW.activity_type IN
              ('call_logged', 'text_logged', 'email_logged', 'appointment_logged', 'lead_status_changed'))
    EXECUTE FUNCTION activities_answer_leads();

DROP TRIGGER activities_answer_contacts ON activities;
CREATE TRIGGER activities_answer_contacts AFTER INSERT ON activities
    FOR EACH ROW
    WHEN (NEW.lead_id IS NULL AND NEW.contact_id IS NOT NULL AND NEW.actor_id IS NOT NULL
          AND NEW.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged'))
    EXECUTE FUNCTION activities_answer_contacts();

CREATE FUNCTION activities_meet_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads
       SET had_appointment = true
     WHERE tenant_id = NEW.tenant_id AND id = NEW.lead_id AND NOT had_appointment;
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_meet_leads AFTER INSERT ON activities
    FOR EACH ROW
    WHEN (NEW.lead_id IS NOT NULL AND NEW.actor_id IS NOT NULL AND NEW.activity_type = 'appointment_logged')
    EXECUTE FUNCTION activities_meet_leads();

-- Whoever met somebody met them about whatever of theirs is open.
CREATE FUNCTION activities_meet_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads
       SET had_appointment = true
     WHERE tenant_id = NEW.tenant_id AND contact_id = NEW.contact_id AND NOT had_appointment
       AND status NOT IN ('won', 'lost') AND created_at <= NEW.occurred_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_meet_contacts AFTER INSERT ON activities
    FOR EACH ROW
    WHEN (NEW.lead_id IS NULL AND NEW.contact_id IS NOT NULL AND NEW.actor_id IS NOT NULL
          AND NEW.activity_type = 'appointment_logged')
    EXECUTE FUNCTION activities_meet_contacts();
