//! Who may do what, on a page: the table that the guard asks.

use askama::Template;
use axum::response::Response;
use server::{Failure, Frame, page};
use types::OperatorRole;

use super::{Operator, permission};
use crate::shell::console_shell;

#[derive(Template)]
#[template(path = "operator/matrix.html")]
struct MatrixPage {
    frame: Frame,
    roles: Vec<&'static str>,
    rows: Vec<Row>,
    mine: &'static str,
}

struct Row {
    name: &'static str,
    words: &'static str,
    may: Vec<bool>,
}

/// Shows the matrix.
pub(crate) async fn show(operator: Operator, frame: Frame) -> Result<Response, Failure> {
    let row = |rule: &permission::Rule| Row {
        name: rule.name,
        words: rule.words,
        may: OperatorRole::ALL
            .iter()
            .map(|role| rule.roles.contains(role))
            .collect(),
    };
    page::private(&MatrixPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        roles: OperatorRole::ALL.iter().map(|role| role.as_str()).collect(),
        rows: permission::RULES.iter().map(row).collect(),
        mine: operator.profile().role.as_str(),
    })
}
