//! `/contacts`: everybody, found by words and filters, in columns of one's choice; and the same as a file.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::contacts::{self, ContactFilter, ContactSort},
};
use futures::{Stream, stream};
use server::{
    Failure, Frame, Params, csv_line,
    cursor::Cursors,
    page::{self, Pager},
};
use types::{Contact, ContactId, EditSubject, ListKind, Mark, PageRequest};

use super::{
    columns::{self, ContactColumn, Reader},
    filter,
};
use crate::{
    app::App,
    events::Live,
    listing,
    member::Member,
    table::{
        self, Bulk, Cell, Column as _, FilterField, Head, Sorting, Table, Toolbar,
        export::{self, Format},
        turning::{Turned, Window},
    },
    views,
    workspace::Workspace,
};

/// What the address may say about the list; a saved view keeps no more.
pub(crate) const PARAMETERS: &[&str] = &[
    "source", "tag", "search", "q", "sort", "column", "density", "limit",
];

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct List {
    frame: Frame,
    live: Live,
    toolbar: Toolbar,
    table: Table,
    pager: Pager,
    knows_nobody: bool,
}

/// Shows the list.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let (params, unknown) = super::known(params);
    let (scope, filter) = (&workspace.member.scope, filter(&params)?);
    let cursors = Cursors::new(
        vec![scope.tenant_id().as_str(), "contacts", super::word(filter.sort)],
        workspace.facts.secrets(),
    );
    let window = Window::<ContactId, Mark>::read(&cursors, &params)?;
    let mut tx = app.db.read(scope).await?;
    let views = views::of_list(&mut tx, &workspace.member, ListKind::Contacts).await?;
    if let Some(usual) = views.instead_of(&params) {
        return views::pages::opened(&workspace, usual);
    }
    let live = Live::of(&mut tx, &workspace, "contact").await?;
    let found = contacts::list(&mut tx, scope, &seen_from(&filter, &window), params.page()).await?;
    let turned = Turned::of(found, &window);
    let place = |contact: &Contact| place(filter.sort, contact);
    let count = async |tx: &mut Tx| contacts::count(tx, scope, &filter).await;
    let question = format!("contacts {filter:?}");
    let total = workspace.total(&mut tx, &turned, question, count).await?;
    let counts = workspace.counts(&mut tx).await?;
    let columns = table::chosen::<ContactColumn>(&params);
    let reader = Reader::new(&workspace);
    page::private(&List {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(window == Window::Start && filter.sort == ContactSort::Newest),
        pager: turned.pager(("contacts", "/contacts"), &params, &cursors, (total, place)),
        table: Table {
            caption: table::caption("contact", total, order(filter.sort)),
            first: head("Contact", BY_NAME, &params, filter.sort),
            heads: heads(&columns, &params, filter.sort),
            lines: turned
                .items
                .iter()
                .map(|contact| reader.line(contact, &columns))
                .collect(),
            is_dense: table::is_dense(&params),
            bulk: workspace
                .may_write()
                .then(|| Bulk::of(EditSubject::Contacts, (PARAMETERS, &params), total)),
            sizes: table::sizes("/contacts", (PARAMETERS, &params), total),
        },
        toolbar: Toolbar::new::<ContactColumn>(ListKind::Contacts, &params, fields(), views)
            .without(unknown)
            .for_writers(workspace.may_write()),
        knows_nobody: total == 0 && filter == ContactFilter::default(),
    })
}

/// `/api/contacts.csv`: the list as it is shown, with its filters, its order and its columns.
pub(crate) async fn csv(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let filter = ContactFilter {
        named: listing::named(&params)?,
        ..filter(&params)?
    };
    let columns = table::chosen::<ContactColumn>(&params);
    let reader = Reader::new(&workspace);
    export::note(&app, &workspace.member, ("contacts", Format::Csv), &params).await?;
    let head = export::head(&params, columns::heads_of_file(&columns));
    let rest = batches((app, workspace.member), filter, move |contact| {
        csv_line::line(reader.line_of_file(contact, &columns))
    });
    let parts = futures::StreamExt::chain(stream::iter([Ok(head)]), rest);
    Ok(export::answer(("contacts", Format::Csv), parts))
}

