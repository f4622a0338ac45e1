//! A tenant's timeline: what happened, with whom, by whom.

use std::{array, cmp::Reverse};

use jiff::Timestamp;
use types::{
    Activity, ActivityGroup, ActivityId, ActivityType, ContactId, LeadId, Page, PageRequest, actor_name,
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, value::Value},
    tenant::{before, sight::sees_about, since, words},
};

/// Which activities a list shows; every field that is set narrows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Happened with this lead.
    pub lead_id: Option<LeadId>,
    /// Happened with this contact.
    pub contact_id: Option<ContactId>,
    /// Are of this type.
    pub activity_type: Option<ActivityType>,
    /// Come after this one in the list: when it happened, and its id.
    pub after: Option<(Timestamp, ActivityId)>,
}

/// An activity, and what to call whoever did it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityWithActor {
    /// The activity.
    pub activity: Activity,
    /// The member's name, and the operator's or the token's that did it on their behalf; none when a visitor or the
    /// platform did it.
    pub actor_name: Option<String>,
    /// What to call whom it happened with; none when nobody said.
    pub contact_name: Option<String>,
    /// How often it was changed, and one.
    pub version: i64,
}

/// Whose past a page tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A lead's, and what happened with its contact that belongs to no lead: what they do on the site is such.
    Lead(LeadId, Option<ContactId>),
    /// A contact's, with all their leads.
    Contact(ContactId),
}

/// Which stretch of a past.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stretch {
    /// This group alone.
    pub group: Option<ActivityGroup>,
    /// What is older than this one: when it happened, and its id.
    pub after: Option<(Timestamp, ActivityId)>,
}

macro_rules! select_activities {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT activities.id, activities.contact_id, activities.lead_id, activities.activity_type,
                    activities.occurred_at, activities.summary, activities.metadata, activities.actor_id,
                    activities.version, people.name AS actor_name, operators.name AS operator_name, api_tokens.name AS token_name,
                    COALESCE(contacts.full_name, contacts.email, contacts.phone) AS contact_name
               FROM activities
               LEFT JOIN people ON people.id = activities.actor_id
               LEFT JOIN support_sessions AS support
                 ON support.tenant_id = activities.tenant_id AND support.id = activities.support_session_id
               LEFT JOIN operators ON operators.id = support.operator_id
               LEFT JOIN api_tokens
                 ON api_tokens.tenant_id = activities.tenant_id AND api_tokens.id = activities.api_token_id
               LEFT JOIN contacts
                 ON contacts.tenant_id = activities.tenant_id AND contacts.id = activities.contact_id
              WHERE activities.tenant_id = $1 AND",
            sees_about!("activities"),
            $($rest),+
        )
    };
}

/// Whoever asks for notes wants what somebody wrote down, and not what was done with the workspace itself: that says
/// something to machines, and is about nobody.
macro_rules! not_of_workspace {
    () => {
        " AND ($5 IS NULL OR $5 <> 'note' OR activities.lead_id IS NOT NULL OR activities.contact_id IS NOT NULL
                     OR activities.metadata = '{}') "
    };
}

macro_rules! list_activities {
    ($of:literal, $comes_after:literal, $direction:literal) => {
        select_activities!(
            $of,
            "AND ($3 IS NULL OR activities.lead_id = $3)
                AND ($4 IS NULL OR activities.contact_id = $4)
                AND ($5 IS NULL OR activities.activity_type = $5)",
            not_of_workspace!(),
            "
                AND (activities.occurred_at, activities.id) ",
            $comes_after,
            " ($6, $7)
              ORDER BY activities.occurred_at",
            $direction,
            ", activities.id",
            $direction,
            " LIMIT $8 OFFSET $9"
        )
    };
    // What narrows most stands in the text without an OR, so that an index can serve it.
    ($filter:expr, $comes_after:literal, $direction:literal) => {
        match $filter {
            ActivityFilter { lead_id: Some(_), .. } => {
                list_activities!("AND activities.lead_id = $3 ", $comes_after, $direction)
            }
            ActivityFilter {
                contact_id: Some(_), ..
            } => list_activities!("AND activities.contact_id = $4 ", $comes_after, $direction),
            _ => list_activities!("", $comes_after, $direction),
        }
    };
}

/// Lists activities, newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ActivityFilter,
    page: PageRequest,
) -> Result<Page<ActivityWithActor>> {
    let sql = list_activities!(filter, "<", " DESC");
    read(tx, (scope, sql), (filter, before(filter.after)), page).await
}

/// The same list from its other end: oldest first, `filter.after` being newer from row to row.
pub async fn list_before(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ActivityFilter,
    page: PageRequest,
) -> Result<Page<ActivityWithActor>> {
    let sql = list_activities!(filter, ">", " ASC");
    read(tx, (scope, sql), (filter, since(filter.after)), page).await
}

