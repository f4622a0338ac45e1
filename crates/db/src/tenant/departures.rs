//! A member leaves: what is theirs to do becomes others', and whatever lets them in is taken away.

use jiff::Timestamp;
use types::{ChangeKind, ContactId, LeadId, PersonId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::{
        changes::{self, NewChange},
        hands, members,
    },
};

/// Leads that change hands in one statement.
const BATCH: i64 = 500;

/// Who leaves, or may only look from now on, and who takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// The member who leaves.
    pub person_id: PersonId,
    /// Whose their open leads become; nobody's, for whoever claims them.
    pub leads_to: Option<PersonId>,
    /// Whose their open reminders become: those are always somebody's.
    pub reminders_to: PersonId,
    /// When.
    pub now: Timestamp,
}

/// What somebody has who may leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Leads that are neither won nor lost.
    pub lead_count: i64,
    /// Reminders that are not done.
    pub reminder_count: i64,
}

/// Counts what is a member's to do.
pub async fn belongings(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<Belongings> {
    let Only(lead_count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM leads
              WHERE tenant_id = $1 AND assigned_to = $2 AND status NOT IN ('won', 'lost')",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .fetch_one()
        .await?;
    let Only(reminder_count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM reminders
              WHERE tenant_id = $1 AND assigned_to = $2 AND completed_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .fetch_one()
        .await?;
    Ok(Belongings {
        lead_count,
        reminder_count,
    })
}

/// Ends a membership. What they did stays under their name; leads that are won or lost are nobody's then.
///
/// None, and nothing written, when they are the last owner, or no member any more. The caller says in the feed, last,
/// that it was done.
pub async fn leave(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<Option<Belongings>> {
    members::hold(tx, scope).await?;
    let ended = tx
        .query(
            "UPDATE members
                SET removed_at = $3
              WHERE tenant_id = $1 AND person_id = $2 AND removed_at IS NULL
                AND (role <> 'owner' OR EXISTS (
                    SELECT 1
                      FROM members AS others
                     WHERE others.tenant_id = $1 AND others.role = 'owner' AND others.person_id <> $2
                       AND others.removed_at IS NULL))",
        )
        .bind(scope.tenant_id())
        .bind(departure.person_id)
        .bind(departure.now)
        .execute()
        .await?;
    if ended == 0 {
        return Ok(None);
    }
    shut_out(tx, scope, departure).await?;
    let left = hand_over(tx, scope, departure).await?;
    tx.query("UPDATE leads SET assigned_to = NULL, version = version + 1 WHERE tenant_id = $1 AND assigned_to = $2")
        .bind(scope.tenant_id())
        .bind(departure.person_id)
        .execute()
        .await?;
    Ok(Some(left))
}

/// Gives away what is theirs to do, and takes them out of rounds: they leave, or may only look from now on.
pub async fn hand_over(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<Belongings> {
    leave_turns(tx, scope, departure).await?;
    let reminder_count = give_reminders(tx, scope, departure).await?;
    let lead_count = give_leads(tx, scope, departure).await?;
    Ok(Belongings {
        lead_count,
        reminder_count,
    })
}

/// Takes away whatever lets them in: a membership that is begun again some day brings none of it back.
async fn shut_out(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<()> {
    members::end_sessions(tx, scope, departure.person_id).await?;
    tx.query("DELETE FROM calendar_links WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(departure.person_id)
        .execute()
        .await?;
    tx.query(
        "UPDATE api_tokens SET revoked_at = $3 WHERE tenant_id = $1 AND made_by = $2 AND revoked_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(departure.person_id)
    .bind(departure.now)
    .execute()
    .await?;
    Ok(())
}

/// Takes them out of the rounds in which new leads go to one after the other. A round of nobody would be none: who is
/// alone in theirs stays, and is passed over.
async fn leave_turns(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<()> {
    let id = departure.person_id;
    tx.query(
        "UPDATE assignment_rules
            SET people = REPLACE(REPLACE(people, $2, ''), $3, ''), updated_at = $4, version = version + 1
          WHERE tenant_id = $1 AND target = 'round_robin' AND (people LIKE $5 OR people LIKE $6)",
    )
    .bind(scope.tenant_id())
    .bind(format!("\"{id}\","))
    .bind(format!(",\"{id}\""))
    .bind(departure.now)
    .bind(format!("%\"{id}\",%"))
    .bind(format!("%,\"{id}\"%"))
    .execute()
    .await?;
    Ok(())
}

async fn give_reminders(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<i64> {
    let given = tx
        .query(
            "UPDATE reminders
                SET assigned_to = $3, updated_at = $4, version = version + 1
              WHERE tenant_id = $1 AND assigned_to = $2 AND completed_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(departure.person_id)
        .bind(departure.reminders_to)
        .bind(departure.now)
        .execute()
        .await?;
    Ok(i64::try_from(given).unwrap_or(i64::MAX))
}

/// Gives the open leads away, some hundred at a time, and with them the reminders that no others see then.
async fn give_leads(tx: &mut Tx, scope: &TenantScope, departure: &Departure) -> Result<i64> {
    // Leads that went to whoever leaves would be found again for ever.
    let leads_to = departure.leads_to.filter(|to| *to != departure.person_id);
    let mut count = 0;
    loop {
        let given: Vec<Given> = tx
            .query(
                "UPDATE leads
                    SET assigned_to = $3, updated_at = $4, version = version + 1
                  WHERE tenant_id = $1
                    AND id IN (SELECT id
                                 FROM leads
                                WHERE tenant_id = $1 AND assigned_to = $2 AND status NOT IN ('won', 'lost')
                                ORDER BY id
                                LIMIT $5)
              RETURNING id, contact_id",
            )
            .bind(scope.tenant_id())
            .bind(departure.person_id)
            .bind(leads_to)
            .bind(departure.now)
            .bind(BATCH)
            .fetch_all()
            .await?;
        if given.is_empty() {
            break;
        }
        count += i64::try_from(given.len()).unwrap_or(i64::MAX);
        let ids: Vec<_> = given.iter().map(|given| given.lead_id).collect();
        hands::follow(tx, scope, &ids, departure.now).await?;
        let told: Vec<_> = given.into_iter().map(NewChange::from).collect();
        changes::append_many(tx, scope, &told, departure.now).await?;
    }
    Ok(count)
}

/// A lead that is somebody else's now.
struct Given {
    lead_id: LeadId,
    contact_id: Option<ContactId>,
}

impl From<Given> for NewChange {
    fn from(given: Given) -> Self {
        Self {
            kind: ChangeKind::LeadUpdated,
            lead_id: Some(given.lead_id),
            contact_id: given.contact_id,
            activity_id: None,
        }
    }
}

impl FromRow for Given {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            lead_id: row.get("id")?,
            contact_id: row.get("contact_id")?,
        })
    }
}
