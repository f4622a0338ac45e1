//! `/leads`: every lead, found by filters, words and order, in columns of one's choice; the address is the whole state.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        leads::{self, LeadFilter, LeadSort, LeadWithContact},
        members,
        summary::LeadCounts,
    },
};
use server::{
    Failure, Frame, Params, Submitted,
    cursor::Cursors,
    page::{self, Pager, thousands},
};
use types::{EditSubject, LeadId, LeadStatus, LeadType, ListKind, Mark, Member, PersonId};

use super::{
    columns::{LeadColumn, Reader},
    filter::{self, Asker},
    heat::Heat,
    score::Scores,
};
use crate::{
    app::App,
    events::Live,
    table::{
        self, Bulk, Cell, Column as _, FilterField, Head, Sorting, Table, Toolbar,
        turning::{Turned, Window},
    },
    views,
    workspace::Workspace,
};

/// What the address may say about the list; a saved view keeps no more.
pub(crate) const PARAMETERS: &[&str] = &[
    "status",
    "leadType",
    "source",
    "contactId",
    "tag",
    "assignedTo",
    "q",
    "needs",
    "nextAction",
    "nextActionTo",
    "response",
    "createdFrom",
    "createdTo",
    "answered",
    "reached",
    "hot",
    "sort",
    "column",
    "density",
    "limit",
];

/// The parameters of a saved query whose values nobody knows any more.
pub(crate) fn wrong_in(query: &Submitted) -> Vec<String> {
    filter::wrong_in(query)
        .iter()
        .map(|error| error.pointer.trim_start_matches('/').to_owned())
        .collect()
}

#[derive(Template)]
#[template(path = "leads/list.html")]
struct List {
    frame: Frame,
    live: Live,
    statuses: Vec<Status>,
    toolbar: Toolbar,
    table: Table,
    pager: Pager,
    emptiness: Emptiness,
}

/// A status to show alone.
struct Status {
    label: &'static str,
    href: String,
    /// How many its list shows, where that is known.
    count: Option<String>,
    is_chosen: bool,
}

/// Why a list has no rows.
enum Emptiness {
    /// Nobody has sent a form yet.
    FirstUse,
    /// Nothing matches.
    Filtered,
}

/// Shows the list.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let (params, unknown) = filter::known(params, Asker::of(&workspace));
    let filter = filter::read(&params, Asker::of(&workspace))?;
    let scope = &workspace.member.scope;
    let cursors = Cursors::new(
        vec![scope.tenant_id().as_str(), "leads", filter::word(filter.sort)],
        workspace.facts.secrets(),
    );
    let window = Window::<LeadId, Mark>::read(&cursors, &params)?;
    let mut tx = app.db.read(scope).await?;
    let views = views::of_list(&mut tx, &workspace.member, ListKind::Leads).await?;
    if let Some(usual) = views.instead_of(&params) {
        return views::pages::opened(&workspace, usual);
    }
    let live = Live::of(&mut tx, &workspace, "lead").await?;
    let found = leads::list(&mut tx, scope, &seen_from(&filter, &window), params.page()).await?;
    let turned = Turned::of(found, &window);
    let (each, total) = lengths(&mut tx, &workspace, &filter, &turned).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let emptiness = emptiness(&mut tx, &workspace, &turned.items).await?;
    let scores = Scores::count(&mut tx, scope, &turned.items, workspace.now).await?;
    let heat = Heat::find(&mut tx, scope, &turned.items, workspace.now).await?;
    let (columns, whole) = (table::chosen::<LeadColumn>(&params), views.whole(ListKind::Leads));
    let reader = Reader::new(&workspace, &members);
    let place = |lead: &LeadWithContact| filter::place(filter.sort, lead);
    page::private(&List {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(window == Window::Start && filter.sort == LeadSort::Newest),
        statuses: statuses((&params, whole), (&filter, total), each.as_ref()),
        pager: turned.pager(("leads", "/leads"), &params, &cursors, (total, place)),
        table: Table {
            caption: table::caption("lead", total, order(filter.sort)),
            first: Head::plain("Lead"),
            heads: heads(&columns, &params, filter.sort),
            lines: turned
                .items
                .iter()
                .map(|lead| reader.line(lead, (&scores, &heat), &columns))
                .collect(),
            is_dense: table::is_dense(&params),
            bulk: workspace
                .may_write()
                .then(|| Bulk::of(EditSubject::Leads, (PARAMETERS, &params), total)),
            sizes: table::sizes("/leads", (PARAMETERS, &params), total),
        },
        toolbar: Toolbar::new::<LeadColumn>(ListKind::Leads, &params, fields(&members, &params), views)
            .without(unknown)
            .for_writers(workspace.may_write()),
        emptiness,
    })
}

