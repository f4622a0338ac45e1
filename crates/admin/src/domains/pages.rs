//! A tenant's hostnames on a page, and the forms that change them.

use askama::Template;
use axum::{extract::State, response::Response};
use db::platform::certificates;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{DomainChange, DomainCheck, DomainId, DomainStatus, Hostname, Limit};

use super::{
    NewDomain,
    card::{Card, Search},
    outcome,
    pointing::Pointing,
};
use crate::{
    Refusal,
    app::App,
    operator::{Operator, Permission},
    settings::overrides,
    shell::console_shell,
    tenants,
    view::TenantHead,
};

#[derive(Template)]
#[template(path = "domains/list.html")]
struct DomainsPage {
    frame: Frame,
    head: TenantHead,
    domains: Vec<Card>,
    searches: Vec<Search>,
    pointings: Vec<Pointing>,
    /// Such as `2 of 10`.
    room: String,
    form: Filled,
    may_add: bool,
    may_update: bool,
    may_check: bool,
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
    let entitled = overrides::entitlements(&mut tx, &acting, &overview.tenant.id).await?;
    let most = entitled.most(Limit::Domains, acting.now);
    let certificates = certificates::list(&mut tx, acting.platform, &overview.tenant.id).await?;
    let known = (certificates.as_slice(), acting.now);
    Ok(DomainsPage {
        room: format!("{} of {most} domains", overrides::kept(&overview.domains)),
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/domains"),
        domains: overview
            .domains
            .iter()
            .map(|domain| Card::of(domain, &overview.domains, known))
            .collect(),
        searches: overview.domains.iter().filter_map(Search::of).collect(),
        pointings: overview
            .domains
            .iter()
            .filter_map(|domain| Pointing::of(domain, operator.front_door()))
            .collect(),
        form,
        may_add: operator.has(Permission::AddDomain),
        may_update: operator.has(Permission::UpdateDomain),
        may_check: operator.has(Permission::CheckDomain),
    })
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
                "{} is added. Its owner now writes the record below into its DNS.",
                domain.hostname.to_unicode()
            );
            Ok(Flash::success(text).on(page::see_other(&format!("/tenants/{id}/domains")), &facts))
        }
        Err(refusal @ Refusal::PlanLimit(_)) => {
            let refused = refused(typed, refusal.code(), refusal.to_string());
            page::refused(&drawn(&operator, &id, (frame, refused)).await?)
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
        Err(refusal @ Refusal::PlanLimit(_)) => Flash::danger(refusal.to_string()),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/domains")), &facts))
}

/// Looks for the proof of a hostname in DNS, and says what came of it.
pub(crate) async fn check(
    operator: Operator,
    State(app): State<App>,
    Path((id, domain)): Path<(String, DomainId)>,
    facts: Facts,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let domain = super::of_path(&acting, (&id, domain)).await?;
    let flash = match super::check(&acting, &domain, &app.resolver).await {
        Ok(domain) if domain.proof.last_check == Some(DomainCheck::Proved) => {
            Flash::success(outcome(&domain))
        }
        Ok(domain) => Flash::info(outcome(&domain)),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/domains")), &facts))
}
