//! A tenant's hostnames on a page, and the forms that change them.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{DomainChange, DomainId, DomainStatus, Hostname, TenantDomain};

use super::NewDomain;
use crate::{
    Refusal,
    operator::{Operator, Permission},
    shell::console_shell,
    tenants,
    view::{Badge, TenantHead, Time},
};

#[derive(Template)]
#[template(path = "domains/list.html")]
struct DomainsPage {
    frame: Frame,
    head: TenantHead,
    domains: Vec<Card>,
    form: Filled,
    may_add: bool,
    may_update: bool,
}

/// A hostname with what may be done with it.
struct Card {
    id: String,
    shown: String,
    /// The A-label, where it is not what people read.
    ascii: Option<String>,
    state: Badge,
    is_primary: bool,
    verified: Option<Time>,
    added: Time,
    actions: Vec<(&'static str, &'static str)>,
}

/// Shows the hostnames.
pub(crate) async fn list(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let form = Filled::default();
    page::private(&drawn(&operator, &id, (frame, form)).await?)
}

async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, form): (Frame, Filled),
) -> Result<DomainsPage, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let others_lead = |domain: &TenantDomain| {
        let mut others = overview.domains.iter();
        others.any(|other| other.id != domain.id && other.is_live())
    };
    Ok(DomainsPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/domains"),
        domains: overview
            .domains
            .iter()
            .map(|domain| Card::of(domain, actions(domain, others_lead(domain))))
            .collect(),
        form,
        may_add: operator.has(Permission::AddDomain),
        may_update: operator.has(Permission::UpdateDomain),
    })
}

/// What may be done with a hostname: only what would not be refused.
fn actions(domain: &TenantDomain, others_lead: bool) -> Vec<(&'static str, &'static str)> {
    let is_active = domain.status == DomainStatus::Active;
    let mut actions = Vec::new();
    if is_active && !domain.is_verified {
        actions.push(("verify", "Verify by hand"));
    }
    if is_active && !domain.is_primary && (domain.is_verified || !others_lead) {
        actions.push(("primary", "Make primary"));
    }
    if !domain.is_primary {
        actions.push(match domain.status {
            DomainStatus::Active => ("release", "Release"),
            DomainStatus::Archived => ("restore", "Take back"),
        });
    }
    actions
}

impl Card {
    fn of(domain: &TenantDomain, actions: Vec<(&'static str, &'static str)>) -> Self {
        let shown = domain.hostname.to_unicode();
        Self {
            id: domain.id.to_string(),
            ascii: (shown != domain.hostname.as_str()).then(|| domain.hostname.to_string()),
            shown,
            state: Badge::of_domain(domain),
            is_primary: domain.is_primary,
            verified: domain.verified_at.map(Time::new),
            added: Time::new(domain.created_at),
            actions,
        }
    }
}

/// Adds a hostname.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let hostname = match typed.get("hostname").parse::<Hostname>() {
        Ok(hostname) => hostname,
        Err(error) => {
            let refused = refused(typed, "invalid", format!("The hostname {error}."));
            return page::refused(&drawn(&operator, &id, (frame, refused)).await?);
        }
    };
    let new = NewDomain {
        hostname,
        is_primary: false,
    };
    match super::add(&operator.acting(), &id, &new, &IfMatch::default()).await {
        Ok(domain) => {
            let text = format!(
                "{} is added. It leads nowhere until it is verified.",
                domain.hostname.to_unicode()
            );
            Ok(Flash::success(text).on(page::see_other(&format!("/tenants/{id}/domains")), &facts))
        }
        Err(Refusal::Invalid { code, detail, .. } | Refusal::Conflict { code, detail }) => {
            let refused = refused(typed, code, detail);
            page::refused(&drawn(&operator, &id, (frame, refused)).await?)
        }
        Err(other) => Err(other.into()),
    }
}

fn refused(typed: Submitted, code: &'static str, sentence: String) -> Filled {
    let mut errors = FieldErrors::default();
    errors.add("hostname", code, sentence);
    Filled::new(typed, errors)
}

/// Does to a hostname what its button says.
pub(crate) async fn update(
    operator: Operator,
    Path((id, domain)): Path<(String, DomainId)>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let domain = super::of_path(&acting, (&id, domain)).await?;
    let nothing = DomainChange::default();
    let (change, done) = match typed.get("action") {
        "verify" => (
            DomainChange {
                is_verified: Some(true),
                ..nothing
            },
            "is verified, on your word",
        ),
        "primary" => (
            DomainChange {
                is_primary: Some(true),
                ..nothing
            },
            "is the primary domain now",
        ),
        "release" => (
            DomainChange {
                status: Some(DomainStatus::Archived),
                ..nothing
            },
            "is released; nobody else can take it for 30 days",
        ),
        "restore" => (
            DomainChange {
                status: Some(DomainStatus::Active),
                ..nothing
            },
            "is the tenant's again, to be verified anew",
        ),
        _ => {
            return Err(Failure::invalid(
                "/action",
                "unknown",
                "That cannot be done to a domain.",
            ));
        }
    };
    let reason = typed.filled("reason");
    let flash = match super::change(&acting, &domain, (change, reason), &IfMatch::default()).await {
        Ok(domain) => Flash::success(format!("{} {done}.", domain.hostname.to_unicode())),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/domains")), &facts))
}
