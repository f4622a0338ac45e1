//! The second step of signing in: the code of an authenticator app, or a recovery code.

use askama::Template;
use axum::{extract::State, response::Response};
use db::door::operators;
use server::{Facts, Failure, Filled, Form, Frame, page, second_factor::Ticket, session::ADMIN};
use types::OperatorId;

use super::{Counted, let_in, prove_code};
use crate::app::App;

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage {
    frame: Frame,
    form: Filled,
    /// Says for a few minutes that the password was right.
    ticket: String,
    next: String,
    refusal: Option<String>,
}

/// Asks for the code, once the password was right.
pub(super) fn ask(app: &App, frame: Frame, (of, next): (OperatorId, &str)) -> Result<Response, Failure> {
    let ticket = Ticket::issue(&app.secrets, &of.to_string(), app.clock.now());
    page::private(&drawn(frame, (ticket, next), None))
}

fn drawn(frame: Frame, (ticket, next): (String, &str), refusal: Option<String>) -> CodePage {
    CodePage {
        frame,
        form: Filled::default(),
        ticket,
        next: page::own_path(next).unwrap_or("/").to_owned(),
        refusal,
    }
}

/// Signs in with a code, or says why not. A ticket that is too old begins anew.
pub(crate) async fn create(
    _: Counted,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (ticket, next) = (typed.get("ticket"), typed.get("next"));
    let named = Ticket::check(&app.secrets, ticket, app.clock.now());
    let named = named.and_then(|owner| owner.parse::<OperatorId>().ok());
    let salt = match named {
        Some(of) => operators::second_factor(&app.db, of).await?,
        None => None,
    };
    let (Some(of), Some(salt)) = (named, salt) else {
        return Ok(page::see_other("/sign-in"));
    };
    match prove_code(&app, &facts, (of, &salt), typed.get("code")).await {
        Ok(()) => {
            let opened = let_in(&app, &facts, of).await?;
            let answer = page::see_other(page::own_path(next).unwrap_or("/"));
            Ok(ADMIN.give(&opened.token, &facts, answer))
        }
        Err(failure @ Failure::WrongCredentials) => {
            let told = "That code is not right, or was used before. Wait for the next one.".to_owned();
            page::with_status(
                failure.status(),
                &drawn(frame, (ticket.to_owned(), next), Some(told)),
            )
        }
        Err(failure) => Err(failure),
    }
}
