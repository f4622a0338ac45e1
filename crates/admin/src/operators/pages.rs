//! The people who run the platform on a page: invited, given another role, signed out, let go.

use askama::Template;
use axum::response::Response;
use db::platform::operators::OperatorOverview;
use server::{
    Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, page, password::NewPassword,
};
use types::{Email, OperatorId, OperatorRole, Text};

use super::{OperatorChange, SignIns};
use crate::{
    Refusal,
    operator::{Operator, Permission},
    people::{self, Newcomer},
    shell::console_shell,
    view::Time,
};

#[derive(Template)]
#[template(path = "operators/list.html")]
struct OperatorsPage {
    frame: Frame,
    operators: Vec<Row>,
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
    has_second_factor: bool,
    session_count: i64,
    last_seen: Option<Time>,
    is_me: bool,
}

/// Shows the operators.
pub(crate) async fn list(operator: Operator, frame: Frame) -> Result<Response, Failure> {
    let form = Submitted::default().with("role", OperatorRole::Viewer.as_str());
    let form = Filled::new(form, FieldErrors::default());
    page::private(&drawn(&operator, (frame, form, None)).await?)
}

async fn drawn(
    operator: &Operator,
    (frame, form, invited): (Frame, Filled, Option<(String, String)>),
) -> Result<OperatorsPage, Failure> {
    let all = super::list(&operator.acting()).await?;
    let me = operator.profile().id;
    Ok(OperatorsPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        operators: all.into_iter().map(|found| row(found, me)).collect(),
        form,
        roles: OperatorRole::ALL
            .iter()
            .map(|role| (role.as_str(), role.as_str()))
            .collect(),
        invited,
        may_change: operator.has(Permission::UpdateOperator),
    })
}

fn row(found: OperatorOverview, me: OperatorId) -> Row {
    Row {
        id: found.operator.id.to_string(),
        is_me: found.operator.id == me,
        role: found.operator.role.as_str(),
        name: found.operator.name,
        email: found.operator.email.to_string(),
        has_second_factor: found.has_second_factor,
        session_count: found.session_count,
        last_seen: found.last_seen_at.map(Time::new),
    }
}

/// Invites somebody. Their password stands on the page that answers, once.
pub(crate) async fn create(operator: Operator, frame: Frame, Form(typed): Form) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    if let Some((newcomer, text)) = read(&typed, &mut errors) {
        match people::add_operator(&operator.acting(), newcomer).await {
            Ok(made) => {
                let invited = Some((made.email.to_string(), text));
                let drawn = drawn(&operator, (frame, Filled::default(), invited)).await?;
                return page::private(&drawn);
            }
            Err(Refusal::Conflict { code, detail }) => errors.add("email", code, detail),
            Err(other) => return Err(other.into()),
        }
    }
    page::refused(&drawn(&operator, (frame, Filled::new(typed, errors), None)).await?)
}

fn read(typed: &Submitted, errors: &mut FieldErrors) -> Option<(Newcomer<OperatorRole>, String)> {
    let email = typed.get("email").parse::<Email>();
    let email = errors.keep(
        "email",
        "invalid",
        email.map_err(|error| format!("The address {error}.")),
    );
    let role = typed.get("role").parse::<OperatorRole>();
    let role = errors.keep(
        "role",
        "unknown",
        role.map_err(|error| format!("The role {error}.")),
    );
    let name = typed.filled("name").map(str::parse::<Text<200>>).transpose();
    let name = errors.keep(
        "name",
        "invalid",
        name.map_err(|error| format!("The name {error}.")),
    );
    let (text, password) = NewPassword::random();
    Some((Newcomer::new(email?, name?, role?, password), text))
}

/// Does with an operator what the button says.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<OperatorId>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let change = match typed.get("action") {
        "role" => {
            let role = typed.get("role").parse::<OperatorRole>();
            let role =
                role.map_err(|error| Failure::invalid("/role", "unknown", format!("The role {error}.")))?;
            OperatorChange {
                role: Some(role),
                ..OperatorChange::default()
            }
        }
        "sign-out" => OperatorChange {
            role: None,
            sign_ins: SignIns::End,
        },
        "reset" => OperatorChange {
            role: None,
            sign_ins: SignIns::Reset,
        },
        _ => {
            return Err(Failure::invalid(
                "/action",
                "unknown",
                "That cannot be done to an operator.",
            ));
        }
    };
    let changed = super::change(&operator.acting(), id, change).await;
    let told = changed.map(|changed| match change.sign_ins {
        SignIns::Keep => format!("{} is {} now.", changed.name, changed.role),
        SignIns::End => format!("{} is signed out everywhere.", changed.name),
        SignIns::Reset => format!("{} is signed out and may set up another app.", changed.name),
    });
    answered(told, &facts)
}

/// Makes somebody an operator no more.
pub(crate) async fn remove(
    operator: Operator,
    Path(id): Path<OperatorId>,
    facts: Facts,
) -> Result<Response, Failure> {
    let removed = super::remove(&operator.acting(), id).await;
    answered(
        removed.map(|gone| format!("{} is no operator any more.", gone.name)),
        &facts,
    )
}

fn answered(done: Result<String, Refusal>, facts: &Facts) -> Result<Response, Failure> {
    let flash = match done {
        Ok(text) => Flash::success(text),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other("/operators"), facts))
}
