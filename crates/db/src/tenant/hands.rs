//! What goes from hand to hand with a lead where agents see their own alone: the reminders of whoever does not see it
//! any more go to whoever has it now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use types::{
    Activity, ActivityId, ActivityType, ContactId, Escalation, Ids, LeadId, Member, PersonId, ReminderId,
    TenantId,
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
    tenant::{assignment, contacts, leads, sight::sees_about},
};

/// A reminder that went to the holder of its lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Whose workspace it is in.
    pub tenant_id: TenantId,
    /// The reminder.
    pub id: ReminderId,
    /// What to do.
    pub title: String,
    /// The lead it is about; none when it is about a contact alone.
    pub lead_id: Option<LeadId>,
    /// Whom it is about.
    pub contact_id: Option<ContactId>,
    /// Whose it is now.
    pub to: PersonId,
}

impl Followed {
    /// What the timeline says of it.
    pub fn activity(&self, ids: &dyn Ids, (actor, now): (Option<PersonId>, Timestamp)) -> Activity {
        Activity {
            id: ActivityId::new(ids),
            contact_id: self.contact_id,
            lead_id: self.lead_id,
            activity_type: ActivityType::Note,
            occurred_at: now,
            summary: format!("The reminder “{}” went with the lead", self.title),
            metadata: serde_json::json!({ "reminderId": self.id, "to": self.to }),
            actor,
        }
    }
}

macro_rules! follow {
    ($list:literal, $now:literal) => {
        concat!(
            "UPDATE reminders
                SET assigned_to = taken.holder,",
            " updated_at = ",
            $now,
            ", version = reminders.version + 1, told_at = NULL, owners_told_at = NULL
               FROM (SELECT one.tenant_id, one.id, lead.assigned_to AS holder
                       FROM ",
            $list,
            "          JOIN leads AS lead ON lead.tenant_id = list.tenant_id AND lead.id = list.id
                       JOIN reminders AS one ON one.tenant_id = lead.tenant_id AND one.lead_id = lead.id
                      WHERE one.completed_at IS NULL AND lead.assigned_to IS NOT NULL
                      UNION ALL
                     SELECT one.tenant_id, one.id, lead.assigned_to AS holder
                       FROM ",
            $list,
            "          JOIN leads AS lead ON lead.tenant_id = list.tenant_id AND lead.id = list.id
                       JOIN reminders AS one
                         ON one.tenant_id = lead.tenant_id AND one.contact_id = lead.contact_id AND one.lead_id IS NULL
                      WHERE one.completed_at IS NULL AND lead.assigned_to IS NOT NULL) AS taken,
                    tenant_settings AS settings,
                    members AS agent
              WHERE reminders.tenant_id = taken.tenant_id AND reminders.id = taken.id
                AND settings.tenant_id = taken.tenant_id AND settings.agents_see = 'own'
                AND agent.tenant_id = taken.tenant_id AND agent.person_id = reminders.assigned_to
                AND agent.role = 'agent' AND agent.person_id <> taken.holder
                AND NOT",
            sees_about!("reminders", "reminders.tenant_id", "agent.person_id"),
            "RETURNING reminders.tenant_id AS tenant_id, reminders.id AS id, reminders.title AS title,
                       reminders.lead_id AS lead_id, reminders.contact_id AS contact_id,
                       reminders.assigned_to AS assigned_to"
        )
    };
}

/// Hands the open reminders about these leads to whoever holds those now.
///
/// So it is with those about the leads' contacts, and as far as whoever had them sees them no more. To be called once the
/// leads have their holders; the caller writes the traces.
pub async fn follow(
    tx: &mut Tx,
    scope: &TenantScope,
    leads: &[LeadId],
    now: Timestamp,
) -> Result<Vec<Followed>> {
    let leads: Vec<_> = leads.iter().map(|id| (scope.tenant_id(), *id)).collect();
    follow_many(tx, &leads, now).await
}

/// The same for leads of many tenants.
pub(crate) async fn follow_many(
    tx: &mut Tx,
    leads: &[(&TenantId, LeadId)],
    now: Timestamp,
) -> Result<Vec<Followed>> {
    const FOLLOW: Sql = Sql {
        sqlite: follow!("(SELECT c0 AS tenant_id, c1 AS id FROM list) AS list", "$1"),
        postgres: follow!("UNNEST($1, $2) AS list (tenant_id, id)", "$3"),
    };
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(FOLLOW)
        .column(leads.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(leads.iter().map(|(_, id)| *id))
        .bind(now)
        .fetch_all()
        .await
}

/// Whether a member sees a lead and a contact, whoever asks.
pub async fn sees(
    tx: &mut Tx,
    scope: &TenantScope,
    member: &Member,
    (lead_id, contact_id): (Option<LeadId>, Option<ContactId>),
) -> Result<bool> {
    let settings = assignment::settings(tx, scope).await?;
    let theirs = scope.handed_to((member.person_id, member.role), settings.agents_see);
    if theirs.sees_all() {
        return Ok(true);
    }
    if let Some(id) = lead_id
        && leads::find(tx, &theirs, id).await?.is_none()
    {
        return Ok(false);
    }
    match contact_id {
        Some(id) => Ok(contacts::find(tx, &theirs, id).await?.is_some()),
        None => Ok(true),
    }
}

/// Which overdue reminders whoever shall do them does not see, each with the holder of its lead, if it has one.
pub async fn out_of_sight(
    tx: &mut Tx,
    scope: &TenantScope,
    now: Timestamp,
) -> Result<BTreeMap<ReminderId, Option<PersonId>>> {
    let found: Vec<(ReminderId, Option<PersonId>)> = tx
        .query(concat!(
            "SELECT reminders.id, lead.assigned_to AS holder
               FROM reminders
               JOIN tenant_settings AS settings
                 ON settings.tenant_id = reminders.tenant_id AND settings.agents_see = 'own'
               JOIN members AS agent
                 ON agent.tenant_id = reminders.tenant_id AND agent.person_id = reminders.assigned_to
                AND agent.role = 'agent'
               LEFT JOIN leads AS lead ON lead.tenant_id = reminders.tenant_id AND lead.id = reminders.lead_id
              WHERE reminders.tenant_id = $1 AND reminders.completed_at IS NULL
                AND reminders.due_at >= $2 AND reminders.due_at <= $3 AND NOT",
            sees_about!("reminders", "$1", "agent.person_id")
        ))
        .bind(scope.tenant_id())
        .bind(now - Escalation::NEVER_AFTER)
        .bind(now - Escalation::AFTER)
        .fetch_all()
        .await?;
    Ok(found.into_iter().collect())
}

impl FromRow for (ReminderId, Option<PersonId>) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get("id")?, row.get("holder")?))
    }
}

impl FromRow for Followed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            id: row.get("id")?,
            title: row.get("title")?,
            lead_id: row.get("lead_id")?,
            contact_id: row.get("contact_id")?,
            to: row.get("assigned_to")?,
        })
    }
}
