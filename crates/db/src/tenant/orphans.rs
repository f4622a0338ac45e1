//! Reminders that nobody would do: whoever has them has left, may only look, or does not see what they are about.
//!
//! One rule for whatever brings that about. Whoever may see and do a reminder keeps it; else it goes to the holder of its
//! lead, else to who holds the newest open lead of whom it is about, else to an owner. The timeline says so, and whoever
//! has some now is told once how many.

use std::collections::BTreeMap;

use jiff::Timestamp;
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, ContactId, Ids, MergeId, Notice, NoticeId, PersonId,
    ReminderId,
};

use crate::{
    Result, TenantScope, Tx,
    tenant::{
        bulk_edits::records,
        changes::{self, NewChange},
        hands::Followed,
        members, notices,
        sight::sees_about,
    },
};

/// Reminders that change hands in one statement.
const BATCH: i64 = 500;

/// By whom what was changed that reminders are given away for.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// Names what is written.
    pub ids: &'a dyn Ids,
    /// Who did it; none for who is no member. An owner has what nobody else sees, rather than another owner.
    pub by: Option<PersonId>,
    /// When.
    pub now: Timestamp,
}

/// Which reminders may have nobody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Any of the tenant.
    All,
    /// Those about the people of a merge.
    Merge(MergeId),
    /// Those about a contact.
    Contact(ContactId),
    /// This one.
    Reminder(ReminderId),
}

