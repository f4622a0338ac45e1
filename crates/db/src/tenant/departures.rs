//! A member leaves: what is theirs to do becomes others', and whatever lets them in is taken away.

use jiff::Timestamp;
use types::{ChangeKind, ContactId, LeadId, PersonId, assignment::AssignmentRule};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::{
        assignment,
        changes::{self, NewChange},
        members,
        orphans::{self, Among, Occasion},
        sight::sees_about,
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
    /// Whose their open reminders become, as far as they may see what those are about. Nobody's: all of them go to
    /// whoever has that.
    pub reminders_to: Option<PersonId>,
}

/// What somebody has who may leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Leads that are neither won nor lost.
    pub lead_count: i64,
    /// Reminders that are not done; of those that were given away, what the heir has.
    pub reminder_count: i64,
    /// Reminders that went to whoever has what they are about, or to an owner.
    pub others_count: i64,
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
        others_count: 0,
    })
}

/// Ends a membership. What they did stays under their name; leads that are won or lost are nobody's then.
///
/// None, and nothing written, when they are the last owner, or no member any more. The caller says in the feed, last,
/// that it was done.
pub async fn leave(
    tx: &mut Tx,
    scope: &TenantScope,
    departure: &Departure,
    occasion: &Occasion<'_>,
) -> Result<Option<Belongings>> {
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
        .bind(occasion.now)
        .execute()
        .await?;
    if ended == 0 {
        return Ok(None);
    }
    shut_out(tx, scope, departure.person_id, occasion.now).await?;
    tx.query(
        "UPDATE leads
            SET assigned_to = NULL, version = version + 1
          WHERE tenant_id = $1 AND assigned_to = $2 AND status IN ('won', 'lost')",
    )
    .bind(scope.tenant_id())
    .bind(departure.person_id)
    .execute()
    .await?;
    let left = hand_over(tx, scope, departure, occasion).await?;
    Ok(Some(left))
}

/// Gives away what is theirs to do, and takes them out of rounds: they leave, or may only look from now on.
///
/// Whoever has reminders now is told how many, but not whoever did it. Who has the leads is for the caller to tell.
pub async fn hand_over(
    tx: &mut Tx,
    scope: &TenantScope,
    departure: &Departure,
    occasion: &Occasion<'_>,
) -> Result<Belongings> {
    leave_turns(tx, scope, departure.person_id, occasion.now).await?;
    // First: what is to be done about a lead is for who sees it in its new hands.
    let lead_count = give_leads(tx, scope, departure, occasion.now).await?;
    let reminder_count = match departure.reminders_to {
        Some(heir) => give_reminders(tx, scope, (departure.person_id, heir), occasion.now).await?,
        None => 0,
    };
    let mut given = orphans::give_away(tx, scope, occasion, Among::All).await?;
    let others_count = given.values().sum();
    if let Some(heir) = departure.reminders_to {
        *given.entry(heir).or_default() += reminder_count;
    }
    orphans::tell(tx, scope, occasion, &given).await?;
    Ok(Belongings {
        lead_count,
        reminder_count,
        others_count,
    })
}

/// Takes away whatever lets them in: a membership that is begun again some day brings none of it back.
async fn shut_out(tx: &mut Tx, scope: &TenantScope, person_id: PersonId, now: Timestamp) -> Result<()> {
    members::end_sessions(tx, scope, person_id).await?;
    tx.query("DELETE FROM calendar_links WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(person_id)
        .execute()
        .await?;
    tx.query(
        "UPDATE api_tokens SET revoked_at = $3 WHERE tenant_id = $1 AND made_by = $2 AND revoked_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Takes them out of the rounds in which new leads go to one after the other. A round of nobody would be none: who is
/// alone in theirs stays, and is passed over.
async fn leave_turns(tx: &mut Tx, scope: &TenantScope, id: PersonId, now: Timestamp) -> Result<()> {
    // Held, so that each is written as it was read.
    for rule in assignment::book_to_use(tx, scope).await?.rules() {
        if let Some(target) = rule.target.without(id) {
            let rule = AssignmentRule {
                target,
                updated_at: now,
                ..rule.clone()
            };
            assignment::update(tx, scope, &rule).await?;
        }
    }
    Ok(())
}

/// Gives the heir the reminders that they may see.
async fn give_reminders(
    tx: &mut Tx,
    scope: &TenantScope,
    (from, to): (PersonId, PersonId),
    now: Timestamp,
) -> Result<i64> {
    let given = tx
        .query(concat!(
            "UPDATE reminders
                SET assigned_to = $3,",
            " updated_at = $4, version = version + 1, told_at = NULL, owners_told_at = NULL
              WHERE tenant_id = $1 AND assigned_to = $2 AND completed_at IS NULL
                AND EXISTS (SELECT 1
                              FROM members AS heir
                              JOIN tenant_settings AS settings ON settings.tenant_id = heir.tenant_id
                             WHERE heir.tenant_id = $1 AND heir.person_id = $3
                               AND (heir.role <> 'agent' OR settings.agents_see = 'all' OR",
            sees_about!("reminders", "$1", "heir.person_id"),
            "))"
        ))
        .bind(scope.tenant_id())
        .bind(from)
        .bind(to)
        .bind(now)
        .execute()
        .await?;
    Ok(i64::try_from(given).unwrap_or(i64::MAX))
}

/// Gives the open leads away, some hundred at a time.
async fn give_leads(tx: &mut Tx, scope: &TenantScope, departure: &Departure, now: Timestamp) -> Result<i64> {
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
            .bind(now)
            .bind(BATCH)
            .fetch_all()
            .await?;
        if given.is_empty() {
            break;
        }
        count += i64::try_from(given.len()).unwrap_or(i64::MAX);
        let told: Vec<_> = given.into_iter().map(NewChange::from).collect();
        changes::append_many(tx, scope, &told, now).await?;
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
