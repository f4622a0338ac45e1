//! A tenant's members, and where each is signed in.

use jiff::Timestamp;
use types::{AssignmentRuleId, Member, PersonId, Role, SessionId, Whence};

use crate::{
    PlatformScope, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    platform,
};

/// The most members a list brings: more than any plan allows.
const MOST: i64 = 200;

/// Lists the members by name, at most 200.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Member>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.is_paused, members.created_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.removed_at IS NULL
          ORDER BY people.name, people.id
          LIMIT $2",
    )
    .bind(scope.tenant_id())
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a member.
pub async fn find(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<Option<Member>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.is_paused, members.created_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.person_id = $2 AND members.removed_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .fetch_optional()
    .await
}

/// Gives a member another role, if they still have the one that was read and the tenant keeps an owner.
///
/// False, and nothing written, when not. On PostgreSQL it holds the members to the commit: two owners who demote each
/// other at once would each see the other stay.
pub async fn set_role(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    (from, to): (Role, Role),
) -> Result<bool> {
    hold(tx, scope).await?;
    let touched = tx
        .query(
            "UPDATE members
                SET role = $4
              WHERE tenant_id = $1 AND person_id = $2 AND role = $3 AND removed_at IS NULL
                AND ($4 = 'owner' OR EXISTS (
                    SELECT 1
                      FROM members AS others
                     WHERE others.tenant_id = $1 AND others.role = 'owner' AND others.person_id <> $2
                       AND others.removed_at IS NULL))",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(from)
        .bind(to)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Holds every membership to the commit: whoever wants to know how many there are, or that somebody stays, does so alone.
///
/// In the order in which whoever gives leads away does, after the rules by which they do.
pub async fn hold(tx: &mut Tx, scope: &TenantScope) -> Result<()> {
    const RULES: Sql = Sql {
        sqlite: "SELECT id AS value FROM assignment_rules WHERE tenant_id = $1 ORDER BY id",
        postgres: "SELECT id AS value FROM assignment_rules WHERE tenant_id = $1 ORDER BY id FOR UPDATE",
    };
    const HOLD: Sql = Sql {
        sqlite: "SELECT person_id AS value FROM members WHERE tenant_id = $1 ORDER BY person_id LIMIT $2",
        // Not FOR UPDATE: that would wait for everybody who writes a row that names a member, and they for us.
        postgres: "SELECT person_id AS value FROM members WHERE tenant_id = $1 ORDER BY person_id LIMIT $2 FOR NO KEY UPDATE",
    };
    let _: Vec<Only<AssignmentRuleId>> = tx.query(RULES).bind(scope.tenant_id()).fetch_all().await?;
    let _: Vec<Only<PersonId>> = tx
        .query(HOLD)
        .bind(scope.tenant_id())
        .bind(MOST)
        .fetch_all()
        .await?;
    Ok(())
}

/// Says whether rules give a member new leads. False when there is no such member.
pub async fn set_paused(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    is_paused: bool,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE members
                SET is_paused = $3
              WHERE tenant_id = $1 AND person_id = $2 AND removed_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(is_paused)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Says whether a member gets messages about leads that become theirs. False when there is no such member.
pub async fn set_gets_mail(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    gets_mail: bool,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE members
                SET gets_mail = $3
              WHERE tenant_id = $1 AND person_id = $2 AND removed_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(gets_mail)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Says whether a member hears a sound when a new lead comes in. False when there is no such member.
pub async fn set_rings(tx: &mut Tx, scope: &TenantScope, person_id: PersonId, rings: bool) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE members
                SET rings = $3
              WHERE tenant_id = $1 AND person_id = $2 AND removed_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(rings)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Lists the members who get messages about leads that become theirs, at most 200.
pub async fn list_who_get_mail(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Member>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.is_paused, members.created_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.removed_at IS NULL AND members.gets_mail
          ORDER BY people.name, people.id
          LIMIT $2",
    )
    .bind(scope.tenant_id())
    .bind(MOST)
    .fetch_all()
    .await
}

/// A member as an owner sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The member.
    pub member: Member,
    /// When they last came in; never, or before anybody wrote it down, when there is none.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Lists the members by name and when each last came in, at most 200.
pub async fn list_colleagues(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Colleague>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.is_paused, members.created_at,
                members.last_sign_in_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.removed_at IS NULL
          ORDER BY people.name, people.id
          LIMIT $2",
    )
    .bind(scope.tenant_id())
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a member and when they last came in.
pub async fn find_colleague(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
) -> Result<Option<Colleague>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.is_paused, members.created_at,
                members.last_sign_in_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.person_id = $2 AND members.removed_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .fetch_optional()
    .await
}

/// Makes a person a member, again if they were one. False when they are one.
pub async fn insert(
    tx: &mut Tx,
    scope: &TenantScope,
    (person_id, role): (PersonId, Role),
    now: Timestamp,
) -> Result<bool> {
    // The same statement for everybody who adds a member; in a tenant's transaction the engine takes nobody else's.
    let platform = PlatformScope::new();
    platform::members::insert(tx, &platform, scope.tenant_id(), (person_id, role), now).await
}

/// Where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Names the session.
    pub id: SessionId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// From where it was opened, if anybody wrote it down.
    pub whence: Option<Whence>,
}

/// Lists a member's open sessions, the last used first, at most 200. Those nobody used since `idle_since` are over.
pub async fn list_sessions(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Vec<OpenSession>> {
    tx.query(
        "SELECT id, created_at, last_seen_at, address, user_agent
           FROM member_sessions
          WHERE tenant_id = $1 AND person_id = $2 AND expires_at > $3 AND last_seen_at > $4
          ORDER BY last_seen_at DESC, id DESC
          LIMIT $5",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(now)
    .bind(idle_since)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Signs a member out everywhere. Says how many sessions that were, those that were over by themselves too.
pub async fn end_sessions(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<u64> {
    tx.query("DELETE FROM member_sessions WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(person_id)
        .execute()
        .await
}

/// Ends one of a member's sessions. False when they have no such session.
pub async fn end_session(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    id: SessionId,
) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM member_sessions WHERE tenant_id = $1 AND person_id = $2 AND id = $3")
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(id)
        .execute()
        .await?;
    Ok(touched == 1)
}

impl FromRow for OpenSession {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            whence: match (row.get("address")?, row.get("user_agent")?) {
                (Some(address), Some(user_agent)) => Some(Whence { address, user_agent }),
                _ => None,
            },
        })
    }
}

impl FromRow for Colleague {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            member: Member::from_row(row)?,
            last_sign_in_at: row.get("last_sign_in_at")?,
        })
    }
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            person_id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            role: row.get("role")?,
            is_paused: row.get("is_paused")?,
            created_at: row.get("created_at")?,
        })
    }
}
