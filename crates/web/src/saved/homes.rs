//! `/saved-homes`: the homes one keeps, and the button that keeps one.

use std::slice;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    TenantScope,
    tenant::saved::{self, Kept},
};
use server::{Failure, Form, page};
use types::{Account, AccountId, EventType, listings::ListingId};

use super::{Carried, full, known, told};
use crate::{account::Perhaps, app::App, listings::ListingCard, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "saved/homes.html")]
struct Homes {
    frame: Frame,
    cards: Vec<ListingCard>,
    /// Kept homes that are not on the site any more.
    gone: usize,
    is_signed_in: bool,
    /// Why one more is not kept.
    trouble: Option<&'static str>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Perhaps(account): Perhaps,
    carried: Carried,
) -> Result<Response, Failure> {
    page::private(&drawn(&app, &visitor, frame, (account, carried)).await?)
}

/// The homes of whoever asks.
async fn drawn(
    app: &App,
    visitor: &Visitor,
    frame: Frame,
    (account, carried): (Option<Account>, Carried),
) -> Result<Homes, Failure> {
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
    let gesture = app.ids.new_id().to_string();
    let times = (&visitor.site.zone, app.clock.now());
    let cards = found.iter().map(|listing| {
        let card = ListingCard::of(frame.art_theme(), listing).with_times(listing, times);
        card.with_button(true, "/saved-homes", &gesture)
    });
    let cards: Vec<_> = cards.collect();
    Ok(Homes {
        gone: ids.len() - cards.len(),
        cards,
        frame,
        is_signed_in,
        trouble: None,
    })
}

/// `POST /saved-homes`: keeps a home, or lets it go, tells the CRM, and leads back to where the button was. Where there is
/// no room for one more, the page of those that are kept says so.
pub(crate) async fn change(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    (Perhaps(account), mut carried): (Perhaps, Carried),
    Form(form): Form,
) -> Result<Response, Failure> {
    let id: ListingId = form.get("listingId").parse().map_err(|_| Failure::NotFound)?;
    let back = form.filled("back").and_then(page::own_path);
    let back = page::see_other(back.unwrap_or("/saved-homes"));
    let event_type = match form.get("action") {
        "remove" => EventType::ListingUnfavorited,
        _ => EventType::ListingFavorited,
    };
    let scope = &visitor.site.scope;
    let is_added = event_type == EventType::ListingFavorited;
    if is_added && known(&app, scope, slice::from_ref(&id)).await?.is_empty() {
        // It may have gone since the button was drawn: the page behind it says so.
        return Ok(back);
    }
    let facts = carried.facts.clone();
    let is_kept = match &account {
        Some(account) => change_account(&app, scope, account.id, (event_type, &id)).await?,
        None => match event_type {
            EventType::ListingUnfavorited => carried.remove(&id),
            _ => carried.add(id.clone()),
        },
    };
    if !is_kept {
        let trouble = Some(if account.is_some() {
            full::HOMES
        } else {
            full::DEVICE
        });
        let homes = drawn(&app, &visitor, frame, (account, carried)).await?;
        return page::refused(&Homes { trouble, ..homes });
    }
    let mut response = match account {
        Some(_) => back,
        None => carried.keep(back),
    };
    let pressed = told::Pressed {
        event_type,
        home: &id,
        form: &form,
    };
    told::tell(&app, visitor, pressed, &facts, &mut response).await;
    Ok(response)
}

/// Changes what an account keeps. False, and nothing changed, where there is no room for one more.
async fn change_account(
    app: &App,
    scope: &TenantScope,
    account: AccountId,
    (event_type, home): (EventType, &ListingId),
) -> Result<bool, Failure> {
    let mut tx = app.db.write(scope).await?;
    let kept = match event_type {
        EventType::ListingUnfavorited => {
            saved::remove_home(&mut tx, scope, account, home).await?;
            Kept::Added(0)
        }
        _ => {
            let homes = slice::from_ref(home);
            saved::add_homes(&mut tx, scope, account, homes, app.clock.now()).await?
        }
    };
    tx.commit().await?;
    Ok(kept != Kept::Full)
}
