//! The keys: what a caller holds who may look at one tenant's rows, or at the platform's.

use types::{AgentsSee, ApiScope, ApiToken, ApiTokenId, PersonId, Role, SupportSessionId, TenantId};

/// The key to one tenant. Whoever holds it has been let in by a door ([`crate::door`]); nobody can write one down:
///
/// ```compile_fail,E0451
/// let forged = db::TenantScope { tenant_id: "tenant_a".parse().unwrap(), support: None, token: None, only: None, sees_notes: true };
/// ```
///
/// ```compile_fail,E0624
/// let forged = db::TenantScope::new("tenant_a".parse().unwrap());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantScope {
    tenant_id: TenantId,
    support: Option<SupportSessionId>,
    token: Option<ApiTokenId>,
    /// Whose leads it opens besides those that are nobody's; all of them, when nobody is named.
    only: Option<PersonId>,
    /// Whether it opens what members wrote down.
    sees_notes: bool,
}

impl TenantScope {
    pub(crate) const fn new(tenant_id: TenantId) -> Self {
        Self {
            tenant_id,
            support: None,
            token: None,
            only: None,
            sees_notes: true,
        }
    }

    /// The same in the hands of a member, who sees what their role allows: an agent perhaps no leads of others.
    pub(crate) fn held_by(mut self, (person, role): (PersonId, Role), agents_see: AgentsSee) -> Self {
        if role == Role::Agent && agents_see == AgentsSee::Own {
            self.only = Some(person);
        }
        self
    }

    /// The same in the hands of another member, whoever holds this one.
    pub(crate) fn handed_to(&self, member: (PersonId, Role), agents_see: AgentsSee) -> Self {
        let wide = Self {
            only: None,
            ..self.clone()
        };
        wide.held_by(member, agents_see)
    }

    /// What statements that read leads, or what belongs to them, are narrowed by.
    pub(crate) const fn only(&self) -> Option<PersonId> {
        self.only
    }

    /// Whether it opens the leads of others too.
    pub const fn sees_all(&self) -> bool {
        self.only.is_none()
    }

    /// The same in the hands of an operator who looks in: what it writes to the timeline says so.
    pub(crate) const fn in_support(mut self, session: SupportSessionId) -> Self {
        self.support = Some(session);
        self
    }

    /// The same in the hands of a program: what it writes to the timeline names its token.
    pub(crate) fn with_token(mut self, token: &ApiToken) -> Self {
        self.token = Some(token.id);
        self.sees_notes = token.has(ApiScope::ActivitiesRead);
        self
    }

    /// Whether people are found by what members wrote of them: whoever may not read it would guess it word by word.
    pub(crate) const fn sees_notes(&self) -> bool {
        self.sees_notes
    }

    pub(crate) const fn token(&self) -> Option<ApiTokenId> {
        self.token
    }

    pub(crate) const fn support(&self) -> Option<SupportSessionId> {
        self.support
    }

    /// Whose rows the key opens.
    pub const fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }
}

/// The key to what crosses tenants. Web and CRM never name it; `tests/it/house_rules.rs` reads their source.
#[derive(Debug, Clone)]
pub struct PlatformScope {
    _held: (),
}

impl PlatformScope {
    pub(crate) const fn new() -> Self {
        Self { _held: () }
    }

    /// For the worker, which serves every tenant's queue.
    pub const fn of_worker() -> Self {
        Self::new()
    }

    /// For whoever has a shell on the machine: they hold the database anyway.
    pub const fn of_command_line() -> Self {
        Self::new()
    }
}

/// Either key, where a transaction is opened.
pub trait Scope {
    /// What PostgreSQL's row-level security compares with: a tenant's id, or `*`.
    fn row_security(&self) -> &str;
}

impl Scope for TenantScope {
    fn row_security(&self) -> &str {
        self.tenant_id.as_str()
    }
}

impl Scope for PlatformScope {
    fn row_security(&self) -> &'static str {
        "*"
    }
}