/// The whole list as pieces of a file, some contacts at a time.
pub(super) fn batches(
    (app, member): (App, Member),
    filter: ContactFilter,
    line: impl Fn(&Contact) -> String + Send + 'static,
) -> impl Stream<Item = Result<String, Failure>> + Send {
    stream::try_unfold((Some(filter), line), move |(filter, line)| {
        let (app, member) = (app.clone(), member.clone());
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let mut tx = app.db.read(&member.scope).await?;
            let batch = PageRequest::new(export::BATCH, 0);
            let page = contacts::list(&mut tx, &member.scope, &filter, batch).await?;
            let lines: String = page.items.iter().map(&line).collect();
            let last = page.items.last().filter(|_| page.has_more);
            let next = last.map(|last| ContactFilter {
                after: Some(place(filter.sort, last)),
                ..filter.clone()
            });
            Ok::<_, Failure>(Some((lines, (next, line))))
        }
    })
}

/// Where a contact stands in a list of this order.
pub(super) fn place(sort: ContactSort, contact: &Contact) -> (Mark, ContactId) {
    let mark = match sort {
        ContactSort::Newest | ContactSort::Oldest => Mark::At(contact.created_at),
        ContactSort::Name | ContactSort::NameBackwards => Mark::Word(contact.display_name().to_owned()),
    };
    (mark, contact.id)
}

/// The same filter, read from where the window says.
fn seen_from(filter: &ContactFilter, window: &Window<ContactId, Mark>) -> ContactFilter {
    ContactFilter {
        sort: if window.is_backward() {
            filter.sort.reversed()
        } else {
            filter.sort
        },
        after: window.after(),
        ..filter.clone()
    }
}

fn fields() -> Vec<FilterField> {
    let field = |name, label, options| FilterField { name, label, options };
    // Without a choice they come newest first.
    let others = super::ORDERS[1..].iter();
    let orders = others.map(|(sort, word)| ((*word).to_owned(), order(*sort).to_owned()));
    vec![
        field("source", "Source", Vec::new()),
        field("tag", "Tag", Vec::new()),
        field("sort", "Order", orders.collect()),
    ]
}

const fn order(sort: ContactSort) -> &'static str {
    match sort {
        ContactSort::Newest => "newest first",
        ContactSort::Oldest => "oldest first",
        ContactSort::Name => "by name",
        ContactSort::NameBackwards => "by name, backwards",
    }
}

/// Two orders of a column, the one that one gets first before the other, each with its word for `aria-sort`.
type Orders = [(ContactSort, &'static str); 2];

const BY_NAME: Orders = [
    (ContactSort::Name, "ascending"),
    (ContactSort::NameBackwards, "descending"),
];

const BY_ARRIVAL: Orders = [
    (ContactSort::Newest, "descending"),
    (ContactSort::Oldest, "ascending"),
];

fn heads(columns: &[ContactColumn], params: &Params, sort: ContactSort) -> Vec<Head> {
    let one = |column: &ContactColumn| match column {
        ContactColumn::FirstSeen => head(column.label(), BY_ARRIVAL, params, sort),
        _ => Head::plain(column.label()),
    };
    columns.iter().map(one).collect()
}

/// A heading with the way to these orders.
fn head(label: &'static str, both: Orders, params: &Params, now: ContactSort) -> Head {
    let kept = params.only(|name| PARAMETERS.contains(&name));
    let to = |sort| {
        let query = kept.query_with("sort", Some(super::word(sort)));
        format!("/contacts?{query}")
    };
    Head {
        label,
        sorting: Some(Sorting::of(both, now, to)),
    }
}