macro_rules! give_away {
    ($among:literal) => {
        concat!(
            "UPDATE reminders
                SET assigned_to = taken.taker,",
            " updated_at = $2, version = reminders.version + 1, told_at = NULL, owners_told_at = NULL
               FROM (SELECT orphan.id,
                            COALESCE(
                                (SELECT holder.person_id
                                   FROM leads AS lead
                                   JOIN members AS holder
                                     ON holder.tenant_id = lead.tenant_id AND holder.person_id = lead.assigned_to
                                  WHERE lead.tenant_id = $1 AND lead.id = orphan.lead_id
                                    AND (orphan.contact_id IS NULL OR orphan.contact_id = lead.contact_id)
                                    AND holder.removed_at IS NULL AND holder.role <> 'read_only'),
                                (SELECT holder.person_id
                                   FROM leads AS lead
                                   JOIN members AS holder
                                     ON holder.tenant_id = lead.tenant_id AND holder.person_id = lead.assigned_to
                                  WHERE lead.tenant_id = $1 AND lead.contact_id = orphan.contact_id
                                    AND (orphan.lead_id IS NULL
                                         OR EXISTS (SELECT 1
                                                      FROM leads AS its_lead
                                                     WHERE its_lead.tenant_id = $1 AND its_lead.id = orphan.lead_id
                                                       AND its_lead.assigned_to IS NULL))
                                    AND holder.removed_at IS NULL AND holder.role <> 'read_only'
                                  ORDER BY CASE WHEN lead.status IN ('won', 'lost') THEN 1 ELSE 0 END,
                                           lead.created_at DESC, lead.id DESC
                                  LIMIT 1),
                                (SELECT owner.person_id
                                   FROM members AS owner
                                  WHERE owner.tenant_id = $1 AND owner.role = 'owner' AND owner.removed_at IS NULL
                                  ORDER BY CASE WHEN owner.person_id = $3 THEN 0 ELSE 1 END,
                                           owner.created_at, owner.person_id
                                  LIMIT 1)) AS taker
                       FROM reminders AS orphan
                      WHERE orphan.tenant_id = $1 AND orphan.completed_at IS NULL ",
            $among,
            "           AND NOT EXISTS
                            (SELECT 1
                               FROM members AS doer
                               JOIN tenant_settings AS settings ON settings.tenant_id = doer.tenant_id
                              WHERE doer.tenant_id = $1 AND doer.person_id = orphan.assigned_to
                                AND doer.removed_at IS NULL AND doer.role <> 'read_only'
                                AND (doer.role <> 'agent' OR settings.agents_see = 'all' OR",
            sees_about!("orphan", "$1", "doer.person_id"),
            "                       ))
                      ORDER BY orphan.id
                      LIMIT $4) AS taken
              WHERE reminders.tenant_id = $1 AND reminders.id = taken.id AND reminders.completed_at IS NULL
                AND taken.taker IS NOT NULL
          RETURNING reminders.tenant_id AS tenant_id, reminders.id AS id, reminders.title AS title,
                    reminders.lead_id AS lead_id, reminders.contact_id AS contact_id,
                    reminders.assigned_to AS assigned_to"
        )
    };
}

/// Gives away what nobody would do, and tells whoever has it now. Says how many reminders that were.
///
/// To be called once all else is written, but for what the feed says of it.
pub async fn settle(tx: &mut Tx, scope: &TenantScope, occasion: &Occasion<'_>, among: Among) -> Result<i64> {
    let given = give_away(tx, scope, occasion, among).await?;
    tell(tx, scope, occasion, &given).await?;
    Ok(given.values().sum())
}

/// The same, and whoever has some now is the caller's to [`tell`]: brings how many each of them has.
pub(crate) async fn give_away(
    tx: &mut Tx,
    scope: &TenantScope,
    occasion: &Occasion<'_>,
    among: Among,
) -> Result<BTreeMap<PersonId, i64>> {
    let mut given = BTreeMap::new();
    let mut members = Vec::new();
    loop {
        // Whoever is given one sees it and can do it, so none is found twice.
        let taken = take(tx, scope, occasion, among).await?;
        if taken.is_empty() {
            return Ok(given);
        }
        if members.is_empty() {
            members = members::list(tx, scope).await?;
        }
        for one in &taken {
            *given.entry(one.to).or_default() += 1;
        }
        let name = |to| members.iter().find(|member| member.person_id == to);
        let traces: Vec<_> = (taken.iter())
            .map(|one| {
                trace(
                    one,
                    name(one.to).map_or("somebody", |member| &member.name),
                    occasion,
                )
            })
            .collect();
        records::trace(tx, scope, &traces).await?;
        let told: Vec<_> = traces.iter().map(told).collect();
        changes::append_many(tx, scope, &told, occasion.now).await?;
    }
}

/// Gives the next ones away.
async fn take(
    tx: &mut Tx,
    scope: &TenantScope,
    occasion: &Occasion<'_>,
    among: Among,
) -> Result<Vec<Followed>> {
    let query = tx
        .query(match among {
            Among::All => give_away!(""),
            Among::Merge(_) => give_away!(
                "AND orphan.contact_id IN
                     (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $5)"
            ),
            Among::Contact(_) => give_away!("AND orphan.contact_id = $5"),
            Among::Reminder(_) => give_away!("AND orphan.id = $5"),
        })
        .bind(scope.tenant_id())
        .bind(occasion.now)
        .bind(occasion.by)
        .bind(BATCH);
    let query = match among {
        Among::All => query,
        Among::Merge(id) => query.bind(id),
        Among::Contact(id) => query.bind(id),
        Among::Reminder(id) => query.bind(id),
    };
    query.fetch_all().await
}

/// Tells each of these how many reminders are theirs now, but not whoever did it.
pub(crate) async fn tell(
    tx: &mut Tx,
    scope: &TenantScope,
    occasion: &Occasion<'_>,
    given: &BTreeMap<PersonId, i64>,
) -> Result<()> {
    let others = (given.iter()).filter(|(to, count)| Some(**to) != occasion.by && **count > 0);
    let told: Vec<_> = others
        .map(|(to, count)| {
            let id = NoticeId::new(occasion.ids);
            Notice::of_reminders(id, (*to, *count), occasion.by, occasion.now)
        })
        .collect();
    notices::insert(tx, scope, &told).await
}

fn trace(one: &Followed, name: &str, occasion: &Occasion<'_>) -> Activity {
    let why = match (one.lead_id, one.contact_id) {
        (None, None) => "",
        _ => ", who sees what it is about",
    };
    Activity {
        id: ActivityId::new(occasion.ids),
        contact_id: one.contact_id,
        lead_id: one.lead_id,
        activity_type: ActivityType::Note,
        occurred_at: occasion.now,
        summary: format!("The reminder “{}” went to {name}{why}", one.title),
        metadata: serde_json::json!({ "reminderId": one.id, "to": one.to }),
        actor: occasion.by,
    }
}

fn told(trace: &Activity) -> NewChange {
    NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: trace.lead_id,
        contact_id: trace.contact_id,
        activity_id: Some(trace.id),
    }
}
