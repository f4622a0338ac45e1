//! `/saved-homes`: the homes one keeps, and the button that keeps one.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::saved;
use server::{Failure, Form, page};
use types::listings::ListingId;

use super::Carried;
use crate::{account::Perhaps, app::App, listings::ListingCard, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "saved/homes.html")]
struct Homes {
    frame: Frame,
    cards: Vec<ListingCard>,
    /// Kept homes that are not on the site any more.
    gone: usize,
    is_signed_in: bool,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Perhaps(account): Perhaps,
    carried: Carried,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let is_signed_in = account.is_some();
    let ids = match account {
        Some(account) => {
            let mut tx = app.db.read(scope).await?;
            saved::homes(&mut tx, scope, account.id).await?
        }
        None => carried.homes,
    };
    let found = app.listings.several(scope, &ids).await?;
    let cards = found.iter().map(|listing| {
        let card = ListingCard::of(frame.art_theme(), listing);
        card.with_button(true, "/saved-homes")
    });
    let cards: Vec<_> = cards.collect();
    page::private(&Homes {
        gone: ids.len() - cards.len(),
        cards,
        frame,
        is_signed_in,
    })
}

/// `POST /saved-homes`: keeps a home, or lets it go, and leads back to where the button was.
pub(crate) async fn change(
    visitor: Visitor,
    State(app): State<App>,
    Perhaps(account): Perhaps,
    mut carried: Carried,
    Form(form): Form,
) -> Result<Response, Failure> {
    let id: ListingId = form.get("listingId").parse().map_err(|_| Failure::NotFound)?;
    let back = form.filled("back").and_then(page::own_path);
    let back = page::see_other(back.unwrap_or("/saved-homes"));
    let is_removed = form.get("action") == "remove";
    let Some(account) = account else {
        match is_removed {
            true => carried.remove(&id),
            false => carried.add(id),
        }
        return Ok(carried.keep(back));
    };
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    match is_removed {
        true => saved::remove_home(&mut tx, scope, account.id, &id).await?,
        false => {
            saved::add_homes(&mut tx, scope, account.id, &[id], now).await?;
        }
    }
    tx.commit().await?;
    Ok(back)
}
