//! `/unsubscribe`: ends the messages about one saved search. Who has the link may do that, signed in or not.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::{door::hosts::Site, tenant::saved};
use server::{
    Failure, Params, page,
    secrets::{Key, Purpose, Secrets},
};
use types::SavedSearchId;

use crate::{app::App, site::Frame, visitor::Visitor};

/// Makes the links, and reads them again.
pub(crate) struct StopLinks(Key);

impl StopLinks {
    pub(crate) fn new(secrets: &Secrets) -> Self {
        Self(secrets.key(Purpose::Unsubscribe))
    }

    /// The path of the link about a search.
    pub(crate) fn path(&self, site: &Site, search: SavedSearchId) -> String {
        let id = search.to_string();
        let tag = self.0.tag(&parts(site, &id));
        format!("/unsubscribe?token={id}.{}", hex::encode(tag))
    }

    /// The search that a link is about, if it is one of ours and of this site.
    fn read(&self, site: &Site, token: &str) -> Option<SavedSearchId> {
        let (id, tag) = token.split_once('.')?;
        let tag = hex::decode(tag).ok()?;
        self.0.is_tag(&parts(site, id), &tag).then(|| id.parse().ok())?
    }
}

fn parts<'a>(site: &'a Site, id: &'a str) -> [&'a [u8]; 2] {
    [site.scope.tenant_id().as_str().as_bytes(), id.as_bytes()]
}

#[derive(Template)]
#[template(path = "alerts/ask.html")]
struct Ask {
    frame: Frame,
    token: String,
}

#[derive(Template)]
#[template(path = "alerts/stopped.html")]
struct Stopped {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "alerts/stale.html")]
struct Stale {
    frame: Frame,
}

/// `GET /unsubscribe`: a button, as programs that look for danger open every link in a message.
pub(crate) async fn open(_: Visitor, frame: Frame, Params(asked): Params) -> Result<Response, Failure> {
    page::private(&Ask {
        frame,
        token: asked.get("token").to_owned(),
    })
}

/// `POST /unsubscribe`: the button, and that of mailboxes, which sends no form of ours. Doing it again changes nothing.
pub(crate) async fn stop(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let Some(search) = app.stop_links.read(&visitor.site, asked.get("token")) else {
        return page::with_status(StatusCode::GONE, &Stale { frame });
    };
    let scope = &visitor.site.scope;
    let mut tx = app.db.write(scope).await?;
    saved::stop_alerts(&mut tx, scope, search).await?;
    tx.commit().await?;
    page::private(&Stopped { frame })
}
