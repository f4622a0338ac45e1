//! A tenant's reminders: what is open by when it is due, what is done by when it was.

use jiff::Timestamp;
use types::{
    Completion, ContactId, Email, Escalation, LeadId, Page, PageRequest, PersonId, Phone, Reminder,
    ReminderId,
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::{contacts, sight::sees_about},
};

/// Which reminders a list shows; every field that is set narrows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReminderFilter {
    /// Are done, instead of open.
    pub is_done: bool,
    /// Are for this member.
    pub assigned_to: Option<PersonId>,
    /// Are about this lead.
    pub lead_id: Option<LeadId>,
    /// Are about this person.
    pub contact_id: Option<ContactId>,
    /// Are due at this time or later.
    pub due_from: Option<Timestamp>,
    /// Are due before this.
    pub due_before: Option<Timestamp>,
    /// Come after this one in the list: when it is due, or was done, and its id.
    pub after: Option<(Timestamp, ReminderId)>,
}

/// A reminder, and what to call the people in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderWithNames {
    /// The reminder.
    pub reminder: Reminder,
    /// The member who shall do it; none when they have left.
    pub assignee_name: Option<String>,
    /// Whom it is about; none when nobody said.
    pub contact_name: Option<String>,
    /// Their number.
    pub contact_phone: Option<Phone>,
    /// Their address.
    pub contact_email: Option<Email>,
    /// How far it was told that it is overdue.
    pub escalation: Escalation,
}

macro_rules! select_reminders {
    ($rest:literal) => {
        concat!(
            "SELECT reminders.id, reminders.title, reminders.due_at, reminders.lead_id, reminders.contact_id,
                    reminders.assigned_to, reminders.created_by, reminders.completed_at, reminders.completed_by,
                    reminders.version, reminders.created_at, reminders.updated_at, reminders.told_at,
                    reminders.owners_told_at,
                    people.name AS assignee_name,
                    COALESCE(contacts.full_name, contacts.email, contacts.phone) AS contact_name,
                    contacts.email AS contact_email, contacts.phone AS contact_phone,
                    contacts.phone_normalized AS contact_phone_normalized
               FROM reminders
               LEFT JOIN people ON people.id = reminders.assigned_to
               LEFT JOIN contacts
                 ON contacts.tenant_id = reminders.tenant_id AND contacts.id = reminders.contact_id
              WHERE reminders.tenant_id = $1 AND",
            sees_about!("reminders"),
            $rest
        )
    };
}