async fn read(
    tx: &mut Tx,
    (scope, sql): (&TenantScope, &'static str),
    (filter, (at, id)): (&ActivityFilter, (Timestamp, ActivityId)),
    page: PageRequest,
) -> Result<Page<ActivityWithActor>> {
    let rows = tx
        .query(sql)
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.lead_id)
        .bind(filter.contact_id)
        .bind(filter.activity_type)
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// What is read of a past: one walk along one index, as far as a page goes. A note with metadata is a trace of what was
/// done, and belongs to what changed.
macro_rules! walk_activities {
    ($of:literal) => {
        select_activities!(
            $of,
            " AND ($4 IS NULL
                     OR activities.activity_type IN ($4, $5, $6, $7)
                        AND (activities.activity_type <> 'note' OR activities.metadata = '{}')
                     OR activities.activity_type = $8 AND activities.metadata <> '{}')
                AND (activities.occurred_at, activities.id) < ($9, $10)
              ORDER BY activities.occurred_at DESC, activities.id DESC
              LIMIT $11"
        )
    };
}

pub(super) const OF_LEAD: &str = walk_activities!("AND activities.lead_id = $3");
pub(super) const OF_CONTACT: &str = walk_activities!("AND activities.contact_id = $3");
// Compared with a value, so that SQLite cannot take the index by lead: there lies the whole tenant's that has no lead.
pub(super) const OF_CONTACT_ALONE: &str =
    walk_activities!("AND activities.contact_id = $3 AND (activities.lead_id IS NULL) = TRUE");

/// The past of one record, newest first. A lead's is two walks, each no longer than the page, laid into one another.
pub async fn timeline(
    tx: &mut Tx,
    scope: &TenantScope,
    whose: Whose,
    stretch: &Stretch,
    page: PageRequest,
) -> Result<Page<ActivityWithActor>> {
    let rows = match whose {
        Whose::Contact(id) => walk(tx, (scope, OF_CONTACT), id, stretch, page).await?,
        Whose::Lead(id, contact) => {
            let mut rows: Vec<ActivityWithActor> = walk(tx, (scope, OF_LEAD), id, stretch, page).await?;
            if let Some(contact) = contact {
                rows.extend(walk(tx, (scope, OF_CONTACT_ALONE), contact, stretch, page).await?);
                rows.sort_by_key(|row| Reverse((row.activity.occurred_at, row.activity.id)));
            }
            rows
        }
    };
    Ok(Page::from_fetched(rows, page))
}

pub(super) async fn walk<T: FromRow, Id: Value>(
    tx: &mut Tx,
    (scope, sql): (&TenantScope, &'static str),
    record: Id,
    stretch: &Stretch,
    page: PageRequest,
) -> Result<Vec<T>> {
    let (at, id) = before(stretch.after);
    let mut types = stretch.group.into_iter().flat_map(ActivityGroup::types);
    // The places that a smaller group leaves are null, which no type equals.
    let [first, second, third, fourth]: [_; ActivityGroup::MOST_TYPES] = array::from_fn(|_| types.next());
    tx.query(sql)
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(record)
        .bind(first)
        .bind(second)
        .bind(third)
        .bind(fourth)
        .bind(stretch.group.and_then(ActivityGroup::traces))
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .fetch_all()
        .await
}

/// Finds an activity.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ActivityId) -> Result<Option<ActivityWithActor>> {
    tx.query(select_activities!("AND activities.id = $3"))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await
}

/// Counts the activities that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ActivityFilter) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value
               FROM activities
              WHERE tenant_id = $1
                AND ($3 IS NULL OR lead_id = $3)
                AND ($4 IS NULL OR contact_id = $4)
                AND ($5 IS NULL OR activity_type = $5)",
            not_of_workspace!(),
            "AND",
            sees_about!("activities")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.lead_id)
        .bind(filter.contact_id)
        .bind(filter.activity_type)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Adds to the timeline. A lead or contact that is not this tenant's is a missing reference.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, activity: &Activity) -> Result<()> {
    tx.query(
        "INSERT INTO activities
                (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata, actor_id,
                 support_session_id, api_token_id, search_text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(scope.tenant_id())
    .bind(activity.id)
    .bind(activity.contact_id)
    .bind(activity.lead_id)
    .bind(activity.activity_type)
    .bind(activity.occurred_at)
    .bind(&activity.summary)
    .bind(&activity.metadata)
    .bind(activity.actor)
    .bind(scope.support())
    .bind(scope.token())
    .bind(words::of_activity(activity))
    .execute()
    .await?;
    Ok(())
}

/// The program that did it, by its token; else both who did it and on whose behalf, where an operator of the platform
/// looked in.
fn named(actor: Option<String>, operator: Option<String>, token: Option<String>) -> Option<String> {
    match (actor, operator, token) {
        (_, _, Some(token)) => Some(actor_name(&token)),
        (Some(actor), Some(operator), None) => Some(format!("{operator} of Freehold support, for {actor}")),
        (actor, operator, None) => actor.or(operator),
    }
}

impl FromRow for ActivityWithActor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            activity: Activity {
                id: row.get("id")?,
                contact_id: row.get("contact_id")?,
                lead_id: row.get("lead_id")?,
                activity_type: row.get("activity_type")?,
                occurred_at: row.get("occurred_at")?,
                summary: row.get("summary")?,
                metadata: row.get("metadata")?,
                actor: row.get("actor_id")?,
            },
            actor_name: named(
                row.get("actor_name")?,
                row.get("operator_name")?,
                row.get("token_name")?,
            ),
            contact_name: row.get("contact_name")?,
            version: row.get("version")?,
        })
    }
}
