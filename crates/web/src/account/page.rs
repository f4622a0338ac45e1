//! `/account`: who one is here, and the way to what one keeps.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{accounts, saved};
use server::{Failure, FieldErrors, Filled, Form, Submitted, page};
use types::{Account, text::Text};

use super::SignedIn;
use crate::{app::App, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage {
    frame: Frame,
    account: Account,
    form: Filled,
    trouble: Option<String>,
    homes: usize,
    searches: usize,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    SignedIn(account): SignedIn,
) -> Result<Response, Failure> {
    let form = Submitted::default()
        .with("firstName", account.first_name.clone().unwrap_or_default())
        .with("lastName", account.last_name.clone().unwrap_or_default());
    let drawn = draw(
        &app,
        &visitor,
        frame,
        (account, Filled::new(form, FieldErrors::default())),
    )
    .await?;
    page::private(&drawn)
}

async fn draw(
    app: &App,
    visitor: &Visitor,
    frame: Frame,
    (account, form): (Account, Filled),
) -> Result<AccountPage, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    Ok(AccountPage {
        homes: saved::homes(&mut tx, scope, account.id).await?.len(),
        searches: saved::searches(&mut tx, scope, account.id).await?.len(),
        frame,
        account,
        form,
        trouble: None,
    })
}

/// `POST /account`: what one is called.
pub(crate) async fn rename(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    SignedIn(mut account): SignedIn,
    Form(form): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    account.first_name = name(&form, ("firstName", "The first name"), &mut errors);
    account.last_name = name(&form, ("lastName", "The last name"), &mut errors);
    if !errors.is_empty() {
        let drawn = draw(&app, &visitor, frame, (account, Filled::new(form, errors))).await?;
        return page::refused(&drawn);
    }
    let scope = &visitor.site.scope;
    let mut tx = app.db.write(scope).await?;
    accounts::rename(&mut tx, scope, &account).await?;
    tx.commit().await?;
    Ok(page::see_other("/account"))
}

/// A name, called `what` in a sentence.
fn name(form: &Submitted, (field, what): (&str, &str), errors: &mut FieldErrors) -> Option<String> {
    let name = Text::<100>::parse(form.filled(field)?).map_err(|error| format!("{what} {error}."));
    errors.keep(field, "invalid", name).map(Text::into_string)
}
