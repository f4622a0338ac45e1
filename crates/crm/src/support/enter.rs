//! The door for operators: a code from the console, good once and for ten minutes.

use askama::Template;
use axum::{extract::State, response::Response};
use db::door::support as door;
use server::{
    Facts, Failure, Filled, Form, Frame, page,
    session::{CRM, SessionToken},
};

use super::Support;
use crate::{app::App, tenant::OfHost};

#[derive(Template)]
#[template(path = "support/enter.html")]
struct EnterPage {
    frame: Frame,
    workspace: String,
    form: Filled,
    refusal: Option<&'static str>,
}

impl EnterPage {
    fn new(frame: Frame, of_host: &OfHost) -> Self {
        Self {
            frame,
            workspace: of_host.0.site.tenant.name.clone(),
            form: Filled::default(),
            refusal: None,
        }
    }
}

/// Shows the form.
pub(crate) async fn show(of_host: OfHost, frame: Frame) -> Result<Response, Failure> {
    page::private(&EnterPage::new(frame, &of_host))
}

/// Lets an operator in who has a code for this tenant.
pub(crate) async fn create(
    State(app): State<App>,
    of_host: OfHost,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let scope = &of_host.0.site.scope;
    let token = SessionToken::random();
    let request_id = Some(facts.request_id.as_str());
    let line = |opened: &door::Opened| Support::entering(opened, (&app, request_id));
    let opened = match SessionToken::parse(typed.get("code").trim()) {
        Some(code) => {
            let codes = (&code.hash(), &token.hash(), app.clock.now());
            door::enter(&app.db, scope, codes, line).await?
        }
        None => false,
    };
    if opened {
        return Ok(CRM.give(&token, &facts, page::see_other("/")));
    }
    let mut refused = EnterPage::new(frame, &of_host);
    refused.refusal =
        Some("That code opens nothing here. It is good once, for ten minutes, and for one tenant.");
    page::with_status(Failure::WrongCredentials.status(), &refused)
}
