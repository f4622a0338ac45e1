//! What a tenant's members are told, each only their own.

use jiff::Timestamp;
use types::{Notice, NoticeId, Page, PageRequest, PersonId, TenantId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    tenant::{
        before,
        sight::{sees_about, sees_lead},
    },
};

/// Which of a member's notices a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Whose they are.
    pub of: PersonId,
    /// Those alone that they have not read.
    pub is_unread: bool,
    /// Come after this one in the list: when it happened, and its id.
    pub after: Option<(Timestamp, NoticeId)>,
}

/// A notice, and what to call those in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeWithNames {
    /// The notice.
    pub notice: Notice,
    /// Who did it; none when a rule did, or they have left.
    pub actor_name: Option<String>,
    /// Whose wish the lead is; none when nobody said, or the reader does not see the lead any more.
    pub contact_name: Option<String>,
    /// Whether the reader sees the lead.
    pub is_seen: bool,
    /// What was to be done; none when it is about no reminder, or the reader does not see whom that is about any more.
    pub reminder_title: Option<String>,
    /// Who shall do it.
    pub assignee_name: Option<String>,
}

macro_rules! list_notices {
    ($unread:literal) => {
        concat!(
            "SELECT notice.id, notice.person_id, notice.kind, notice.lead_id, notice.actor_id, notice.created_at,
                    notice.read_at, notice.reminder_id, notice.lead_count, notice.mail_due_at, reminder.title AS reminder_title,
                    assignee.name AS assignee_name, people.name AS actor_name, seen.id IS NOT NULL AS is_seen,
                    COALESCE(contacts.full_name, contacts.email, contacts.phone) AS contact_name
               FROM notices AS notice
               LEFT JOIN people ON people.id = notice.actor_id
               LEFT JOIN leads AS seen ON seen.tenant_id = $1 AND seen.id = notice.lead_id AND",
            sees_lead!("seen"),
            "  LEFT JOIN reminders AS reminder
                 ON reminder.tenant_id = $1 AND reminder.id = notice.reminder_id AND",
            sees_about!("reminder"),
            "  LEFT JOIN people AS assignee ON assignee.id = reminder.assigned_to
               LEFT JOIN contacts ON contacts.tenant_id = $1 AND contacts.id = seen.contact_id
              WHERE notice.tenant_id = $1 AND notice.person_id = $3 ",
            $unread,
            " AND (notice.created_at, notice.id) < ($4, $5)
              ORDER BY notice.created_at DESC, notice.id DESC
              LIMIT $6 OFFSET $7"
        )
    };
}

