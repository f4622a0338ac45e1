//! From a member's token to who they are, what they may do, and the key of their tenant.

use jiff::Timestamp;
use types::{
    Email, Member, OfficeHours, PersonId, Role, SessionId, SignIn, SignInOutcome, Tenant, TokenHash, Whence,
};

use crate::{
    Db, PlatformScope, Result, TenantScope, Tx,
    backend::{FromRow, Row},
    error::or_the_next_time,
    tenant::{assignment, sign_ins},
};

/// What a person shows at sign-in is compared with this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who they claim to be.
    pub person_id: PersonId,
    /// The argon2 hash of their password, in PHC form.
    pub password_hash: String,
    /// Their role in this tenant; none when they are no member of it.
    pub role: Option<Role>,
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession<Of> {
    /// Names the session.
    pub id: SessionId,
    /// Whose it is.
    pub of: Of,
    /// What is kept of its token.
    pub token_hash: TokenHash,
    /// When it opens.
    pub now: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A member who is signed in, as of now: role, membership and the tenant's state are read with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The key of the tenant they are a member of.
    pub scope: TenantScope,
    /// The session.
    pub session_id: SessionId,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The member.
    pub member: Member,
    /// Whether they hear a sound when a new lead comes in.
    pub rings: bool,
    /// The tenant.
    pub tenant: Tenant,
    /// When its office answers.
    pub hours: OfficeHours,
    /// The name of the zone it is in.
    pub zone: String,
}

/// How a session is named by its bearer.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// By its token: a cookie.
    Token(&'a TokenHash),
    /// By its id: a signed token that carries it.
    Id(SessionId),
}

/// Finds what to compare a password with. People are known over all tenants, members to one.
pub async fn credentials(db: &Db, scope: &TenantScope, email: &Email) -> Result<Option<Credentials>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT people.id, people.password_hash, members.role
           FROM people
           LEFT JOIN members ON members.tenant_id = $1 AND members.person_id = people.id
                            AND members.removed_at IS NULL
          WHERE people.email = $2",
    )
    .bind(scope.tenant_id())
    .bind(email)
    .fetch_optional()
    .await
}

/// Opens a session of a member, and writes down that they came in.
pub async fn open(
    db: &Db,
    scope: &TenantScope,
    session: &NewSession<PersonId>,
    (outcome, whence): (SignInOutcome, &Whence),
) -> Result<()> {
    let mut tx = db.write(scope).await?;
    open_within(&mut tx, scope, session, (outcome, whence)).await?;
    tx.commit().await
}

/// The same in the transaction of what lets them in.
pub async fn open_within(
    tx: &mut Tx,
    scope: &TenantScope,
    session: &NewSession<PersonId>,
    (outcome, whence): (SignInOutcome, &Whence),
) -> Result<()> {
    tx.query(
        "INSERT INTO member_sessions
                (tenant_id, id, person_id, token_hash, created_at, last_seen_at, expires_at, address, user_agent)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
    )
    .bind(scope.tenant_id())
    .bind(session.id)
    .bind(session.of)
    .bind(session.token_hash.as_str())
    .bind(session.now)
    .bind(session.expires_at)
    .bind(&whence.address)
    .bind(&whence.user_agent)
    .execute()
    .await?;
    tx.query("UPDATE members SET last_sign_in_at = $3 WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(session.of)
        .bind(session.now)
        .execute()
        .await?;
    let sign_in = SignIn {
        id: session.id.uuid().into(),
        person_id: Some(session.of),
        outcome,
        whence: whence.clone(),
        occurred_at: session.now,
    };
    sign_ins::note(tx, scope, &sign_in).await
}

/// Writes down that somebody was refused.
pub async fn refuse(db: &Db, scope: &TenantScope, sign_in: &SignIn) -> Result<()> {
    let mut tx = db.write(scope).await?;
    sign_ins::note(&mut tx, scope, sign_in).await?;
    tx.commit().await
}

/// Finds who is signed in with this token or id, at the tenant whose host was asked.
///
/// Sessions that ended, that nobody used since `idle_since`, or whose tenant is not active, are not there.
pub async fn find(
    db: &Db,
    scope: &TenantScope,
    shown: Shown<'_>,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<SignedIn>> {
    let (token_hash, id) = match shown {
        Shown::Token(hash) => (Some(hash.as_str().to_owned()), None),
        Shown::Id(id) => (None, Some(id)),
    };
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT session.id AS session_id, session.expires_at, session.last_seen_at,
                person.id AS person_id, person.email, person.name AS person_name, member.role,
                member.is_paused, member.rings, member.created_at AS member_since, settings.agents_see,
                settings.time_zone,
                settings.office_days AS days, settings.office_from AS from_minute,
                settings.office_until AS until_minute,
                tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at
           FROM member_sessions AS session
           JOIN members AS member ON member.tenant_id = session.tenant_id AND member.person_id = session.person_id
                                 AND member.removed_at IS NULL
           JOIN people AS person ON person.id = session.person_id
           JOIN tenants ON tenants.id = session.tenant_id
           JOIN tenant_settings AS settings ON settings.tenant_id = session.tenant_id
          WHERE session.tenant_id = $1 AND (session.token_hash = $2 OR session.id = $3)
            AND session.expires_at > $4 AND session.last_seen_at > $5 AND tenants.status = 'active'",
    )
    .bind(scope.tenant_id())
    .bind(token_hash)
    .bind(id)
    .bind(now)
    .bind(idle_since)
    .fetch_optional()
    .await
}

/// Notes that a session was used, if the database has time for that. Callers do so at most once a minute.
pub async fn touch(db: &Db, scope: &TenantScope, id: SessionId, now: Timestamp) -> Result<()> {
    or_the_next_time(note(db, scope, id, now).await)
}

async fn note(db: &Db, scope: &TenantScope, id: SessionId, now: Timestamp) -> Result<()> {
    let mut tx = db.write(scope).await?;
    tx.query("UPDATE member_sessions SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    tx.commit().await
}

/// Ends a session. One that is not there is ended already.
pub async fn close(db: &Db, scope: &TenantScope, id: SessionId) -> Result<()> {
    let mut tx = db.write(scope).await?;
    tx.query("DELETE FROM member_sessions WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    tx.commit().await
}

impl FromRow for Credentials {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            person_id: row.get("id")?,
            password_hash: row.get("password_hash")?,
            role: row.get("role")?,
        })
    }
}

impl FromRow for SignedIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant = Tenant::from_row(row)?;
        let member = Member {
            person_id: row.get("person_id")?,
            email: row.get("email")?,
            name: row.get("person_name")?,
            role: row.get("role")?,
            is_paused: row.get("is_paused")?,
            created_at: row.get("member_since")?,
        };
        Ok(Self {
            scope: TenantScope::new(tenant.id.clone())
                .held_by((member.person_id, member.role), row.get("agents_see")?),
            session_id: row.get("session_id")?,
            expires_at: row.get("expires_at")?,
            last_seen_at: row.get("last_seen_at")?,
            member,
            rings: row.get("rings")?,
            tenant,
            hours: assignment::office_hours(row)?,
            zone: row.get("time_zone")?,
        })
    }
}