/// How long the list is; and how many leads stand where, if it is of all leads.
async fn lengths(
    tx: &mut Tx,
    workspace: &Workspace,
    filter: &LeadFilter,
    turned: &Turned<LeadWithContact>,
) -> Result<(Option<LeadCounts>, i64), Failure> {
    if is_of_all(filter) {
        let each = workspace.lead_counts(tx).await?;
        let total = filter.status.map_or(each.lead_count, |status| each.of(status));
        return Ok((Some(each), total));
    }
    let count = async |tx: &mut Tx| leads::count(tx, &workspace.member.scope, filter).await;
    let total = workspace.total(tx, turned, question(filter), count).await?;
    Ok((None, total))
}

async fn emptiness(
    tx: &mut Tx,
    workspace: &Workspace,
    shown: &[LeadWithContact],
) -> Result<Emptiness, Failure> {
    let is_first_use = shown.is_empty() && workspace.lead_counts(tx).await?.lead_count == 0;
    Ok(match is_first_use {
        true => Emptiness::FirstUse,
        false => Emptiness::Filtered,
    })
}

/// What the number of leads is kept under.
pub(crate) fn question(filter: &LeadFilter) -> String {
    format!("leads {filter:?}")
}

/// The same filter, read from where the window says.
fn seen_from(filter: &LeadFilter, window: &Window<LeadId, Mark>) -> LeadFilter {
    LeadFilter {
        is_backward: window.is_backward(),
        after: window.after(),
        ..filter.clone()
    }
}

fn fields(members: &[Member], params: &Params) -> Vec<FilterField> {
    let words = |word: &str, label: &str| (word.to_owned(), label.to_owned());
    let field = |name, label, options| FilterField { name, label, options };
    let types = LeadType::ALL
        .iter()
        .map(|kind| words(kind.as_str(), kind.label()));
    // Without a choice they come newest first.
    let orders = filter::ORDERS[1..].iter();
    let orders = orders.map(|(sort, word)| words(word, order(*sort)));
    let statuses = LeadStatus::ALL
        .iter()
        .map(|status| words(status.as_str(), status.label()));
    vec![
        field("status", "Status", statuses.collect()),
        field("leadType", "Type", types.collect()),
        field("assignedTo", "Assigned to", holders(members, params)),
        field(
            "needs",
            "Needs",
            vec![words("response", "an answer"), words("action", "a next action")],
        ),
        field("nextAction", "Next action", vec![words("overdue", "overdue")]),
        field("nextActionTo", "Next action until", Vec::new()),
        field(
            "response",
            "Answer is",
            vec![
                words("waiting", "not late yet"),
                words("late", "late"),
                words("overdue", "overdue"),
            ],
        ),
        field(
            "answered",
            "Answered",
            vec![
                words("yes", "by a member"),
                words("in_time", "within five minutes"),
                words("no", "by nobody"),
            ],
        ),
        field(
            "reached",
            "Came as far as",
            vec![
                words("qualified", "qualified"),
                words("appointment", "an appointment"),
            ],
        ),
        field("hot", "Hot", vec![words("true", "in the last seven days")]),
        field("createdFrom", "Received from", Vec::new()),
        field("createdTo", "Received until", Vec::new()),
        field("source", "Source", Vec::new()),
        field("tag", "Tag", Vec::new()),
        field("sort", "Order", orders.collect()),
    ]
}

