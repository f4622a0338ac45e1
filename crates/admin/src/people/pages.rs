//! A tenant's members on a page: invited, given another role, signed out, removed.

use askama::Template;
use axum::response::Response;
use server::{
    Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page,
    password::NewPassword,
};
use types::{Email, Limit, PersonId, Role, Text};

use super::{Acquaintance, MemberChange, Newcomer, Sessions};
use crate::{
    Refusal,
    operator::{Operator, Permission},
    settings::overrides,
    shell::console_shell,
    tenants,
    view::{TenantHead, Time},
};

#[derive(Template)]
#[template(path = "people/members.html")]
struct MembersPage {
    frame: Frame,
    head: TenantHead,
    members: Vec<Row>,
    /// Such as `2 of 10`.
    room: String,
    form: Filled,
    roles: Vec<(&'static str, &'static str)>,
    /// Somebody just invited, with the password that is told once.
    invited: Option<(String, String)>,
    may_change: bool,
}

struct Row {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    since: Time,
}

/// Shows the members.
pub(crate) async fn list(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let form = Submitted::default().with("role", Role::Agent.as_str());
    let form = Filled::new(form, FieldErrors::default());
    page::private(&drawn(&operator, &id, (frame, form, None)).await?)
}

async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, form, invited): (Frame, Filled, Option<(String, String)>),
) -> Result<MembersPage, Failure> {
    let acting = operator.acting();
    let members = super::list_members(&acting, id).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let row = |member: types::Member| Row {
        id: member.person_id.to_string(),
        name: member.name,
        email: member.email.to_string(),
        role: member.role.as_str(),
        since: Time::new(member.created_at),
    };
    let entitled = overrides::entitlements(&mut tx, &acting, &overview.tenant.id).await?;
    let most = entitled.most(Limit::Members, acting.now);
    Ok(MembersPage {
        room: format!("{} of {most} members", members.len()),
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/members"),
        members: members.into_iter().map(row).collect(),
        form,
        roles: Role::ALL
            .iter()
            .map(|role| (role.as_str(), role.label()))
            .collect(),
        invited,
        may_change: operator.has(Permission::AddMember),
    })
}

/// Invites somebody. Whoever is new gets a password, which the page that answers tells once.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let email = typed
        .get("email")
        .parse::<Email>()
        .map_err(|error| format!("The address {error}."));
    let email = errors.keep("email", "invalid", email);
    let role = typed
        .get("role")
        .parse::<Role>()
        .map_err(|error| format!("The role {error}."));
    let role = errors.keep("role", "unknown", role);
    let name = typed.filled("name").map(|name| name.parse::<Text<200>>());
    let name = match name {
        Some(Err(error)) => errors.keep("name", "invalid", Err(format!("The name {error}."))),
        parsed => parsed.and_then(Result::ok),
    };
    let (Some(email), Some(role), true) = (email, role, errors.is_empty()) else {
        return page::refused(&drawn(&operator, &id, (frame, Filled::new(typed, errors), None)).await?);
    };
    let (text, password) = NewPassword::random();
    let newcomer = Newcomer::new(email, name, role, password);
    match super::add_member(&operator.acting(), &id, newcomer).await {
        Ok((member, acquaintance)) => {
            let told = match acquaintance {
                Acquaintance::New => text,
                Acquaintance::Known => String::new(),
            };
            let invited = Some((member.email.to_string(), told));
            page::private(&drawn(&operator, &id, (frame, Filled::default(), invited)).await?)
        }
        Err(Refusal::Conflict { code, detail }) => {
            errors.add("email", code, detail);
            page::refused(&drawn(&operator, &id, (frame, Filled::new(typed, errors), None)).await?)
        }
        Err(refusal @ Refusal::PlanLimit(_)) => {
            errors.add("email", refusal.code(), refusal.to_string());
            page::refused(&drawn(&operator, &id, (frame, Filled::new(typed, errors), None)).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Does with a member what the button says.
pub(crate) async fn update(
    operator: Operator,
    Path((id, member)): Path<(String, PersonId)>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (seen, who) = (IfMatch::default(), (id.as_str(), member));
    let done = match typed.get("action") {
        "role" => {
            let role = typed.get("role").parse::<Role>();
            let role =
                role.map_err(|error| Failure::invalid("/role", "unknown", format!("The role {error}.")))?;
            let change = MemberChange {
                role: Some(role),
                sessions: Sessions::Keep,
            };
            let changed = super::change_member(&acting, who, change, &seen).await;
            changed.map(|member| format!("{} is {} now.", member.name, member.role.label()))
        }
        "sign-out" => {
            let change = MemberChange {
                role: None,
                sessions: Sessions::End,
            };
            let changed = super::change_member(&acting, who, change, &seen).await;
            changed.map(|member| format!("{} is signed out everywhere.", member.name))
        }
        "remove" => {
            let removed = super::remove_member(&acting, who, &seen).await;
            removed.map(|()| "They are no member any more. What they did stays under their name.".to_owned())
        }
        _ => {
            return Err(Failure::invalid(
                "/action",
                "unknown",
                "That cannot be done to a member.",
            ));
        }
    };
    let flash = match done {
        Ok(text) => Flash::success(text),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/members")), &facts))
}
