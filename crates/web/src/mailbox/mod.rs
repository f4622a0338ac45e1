//! `/dev/mailbox`: what this site would have sent, on a development machine. In production there is no such page.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::mails::{self, StoredMail};
use jiff::tz::TimeZone;
use server::{Failure, page};

use crate::{app::App, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "mailbox/mailbox.html")]
struct Mailbox {
    frame: Frame,
    mails: Vec<StoredMail>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    if app.in_production {
        return Err(Failure::NotFound);
    }
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let mails = mails::newest(&mut tx, scope).await?;
    page::private(&Mailbox { frame, mails })
}

impl Mailbox {
    fn written(mail: &StoredMail) -> String {
        let at = mail.created_at.to_zoned(TimeZone::UTC);
        at.strftime("%B %-d, %H:%M UTC").to_string()
    }
}
