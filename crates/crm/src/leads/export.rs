//! `/api/leads.csv`: the list as it is shown, with its filters, its order and its columns.

use axum::{extract::State, response::Response};
use db::tenant::{
    leads::{self, LeadFilter},
    members,
};
use futures::{Stream, stream};
use jiff::Timestamp;
use server::{Failure, Params, csv_line};
use types::PageRequest;

use super::{
    columns::{self, LeadColumn, Reader},
    filter::{self, Asker},
    score::Scores,
};
use crate::{
    app::App,
    listing,
    member::Member,
    table::{
        self,
        export::{self, Format},
    },
    workspace::Workspace,
};

/// Sends the file.
pub(crate) async fn csv(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let filter = LeadFilter {
        named: listing::named(&params)?,
        ..filter::read(&params, Asker::of(&workspace))?
    };
    let member = workspace.member.clone();
    let columns = table::chosen::<LeadColumn>(&params);
    let mut tx = app.db.read(&member.scope).await?;
    let reader = Reader::new(&workspace, &members::list(&mut tx, &member.scope).await?);
    drop(tx);
    export::note(&app, &member, ("leads", Format::Csv), &params).await?;
    let head = export::head(&params, columns::heads_of_file(&columns));
    let rest = batches((app, member, workspace.now), filter, move |found, scores| {
        csv_line::line(reader.line_of_file(found, scores, &columns))
    });
    let parts = futures::StreamExt::chain(stream::iter([Ok(head)]), rest);
    Ok(export::answer(("leads", Format::Csv), parts))
}

fn batches(
    (app, member, now): (App, Member, Timestamp),
    filter: LeadFilter,
    line: impl Fn(&leads::LeadWithContact, &Scores) -> String + Send + 'static,
) -> impl Stream<Item = Result<String, Failure>> + Send {
    stream::try_unfold((Some(filter), line), move |(filter, line)| {
        let (app, member) = (app.clone(), member.clone());
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let mut tx = app.db.read(&member.scope).await?;
            let batch = PageRequest::new(export::BATCH, 0);
            let page = leads::list(&mut tx, &member.scope, &filter, batch).await?;
            let scores = Scores::count(&mut tx, &member.scope, &page.items, now).await?;
            let lines: String = page.items.iter().map(|found| line(found, &scores)).collect();
            let last = page.items.last().filter(|_| page.has_more);
            let next = last.map(|last| LeadFilter {
                after: Some(filter::place(filter.sort, last)),
                ..filter.clone()
            });
            Ok::<_, Failure>(Some((lines, (next, line))))
        }
    })
}