/// Lists a member's notices, newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &NoticeFilter,
    page: PageRequest,
) -> Result<Page<NoticeWithNames>> {
    let (at, id) = before(filter.after);
    let rows = tx
        .query(match filter.is_unread {
            true => list_notices!("AND notice.read_at IS NULL"),
            false => list_notices!(""),
        })
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.of)
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the notices that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &NoticeFilter) -> Result<i64> {
    if filter.is_unread {
        return count_unread(tx, scope, filter.of).await;
    }
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM notices WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(filter.of)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Counts what a member has not read.
pub async fn count_unread(tx: &mut Tx, scope: &TenantScope, of: PersonId) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM notices
              WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(of)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Says whether a member has read one of theirs. False when they have no such notice.
pub async fn set_read(
    tx: &mut Tx,
    scope: &TenantScope,
    (of, id): (PersonId, NoticeId),
    read_at: Option<Timestamp>,
) -> Result<bool> {
    let touched = tx
        .query("UPDATE notices SET read_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND id = $3")
        .bind(scope.tenant_id())
        .bind(of)
        .bind(id)
        .bind(read_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Says that a member has read all of theirs. Says how many they had not.
pub async fn read_all(tx: &mut Tx, scope: &TenantScope, of: PersonId, now: Timestamp) -> Result<u64> {
    tx.query("UPDATE notices SET read_at = $3 WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL")
        .bind(scope.tenant_id())
        .bind(of)
        .bind(now)
        .execute()
        .await
}

/// Tells members of something.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, notices: &[Notice]) -> Result<()> {
    let notices: Vec<_> = notices.iter().map(|notice| (scope.tenant_id(), notice)).collect();
    insert_many(tx, &notices).await
}

/// Tells members of many tenants at once.
pub(crate) async fn insert_many(tx: &mut Tx, notices: &[(&TenantId, &Notice)]) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite:
            "INSERT INTO notices
                    (tenant_id, id, person_id, kind, lead_id, actor_id, created_at, reminder_id, lead_count, mail_due_at)
                 SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9
                   FROM list",
        postgres:
            "INSERT INTO notices
                    (tenant_id, id, person_id, kind, lead_id, actor_id, created_at, reminder_id, lead_count, mail_due_at)
                   SELECT tenant_id, id, person_id, kind, lead_id, actor_id, at, reminder_id, lead_count, mail_due_at
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                       AS list (tenant_id, id, person_id, kind, lead_id, actor_id, at, reminder_id, lead_count,
                                mail_due_at)",
    };
    if notices.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(notices.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(notices.iter().map(|(_, notice)| notice.id))
        .column(notices.iter().map(|(_, notice)| notice.person_id))
        .column(notices.iter().map(|(_, notice)| notice.kind))
        .column(notices.iter().map(|(_, notice)| notice.lead_id))
        .column(notices.iter().map(|(_, notice)| notice.actor))
        .column(notices.iter().map(|(_, notice)| notice.created_at))
        .column(notices.iter().map(|(_, notice)| notice.reminder_id))
        .column(notices.iter().map(|(_, notice)| notice.lead_count))
        .column(notices.iter().map(|(_, notice)| notice.mail_due_at))
        .execute()
        .await?;
    Ok(())
}

/// Lets a message that was not written so far be: what it would tell is so no more.
pub async fn mail_no_more(tx: &mut Tx, scope: &TenantScope, id: NoticeId) -> Result<()> {
    tx.query("UPDATE notices SET mail_due_at = NULL WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// A notice that a message is to tell, too: as much of it as the message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenLeads {
    /// The notice.
    pub id: NoticeId,
    /// Who is told.
    pub person_id: PersonId,
    /// How many leads are theirs now.
    pub lead_count: i64,
    /// Whose wish the lead is, if it is one, and somebody said.
    pub contact_name: Option<String>,
    /// Who did it; none when a rule did, or they have left.
    pub actor_name: Option<String>,
}

/// Takes the notices that a message is to tell, the oldest first.
///
/// Whoever takes them writes the messages in the same transaction, and nobody else does. One that they read meanwhile
/// needs none, nor does one of a lead that is somebody else's by now.
pub async fn take_to_mail(
    tx: &mut Tx,
    scope: &TenantScope,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<GivenLeads>> {
    const FIND: Sql = Sql {
        sqlite: "SELECT notices.id, notices.person_id, COALESCE(notices.lead_count, 1) AS lead_count,
                        people.name AS actor_name,
                        COALESCE(contacts.full_name, contacts.email, contacts.phone) AS contact_name
                   FROM list
                   JOIN notices ON notices.tenant_id = $1 AND notices.id = c0
                   LEFT JOIN people ON people.id = notices.actor_id
                   LEFT JOIN leads ON leads.tenant_id = $1 AND leads.id = notices.lead_id
                   LEFT JOIN contacts ON contacts.tenant_id = $1 AND contacts.id = leads.contact_id
                  WHERE notices.read_at IS NULL
                    AND (notices.lead_id IS NULL OR leads.assigned_to = notices.person_id)
                  ORDER BY notices.created_at, notices.id",
        postgres: "SELECT notices.id, notices.person_id, COALESCE(notices.lead_count, 1) AS lead_count,
                          people.name AS actor_name,
                          COALESCE(contacts.full_name, contacts.email, contacts.phone) AS contact_name
                     FROM notices
                     LEFT JOIN people ON people.id = notices.actor_id
                     LEFT JOIN leads ON leads.tenant_id = $2 AND leads.id = notices.lead_id
                     LEFT JOIN contacts ON contacts.tenant_id = $2 AND contacts.id = leads.contact_id
                    WHERE notices.tenant_id = $2 AND notices.id = ANY($1) AND notices.read_at IS NULL
                      AND (notices.lead_id IS NULL OR leads.assigned_to = notices.person_id)
                    ORDER BY notices.created_at, notices.id",
    };
    let taken: Vec<Only<NoticeId>> = tx
        .query(
            "UPDATE notices
                SET mail_due_at = NULL
              WHERE tenant_id = $1 AND mail_due_at IS NOT NULL
                AND id IN (SELECT id
                             FROM notices
                            WHERE tenant_id = $1 AND mail_due_at <= $2
                            ORDER BY mail_due_at, id
                            LIMIT $3)
          RETURNING id AS value",
        )
        .bind(scope.tenant_id())
        .bind(now)
        .bind(limit)
        .fetch_all()
        .await?;
    tx.bulk(FIND)
        .column(taken.into_iter().map(|Only(id)| id))
        .bind(scope.tenant_id())
        .fetch_all()
        .await
}

impl FromRow for GivenLeads {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            lead_count: row.get("lead_count")?,
            contact_name: row.get("contact_name")?,
            actor_name: row.get("actor_name")?,
        })
    }
}

impl FromRow for NoticeWithNames {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            notice: Notice {
                id: row.get("id")?,
                person_id: row.get("person_id")?,
                kind: row.get("kind")?,
                lead_id: row.get("lead_id")?,
                lead_count: row.get("lead_count")?,
                reminder_id: row.get("reminder_id")?,
                actor: row.get("actor_id")?,
                created_at: row.get("created_at")?,
                read_at: row.get("read_at")?,
                mail_due_at: row.get("mail_due_at")?,
            },
            actor_name: row.get("actor_name")?,
            contact_name: row.get("contact_name")?,
            is_seen: row.get("is_seen")?,
            reminder_title: row.get("reminder_title")?,
            assignee_name: row.get("assignee_name")?,
        })
    }
}