/// Whose leads one may ask for: one's own, nobody's, or a member's.
fn holders(members: &[Member], params: &Params) -> Vec<(String, String)> {
    let words = |word: &str, label: &str| (word.to_owned(), label.to_owned());
    let people = members
        .iter()
        .map(|member| words(&member.person_id.to_string(), &member.name));
    let nobody_or_me = [words("me", "me"), words("none", "nobody")];
    let left = params.filled("assignedTo").filter(|id| {
        id.parse::<PersonId>()
            .is_ok_and(|id| members.iter().all(|member| member.person_id != id))
    });
    let left = left.map(|id| words(id, "somebody who is no member any more"));
    nobody_or_me.into_iter().chain(people).chain(left).collect()
}

const fn order(sort: LeadSort) -> &'static str {
    match sort {
        LeadSort::Newest => "newest first",
        LeadSort::Oldest => "oldest first",
        LeadSort::RecentlyUpdated => "last changed first",
        LeadSort::LeastRecentlyUpdated => "longest unchanged first",
        LeadSort::RecentlyContacted => "last contacted first",
        LeadSort::LeastRecentlyContacted => "longest without contact first",
        LeadSort::SoonestAction => "next action soonest first",
        LeadSort::LatestAction => "next action latest first",
        LeadSort::Dearest => "highest price first",
        LeadSort::Cheapest => "lowest price first",
    }
}

fn heads(columns: &[LeadColumn], params: &Params, sort: LeadSort) -> Vec<Head> {
    let each = columns.iter();
    each.map(|column| head(*column, params, sort)).collect()
}

/// A heading; of a column that sorts, with the way to its order, and from there to the other one.
fn head(column: LeadColumn, params: &Params, sort: LeadSort) -> Head {
    let (down, up) = ("descending", "ascending");
    let both = match column {
        LeadColumn::Received => [(LeadSort::Newest, down), (LeadSort::Oldest, up)],
        LeadColumn::Changed => [
            (LeadSort::RecentlyUpdated, down),
            (LeadSort::LeastRecentlyUpdated, up),
        ],
        LeadColumn::LastContact => [
            (LeadSort::RecentlyContacted, down),
            (LeadSort::LeastRecentlyContacted, up),
        ],
        LeadColumn::NextAction => [(LeadSort::SoonestAction, up), (LeadSort::LatestAction, down)],
        LeadColumn::Price => [(LeadSort::Dearest, down), (LeadSort::Cheapest, up)],
        _ => {
            return Head::plain(column.label());
        }
    };
    let to = |sort| from_the_start(params, "sort", Some(filter::word(sort)));
    let sorting = Sorting::of(both, sort, to);
    Head {
        label: column.label(),
        sorting: Some(sorting),
    }
}

/// Whether a list is of all leads, or of all that stand somewhere.
fn is_of_all(filter: &LeadFilter) -> bool {
    let of_all = LeadFilter {
        status: filter.status,
        sort: filter.sort,
        ..LeadFilter::default()
    };
    *filter == of_all
}

/// What each shows is known for the chosen one; for the others, where nothing else narrows the list: to count each of
/// them under all filters is too dear.
fn statuses(
    (params, whole): (&Params, &str),
    (filter, total): (&LeadFilter, i64),
    each: Option<&LeadCounts>,
) -> Vec<Status> {
    let count = |status: Option<LeadStatus>| match status {
        _ if status == filter.status => Some(total),
        None => each.map(|each| each.lead_count),
        Some(status) => each.map(|each| each.of(status)),
    };
    let one = |status: Option<LeadStatus>| Status {
        label: status.map_or("All", LeadStatus::label),
        href: match from_the_start(params, "status", status.map(LeadStatus::as_str)) {
            bare if bare == "/leads" => whole.to_owned(),
            narrowed => narrowed,
        },
        count: count(status).map(thousands),
        is_chosen: status == filter.status,
    };
    let each = LeadStatus::ALL.iter().map(|status| one(Some(*status)));
    std::iter::once(one(None)).chain(each).collect()
}

/// The list with one parameter changed, from its start.
fn from_the_start(params: &Params, name: &str, value: Option<&str>) -> String {
    let kept = params.only(|name| PARAMETERS.contains(&name));
    match kept.query_with(name, value) {
        query if query.is_empty() => "/leads".to_owned(),
        query => format!("/leads?{query}"),
    }
}
