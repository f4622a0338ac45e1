//! An operator's account on a page: the QR code to scan, the recovery codes, and the way back.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Facts, Failure, Flash, Form, Frame, limits, page, qr::QrPath, second_factor::SecondFactor};

use super::State as Factor;
use crate::{Refusal, app::App, operator::Operator, shell::console_shell, view::Time};

#[derive(Template)]
#[template(path = "account/show.html")]
struct AccountPage {
    frame: Frame,
    email: String,
    role: &'static str,
    since: Option<Time>,
    codes_left: i64,
    enrolling: Option<Enrolling>,
    /// Recovery codes that are told once.
    codes: Vec<String>,
}

/// What an authenticator app is shown.
struct Enrolling {
    qr: QrPath,
    text: String,
}

/// Shows the account.
pub(crate) async fn show(
    operator: Operator,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&drawn(&operator, &app, (frame, Vec::new())).await?)
}

async fn drawn(
    operator: &Operator,
    app: &App,
    (frame, codes): (Frame, Vec<String>),
) -> Result<AccountPage, Failure> {
    let profile = operator.profile();
    let state = Factor::of(&operator.acting(), profile.id).await?;
    let begun = state.stored.as_ref().filter(|_| !state.is_on());
    let enrolling = begun.map(|begun| {
        let factor = SecondFactor::of(&app.secrets, &profile.id.to_string(), &begun.salt);
        Enrolling {
            qr: factor.qr(profile.email.as_str()),
            text: factor.text(),
        }
    });
    Ok(AccountPage {
        frame: frame.in_shell(console_shell(profile)),
        email: profile.email.to_string(),
        role: profile.role.as_str(),
        since: state.stored.and_then(|factor| factor.confirmed_at).map(Time::new),
        codes_left: state.recovery_codes_left,
        enrolling,
        codes,
    })
}

/// The factor that a code is compared with. Asking counts: nobody guesses six digits.
async fn factor(operator: &Operator, app: &App, facts: &Facts) -> Result<SecondFactor, Failure> {
    let id = operator.profile().id;
    let account = id.to_string();
    facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, "console-code", &account)?;
    let state = Factor::of(&operator.acting(), id).await?;
    let salt = state.stored.map(|stored| stored.salt).unwrap_or_default();
    Ok(SecondFactor::of(&app.secrets, &account, &salt))
}

/// Begins to enrol; the page shows what to scan.
pub(crate) async fn begin(operator: Operator, facts: Facts) -> Result<Response, Failure> {
    match super::begin(&operator.acting(), operator.profile().id).await {
        Ok(()) => Ok(page::see_other("/account#scan")),
        Err(refusal) => refused(refusal, &facts),
    }
}

/// Shows recovery codes, which are told this once.
async fn told_once(
    (operator, app): (&Operator, &App),
    frame: Frame,
    codes: Result<Vec<String>, Refusal>,
    facts: &Facts,
) -> Result<Response, Failure> {
    match codes {
        Ok(codes) => page::private(&drawn(operator, app, (frame, codes)).await?),
        Err(refusal) => refused(refusal, facts),
    }
}

/// Turns it on with a first code, and shows the recovery codes once.
pub(crate) async fn confirm(
    operator: Operator,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let factor = factor(&operator, &app, &facts).await?;
    let shown = (&factor, typed.get("code"));
    let codes = super::confirm(&operator.acting(), operator.profile().id, shown).await;
    told_once((&operator, &app), frame, codes, &facts).await
}

/// Gives new recovery codes and shows them once.
pub(crate) async fn renew(
    operator: Operator,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let factor = factor(&operator, &app, &facts).await?;
    let shown = (&factor, typed.get("code"));
    let codes = super::renew_codes(&operator.acting(), operator.profile().id, shown).await;
    told_once((&operator, &app), frame, codes, &facts).await
}

/// Turns it off.
pub(crate) async fn turn_off(
    operator: Operator,
    State(app): State<App>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let factor = factor(&operator, &app, &facts).await?;
    let shown = (&factor, typed.get("code"));
    match super::turn_off(&operator.acting(), operator.profile().id, shown).await {
        Ok(()) => {
            let flash = Flash::success("Your authenticator app is turned off: the password alone signs in.");
            Ok(flash.on(page::see_other("/account"), &facts))
        }
        Err(refusal) => refused(refusal, &facts),
    }
}

fn refused(refusal: Refusal, facts: &Facts) -> Result<Response, Failure> {
    match refusal {
        Refusal::Conflict { detail, .. } => Ok(Flash::danger(detail).on(page::see_other("/account"), facts)),
        other => Err(other.into()),
    }
}
