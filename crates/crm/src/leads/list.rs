//! `/leads`: every lead, found by status, words and order; the address is the whole state.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    leads::{self, LeadSort},
    summary::Summary,
};
use server::{
    Failure, Frame, Params,
    page::{self, Pager, thousands},
};
use types::LeadStatus;

use super::{filter, row::Row};
use crate::{app::App, workspace::Workspace};

#[derive(Template)]
#[template(path = "leads/list.html")]
struct List {
    frame: Frame,
    chips: Vec<Chip>,
    /// Filters that the search form carries along.
    kept: Vec<(&'static str, String)>,
    search: String,
    rows: Vec<Row>,
    pager: Pager,
    order: Order,
    emptiness: Emptiness,
}

/// A status to show alone.
struct Chip {
    label: &'static str,
    href: String,
    count: String,
    is_chosen: bool,
}

/// The order of the list, and how its one sortable column says so.
struct Order {
    caption: &'static str,
    /// For `aria-sort`.
    sort: &'static str,
    arrow: &'static str,
    /// The list the other way round.
    href: String,
}

/// Why a list has no rows.
enum Emptiness {
    /// Nobody has sent a form yet.
    FirstUse,
    /// Nothing matches, in words.
    Filtered(String),
}

/// Shows the list.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let filter = filter::read(&params)?;
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = leads::list(&mut tx, scope, &filter, params.page()).await?;
    let total = leads::count(&mut tx, scope, &filter).await?;
    let (zone, now) = (&workspace.zone, workspace.now);
    page::private(&List {
        frame: workspace.framed(&counts),
        chips: chips(&params, filter.status, &counts),
        kept: kept(&params),
        search: filter.search.clone().unwrap_or_default(),
        pager: Pager::of("leads", ("/leads", &params), &found, Some(total)),
        order: Order::new(&params, filter.sort),
        emptiness: emptiness(&params, filter.status, &counts),
        rows: (found.items.into_iter())
            .map(|lead| Row::new(lead, zone, now).with_about())
            .collect(),
    })
}

fn chips(params: &Params, chosen: Option<LeadStatus>, counts: &Summary) -> Vec<Chip> {
    let chip = |status: Option<LeadStatus>| Chip {
        label: status.map_or("All", LeadStatus::label),
        href: first_page(params, "status", status.map(LeadStatus::as_str)),
        count: thousands(status.map_or(counts.lead_count, |status| counts.of(status))),
        is_chosen: status == chosen,
    };
    let each = LeadStatus::ALL.iter().map(|status| chip(Some(*status)));
    std::iter::once(chip(None)).chain(each).collect()
}

/// The list with one parameter changed, from its start.
fn first_page(params: &Params, name: &str, value: Option<&str>) -> String {
    let query = params.without("offset").query_with(name, value);
    if query.is_empty() {
        "/leads".to_owned()
    } else {
        format!("/leads?{query}")
    }
}

fn kept(params: &Params) -> Vec<(&'static str, String)> {
    [
        "status",
        "leadType",
        "source",
        "contactId",
        "tag",
        "assignedTo",
        "sort",
    ]
    .into_iter()
    .filter_map(|name| Some((name, params.filled(name)?.to_owned())))
    .collect()
}

fn emptiness(params: &Params, status: Option<LeadStatus>, counts: &Summary) -> Emptiness {
    if counts.lead_count == 0 {
        return Emptiness::FirstUse;
    }
    let of_status = status.map(|status| format!(" with status {}", status.label().to_lowercase()));
    let matching = params.filled("q").map(|words| format!(" matches “{words}”"));
    Emptiness::Filtered(format!(
        "No lead{}{}.",
        of_status.unwrap_or_default(),
        matching.as_deref().unwrap_or(" is here")
    ))
}

impl Order {
    fn new(params: &Params, sort: LeadSort) -> Self {
        let to = |word| first_page(params, "sort", word);
        match sort {
            LeadSort::Newest => Self {
                caption: "newest first",
                sort: "descending",
                arrow: "↓",
                href: to(Some("createdAt")),
            },
            LeadSort::Oldest => Self {
                caption: "oldest first",
                sort: "ascending",
                arrow: "↑",
                href: to(None),
            },
            LeadSort::RecentlyUpdated => Self {
                caption: "last changed first",
                sort: "none",
                arrow: "",
                href: to(None),
            },
        }
    }
}
