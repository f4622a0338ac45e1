//! What merging would make of several contacts, before anybody does it.

use askama::Template;
use axum::response::Response;
use db::tenant::merges::Moved;
use server::{
    Failure, Frame, Params,
    page::{self, amount},
};
use types::{Contact, Email, Phone, consents::Consents};

use super::{compare::wanted, merge};
use crate::{
    app::App, contacts::consents_in_words as in_words, member::Writer, words::source, workspace::Workspace,
};

#[derive(Template)]
#[template(path = "duplicates/preview.html")]
struct Preview {
    frame: Frame,
    name: String,
    /// What the one contact would be, field by field.
    facts: Vec<(&'static str, Option<String>)>,
    tags: Vec<String>,
    /// What would come to it from the others.
    moved: Vec<String>,
    others: String,
    count: usize,
    /// What was chosen, for the form that does it.
    chosen: Vec<(String, String)>,
    back: String,
}

/// Shows it. Nothing is written: the transaction that tries it is thrown away.
pub(super) async fn show(
    app: &App,
    (writer, workspace): (&Writer, &Workspace),
    params: &Params,
) -> Result<Response, Failure> {
    let outcome = merge::merge(app, writer, &wanted(params)?, false).await?;
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let chosen = params.only(|name| matches!(name, "ids" | "seen" | "keep" | "fullName" | "email" | "phone"));
    let kept = &outcome.kept;
    page::private(&Preview {
        frame: workspace.framed(&counts),
        name: kept.display_name().to_owned(),
        facts: facts(workspace, kept, &outcome.consents),
        tags: kept.tags.clone(),
        moved: moved(outcome.moved),
        others: merge::names(&outcome.others),
        count: outcome.others.len() + 1,
        back: format!("/contacts/merge?{}", chosen.query_with("", None)),
        chosen: chosen
            .pairs()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    })
}

fn facts(workspace: &Workspace, kept: &Contact, consents: &Consents) -> Vec<(&'static str, Option<String>)> {
    let known = [
        ("Name", kept.full_name.clone()),
        ("E-mail", kept.email.as_ref().map(Email::to_string)),
        ("Phone", kept.phone.as_ref().map(Phone::display_national)),
        ("Source", Some(source(&kept.source))),
        ("First seen", Some(workspace.zone.date(kept.created_at))),
    ];
    let allowed = in_words(consents, &workspace.zone);
    let allowed = allowed.into_iter().map(|(name, words)| (name, Some(words)));
    known.into_iter().chain(allowed).collect()
}

fn moved(moved: Moved) -> Vec<String> {
    let counts = [
        (moved.leads, "lead"),
        (moved.activities, "entry"),
        (moved.reminders, "reminder"),
    ];
    let told = |(count, noun): (u64, &str)| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        match (count, noun) {
            (1, "entry") => "1 entry of the timeline".to_owned(),
            (count, "entry") => format!("{} entries of the timeline", page::thousands(count)),
            (count, noun) => amount(count, noun),
        }
    };
    let some = counts.into_iter().filter(|(count, _)| *count > 0);
    some.map(told).collect()
}
