//! The step that suspends, ends or brings back a tenant: what follows is told before, and a tenant that would be closed
//! is named once more by whoever closes it.

use askama::Template;
use axum::response::Response;
use db::platform::tenants::TenantOverview;
use server::{
    Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted, etag::IfMatch, page,
};
use types::TenantStatus;

use crate::{Refusal, operator::Operator, shell::console_shell, view::TenantHead};

#[derive(Template)]
#[template(path = "tenants/status.html")]
struct StatusPage {
    frame: Frame,
    head: TenantHead,
    to: TenantStatus,
    verb: &'static str,
    consequences: &'static [&'static str],
    form: Filled,
    /// Whether the tenant's slug is to be typed.
    closes: bool,
    label: String,
}

/// What the step from one status to another is called.
pub(super) const fn verb(from: TenantStatus, to: TenantStatus) -> &'static str {
    match (from, to) {
        (_, TenantStatus::Active) => "Reactivate",
        (TenantStatus::Archived, TenantStatus::Suspended) => "Take back, suspended",
        (_, TenantStatus::Suspended) => "Suspend",
        (_, TenantStatus::Archived) => "Archive",
    }
}

const fn consequences(to: TenantStatus) -> &'static [&'static str] {
    match to {
        TenantStatus::Active => &[
            "Its site answers again, within two seconds.",
            "Its people can sign in again.",
            "Jobs that waited are worked on.",
        ],
        TenantStatus::Suspended => &[
            "Its site answers 503 to everybody, with Retry-After.",
            "Its people are signed out, and nobody signs in.",
            "Jobs wait; nothing that was accepted is lost.",
            "It can be reactivated at any time.",
        ],
        TenantStatus::Archived => &[
            "Its site answers 404: the tenant is gone for everybody.",
            "Its people are signed out, and nobody signs in.",
            "Its data is kept. It comes back through suspension.",
        ],
    }
}

/// Whether the step takes a site and a CRM away from people who use them.
fn closes(from: TenantStatus, to: TenantStatus) -> bool {
    to == TenantStatus::Archived || (from, to) == (TenantStatus::Active, TenantStatus::Suspended)
}

impl StatusPage {
    fn new(
        operator: &Operator,
        (frame, form): (Frame, Filled),
        (overview, to): (&TenantOverview, TenantStatus),
    ) -> Self {
        let tenant = &overview.tenant;
        Self {
            frame: frame.in_shell(console_shell(operator.profile())),
            head: TenantHead::of(overview, ""),
            to,
            verb: verb(tenant.status, to),
            consequences: consequences(to),
            form,
            closes: closes(tenant.status, to),
            label: format!("Type {} to go on", tenant.slug),
        }
    }
}

/// Asks before the status is moved, and tells what follows.
pub(crate) async fn ask(
    operator: Operator,
    Path(id): Path<String>,
    asked: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = super::find(&mut tx, acting.platform, &id).await?;
    // A link from before somebody else moved it leads to where it stands now.
    let Some(to) = wanted(&overview, asked.get("to")) else {
        return Ok(page::see_other(&format!("/tenants/{}", overview.tenant.slug)));
    };
    let typed = (frame, Filled::default());
    page::private(&StatusPage::new(&operator, typed, (&overview, to)))
}

fn wanted(overview: &TenantOverview, word: &str) -> Option<TenantStatus> {
    let to = word.parse().ok()?;
    overview.tenant.status.may_become(to).then_some(to)
}

/// Moves the status, once the tenant was named.
pub(crate) async fn set_status(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let to = typed.get("to").parse::<TenantStatus>();
    let to = to.map_err(|error| Failure::invalid("/to", "unknown", format!("The status {error}.")))?;
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = super::find(&mut tx, acting.platform, &id).await?;
    drop(tx);
    if closes(overview.tenant.status, to) && typed.get("slug").trim() != overview.tenant.slug.as_str() {
        let form = misnamed(typed, &overview);
        return page::refused(&StatusPage::new(&operator, (frame, form), (&overview, to)));
    }
    let flash = match super::set_status(&acting, &id, to, &IfMatch::default()).await {
        Ok(overview) => Flash::success(format!("{} is {to} now.", overview.tenant.name)),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}")), &facts))
}

fn misnamed(typed: Submitted, overview: &TenantOverview) -> Filled {
    let mut errors = FieldErrors::default();
    let sentence = format!(
        "That is not {}. Nothing was changed: look whether it is this tenant that you mean.",
        overview.tenant.slug
    );
    errors.add("slug", "mismatch", sentence);
    Filled::new(typed, errors)
}