/// Finds a reminder.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ReminderId) -> Result<Option<ReminderWithNames>> {
    tx.query(select_reminders!("AND reminders.id = $3"))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists reminders: the open ones by when they are due, the done ones with the last done first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ReminderFilter,
    page: PageRequest,
) -> Result<Page<ReminderWithNames>> {
    let rows = tx
        .query(if filter.is_done {
            select_reminders!(
                "AND reminders.completed_at IS NOT NULL
                 AND ($3 IS NULL OR reminders.assigned_to = $3)
                 AND ($4 IS NULL OR reminders.lead_id = $4)
                 AND ($5 IS NULL OR reminders.contact_id = $5)
                 AND ($6 IS NULL OR (reminders.completed_at, reminders.id) < ($6, $7))
                 AND ($10 IS NULL OR reminders.due_at < $10)
                 AND ($11 IS NULL OR reminders.due_at >= $11)
               ORDER BY reminders.completed_at DESC, reminders.id DESC
               LIMIT $8 OFFSET $9"
            )
        } else {
            select_reminders!(
                "AND reminders.completed_at IS NULL
                 AND ($3 IS NULL OR reminders.assigned_to = $3)
                 AND ($4 IS NULL OR reminders.lead_id = $4)
                 AND ($5 IS NULL OR reminders.contact_id = $5)
                 AND ($6 IS NULL OR (reminders.due_at, reminders.id) > ($6, $7))
                 AND ($10 IS NULL OR reminders.due_at < $10)
                 AND ($11 IS NULL OR reminders.due_at >= $11)
               ORDER BY reminders.due_at, reminders.id
               LIMIT $8 OFFSET $9"
            )
        })
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.assigned_to)
        .bind(filter.lead_id)
        .bind(filter.contact_id)
        .bind(filter.after.map(|(at, _)| at))
        .bind(filter.after.map(|(_, id)| id))
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .bind(filter.due_before)
        .bind(filter.due_from)
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Lists open reminders of which somebody is to be told that they are overdue, those that wait longest first.
pub async fn list_untold(
    tx: &mut Tx,
    scope: &TenantScope,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ReminderWithNames>> {
    tx.query(select_reminders!(
        "AND reminders.completed_at IS NULL AND reminders.owners_told_at IS NULL
         AND reminders.due_at >= $3
         AND (reminders.due_at <= $5 OR (reminders.told_at IS NULL AND reminders.due_at <= $4))
       ORDER BY reminders.due_at, reminders.id
       LIMIT $6"
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(now - Escalation::NEVER_AFTER)
    .bind(now - Escalation::AFTER)
    .bind(now - Escalation::TO_OWNERS_AFTER)
    .bind(limit)
    .fetch_all()
    .await
}

/// Notes how far it is told that a reminder is overdue. False when it is not as it was read: it was done or put off, or
/// somebody else told of it.
pub async fn mark_told(
    tx: &mut Tx,
    scope: &TenantScope,
    found: &ReminderWithNames,
    now: Escalation,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE reminders
                SET told_at = $3, owners_told_at = $4
              WHERE tenant_id = $1 AND id = $2 AND completed_at IS NULL AND due_at = $5
                AND owners_told_at IS NULL AND ($6 OR told_at IS NULL)",
        )
        .bind(scope.tenant_id())
        .bind(found.reminder.id)
        .bind(now.told_at)
        .bind(now.owners_told_at)
        .bind(found.reminder.due_at)
        .bind(found.escalation.told_at.is_some())
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Counts the reminders that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ReminderFilter) -> Result<i64> {
    let Only(count) = tx
        .query(if filter.is_done {
            concat!(
                "SELECT COUNT(*) AS value
               FROM reminders
              WHERE tenant_id = $1 AND completed_at IS NOT NULL
                AND ($3 IS NULL OR assigned_to = $3)
                AND ($4 IS NULL OR lead_id = $4)
                AND ($5 IS NULL OR contact_id = $5)
                AND ($6 IS NULL OR due_at < $6)
                AND ($7 IS NULL OR due_at >= $7) AND",
                sees_about!("reminders")
            )
        } else {
            concat!(
                "SELECT COUNT(*) AS value
               FROM reminders
              WHERE tenant_id = $1 AND completed_at IS NULL
                AND ($3 IS NULL OR assigned_to = $3)
                AND ($4 IS NULL OR lead_id = $4)
                AND ($5 IS NULL OR contact_id = $5)
                AND ($6 IS NULL OR due_at < $6)
                AND ($7 IS NULL OR due_at >= $7) AND",
                sees_about!("reminders")
            )
        })
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.assigned_to)
        .bind(filter.lead_id)
        .bind(filter.contact_id)
        .bind(filter.due_before)
        .bind(filter.due_from)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Adds a reminder. A lead, a contact or a member that is not this tenant's is a missing reference.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, reminder: &Reminder) -> Result<()> {
    tx.query(
        "INSERT INTO reminders
                (tenant_id, id, title, due_at, lead_id, contact_id, assigned_to, created_by, completed_at,
                 completed_by, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(scope.tenant_id())
    .bind(reminder.id)
    .bind(&reminder.title)
    .bind(reminder.due_at)
    .bind(reminder.lead_id)
    .bind(reminder.contact_id)
    .bind(reminder.assigned_to)
    .bind(reminder.created_by)
    .bind(reminder.completed.map(|completion| completion.at))
    .bind(reminder.completed.map(|completion| completion.by))
    .bind(reminder.version)
    .bind(reminder.created_at)
    .bind(reminder.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Writes a reminder back if nobody changed it since it was read: `reminder.version` is the one that was read. What is put
/// off or somebody else's was told to nobody yet.
///
/// False, and nothing written, when somebody did.
pub async fn update(tx: &mut Tx, scope: &TenantScope, reminder: &Reminder) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE reminders
                SET title = $4, due_at = $5, assigned_to = $6, completed_at = $7, completed_by = $8,
                    updated_at = $9, version = version + 1,
                    told_at = CASE WHEN due_at = $5 AND assigned_to = $6 THEN told_at END,
                    owners_told_at = CASE WHEN due_at = $5 AND assigned_to = $6 THEN owners_told_at END
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(reminder.id)
        .bind(reminder.version)
        .bind(&reminder.title)
        .bind(reminder.due_at)
        .bind(reminder.assigned_to)
        .bind(reminder.completed.map(|completion| completion.at))
        .bind(reminder.completed.map(|completion| completion.by))
        .bind(reminder.updated_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes a reminder away if nobody changed it since it was read as `version`.
///
/// False when somebody did or it is gone already.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: ReminderId, version: i64) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM reminders WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(touched == 1)
}

impl FromRow for ReminderWithNames {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (at, by) = (row.get("completed_at")?, row.get("completed_by")?);
        Ok(Self {
            reminder: Reminder {
                id: row.get("id")?,
                title: row.get("title")?,
                due_at: row.get("due_at")?,
                lead_id: row.get("lead_id")?,
                contact_id: row.get("contact_id")?,
                assigned_to: row.get("assigned_to")?,
                created_by: row.get("created_by")?,
                completed: Option::zip(at, by).map(|(at, by)| Completion { at, by }),
                version: row.get("version")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
            },
            assignee_name: row.get("assignee_name")?,
            contact_name: row.get("contact_name")?,
            contact_phone: contacts::phone_of(row)?,
            contact_email: row.get("contact_email")?,
            escalation: Escalation {
                told_at: row.get("told_at")?,
                owners_told_at: row.get("owners_told_at")?,
            },
        })
    }
}
