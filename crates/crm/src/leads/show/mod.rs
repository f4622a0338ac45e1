//! `/leads/{id}`: one lead, what happened with it, and what members do about it.

pub(crate) mod delete;
mod edit;
mod forms;
pub(crate) mod origin;
mod signature;
#[cfg(test)]
mod tests;
mod view;

use axum::{extract::State, response::Response};
use server::{Failure, Params, Path, page};
use types::LeadId;

pub(crate) use edit::{dollars, save};
pub(crate) use forms::{log_activity, move_status};
pub(crate) use view::Fact;
pub(super) use view::price;

use crate::{app::App, workspace::Workspace};

/// Shows the lead.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    params: Params,
) -> Result<Response, Failure> {
    let record = view::load(&app, &workspace, id, &params).await?;
    page::private(&view::Show::new(&workspace, record))
}
