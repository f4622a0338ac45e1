//! `/saved-searches`: the searches one keeps, and whether one hears of new homes.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::saved::{self, Kept};
use server::{Failure, Form, Params, page};
use types::{Account, SavedSearch, SavedSearchId};

use super::{Pending, full, keep_search, reading};
use crate::{account::Perhaps, app::App, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "saved/searches.html")]
struct Searches {
    frame: Frame,
    searches: Vec<SavedSearch>,
    is_signed_in: bool,
    /// Why the last one was not kept.
    mistake: Option<String>,
    /// What the one is called that was kept on the way here.
    saved: Option<String>,
}

impl Searches {
    /// Whether another has no room.
    fn is_full(&self) -> bool {
        self.searches.len() >= saved::MOST_SEARCHES
    }
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Perhaps(account): Perhaps,
    Params(params): Params,
) -> Result<Response, Failure> {
    let page = drawn((&app, &visitor), frame, account.as_ref()).await?;
    let saved = params.filled("saved").and_then(|id| id.parse().ok());
    let saved = saved.and_then(|id: SavedSearchId| page.searches.iter().find(|search| search.id == id));
    let mistake = match (params.ticked("keep"), params.ticked("full") && page.is_full()) {
        (true, _) => reading::mistake(params.get("keep")),
        (_, true) => Some(full::SEARCHES.to_owned()),
        _ => None,
    };
    page::private(&Searches {
        saved: saved.map(|search| search.name.clone()),
        mistake,
        ..page
    })
}

async fn drawn(
    (app, visitor): (&App, &Visitor),
    frame: Frame,
    account: Option<&Account>,
) -> Result<Searches, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let searches = match account {
        Some(account) => saved::searches(&mut tx, scope, account.id).await?,
        None => Vec::new(),
    };
    Ok(Searches {
        frame,
        searches,
        is_signed_in: account.is_some(),
        mistake: None,
        saved: None,
    })
}

/// `POST /saved-searches`: keeps a search, lets one go, or has alerts sent or stopped. Where there is no room for one more,
/// the page of those that are kept says so.
pub(crate) async fn change(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Perhaps(account): Perhaps,
    Form(form): Form,
) -> Result<Response, Failure> {
    let is_added = matches!(form.get("action"), "" | "add");
    if is_added && let Some(mistake) = reading::mistake(form.get("query")) {
        let page = drawn((&app, &visitor), frame, account.as_ref()).await?;
        let mistake = Some(mistake);
        return page::refused(&Searches { mistake, ..page });
    }
    let query = reading::tidy(form.get("query"));
    let Some(account) = account else {
        let next = match is_added {
            true => Pending::new(query, form.ticked("alerts")).address(),
            false => "/saved-searches".to_owned(),
        };
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        return Ok(page::see_other(&format!("/sign-in?next={next}")));
    };
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    let id: Option<SavedSearchId> = form.get("id").parse().ok();
    let mut tx = app.db.write(scope).await?;
    match (form.get("action"), id) {
        ("remove", Some(id)) => saved::remove_search(&mut tx, scope, account.id, id).await?,
        ("tell", Some(id)) => saved::set_alerts(&mut tx, scope, (account.id, id), true, now).await?,
        ("hush", Some(id)) => saved::set_alerts(&mut tx, scope, (account.id, id), false, now).await?,
        ("" | "add", _) => {
            let search = SavedSearch {
                id: SavedSearchId::new(&*app.ids),
                name: reading::name_of(&query),
                query,
                alerts: form.ticked("alerts"),
                created_at: now,
            };
            if keep_search(&mut tx, scope, account.id, search).await? == Kept::Full {
                drop(tx);
                let page = drawn((&app, &visitor), frame, Some(&account)).await?;
                let mistake = Some(full::SEARCHES.to_owned());
                return page::refused(&Searches { mistake, ..page });
            }
        }
        _ => return Err(Failure::NotFound),
    }
    tx.commit().await?;
    Ok(page::see_other("/saved-searches"))
}
