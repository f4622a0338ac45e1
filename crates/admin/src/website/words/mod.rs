//! The words of a site's pages: which the tenant has, what of a change is refused, and how one is stored.

pub(crate) mod pages;

use std::collections::BTreeMap;

use db::{
    TenantScope, Tx,
    tenant::documents::{self, NewRevision},
};
use serde_json::{Value, json};
use server::FieldErrors;
use types::{
    PageRequest, RevisionId, Text,
    content::{PageName, PageWords, RevisionStatus, SitePage},
};

use crate::Acting;

/// Pages by their names.
pub(crate) type Pages = BTreeMap<PageName, PageWords>;

/// A change of some of them: other words, or none of the tenant's own.
pub(crate) type PagesChange = BTreeMap<PageName, Option<PageWords>>;

/// More than there are pages.
const ALL: PageRequest = PageRequest::new(50, 0);

/// More steps than anybody takes.
const MOST_STEPS: usize = 12;

/// Reads what visitors see, or what is being written.
pub(super) async fn find(tx: &mut Tx, scope: &TenantScope, status: RevisionStatus) -> db::Result<Pages> {
    let found = documents::list_in::<SitePage>(tx, scope, status, ALL).await?;
    let pages = found.items.into_iter().map(|found| found.document);
    Ok(pages
        .filter_map(|page| Some((page.name()?, page.words)))
        .collect())
}

/// The pages after a change of them.
pub(super) fn after(mut pages: Pages, change: &PagesChange) -> Pages {
    for (name, words) in change {
        match words {
            Some(words) => pages.insert(*name, trimmed(words)),
            None => pages.remove(name),
        };
    }
    pages
}

fn trimmed(words: &PageWords) -> PageWords {
    let mut words = words.clone();
    let steps = words.steps.iter_mut();
    let steps = steps.flat_map(|step| [&mut step.title, &mut step.text]);
    let lines = [
        &mut words.title,
        &mut words.lede,
        &mut words.steps_heading,
        &mut words.steps_lede,
        &mut words.heading,
        &mut words.body,
        &mut words.call,
    ];
    for text in lines.into_iter().chain(steps) {
        *text = text.trim().to_owned();
    }
    words
        .steps
        .retain(|step| !step.title.is_empty() || !step.text.is_empty());
    words
}

/// Stores what differs, each page as a revision.
pub(super) async fn store(
    tx: &mut Tx,
    acting: &Acting<'_>,
    (scope, status): (&TenantScope, RevisionStatus),
    (before, after): (&Pages, &Pages),
) -> db::Result<()> {
    for name in PageName::ALL {
        match after.get(name) {
            words if words == before.get(name) => {}
            Some(words) => {
                let revision = NewRevision {
                    id: RevisionId::new(acting.ids),
                    document: SitePage::of(*name, words.clone()),
                    position: 0,
                };
                documents::insert(tx, scope, status, &[revision], acting.now).await?;
            }
            None => {
                documents::withdraw::<SitePage>(tx, scope, status, &name.slug()).await?;
            }
        }
    }
    Ok(())
}

/// What the trail tells of them: which pages changed, and how long each is. The texts are in their revisions.
pub(super) fn told(before: &Pages, after: &Pages) -> Option<(Value, Value)> {
    let changed = PageName::ALL
        .iter()
        .filter(|name| before.get(name) != after.get(name));
    let (mut old, mut new) = (json!({}), json!({}));
    for name in changed {
        old[name.as_str()] = json!(before.get(name).map(letters));
        new[name.as_str()] = json!(after.get(name).map(letters));
    }
    (new != json!({})).then_some((old, new))
}

fn letters(words: &PageWords) -> usize {
    let steps = words.steps.iter().map(|step| step.title.len() + step.text.len());
    words.title.len() + words.lede.len() + words.body.len() + steps.sum::<usize>()
}

/// What is too long to look well on a page, or says nothing.
pub(super) fn note_mistakes(change: &PagesChange, within: &str, errors: &mut FieldErrors) {
    for (name, words) in change {
        let Some(words) = words else { continue };
        note_mistakes_of(words, &format!("{within}/{name}"), errors);
    }
}

fn note_mistakes_of(words: &PageWords, at: &str, errors: &mut FieldErrors) {
    if trimmed(words) == PageWords::default() {
        let sentence = "There are no words here. To show the installation's, send null.";
        errors.add(at, "required", sentence);
    }
    let mut line = |name: &str, wrong: Option<String>| {
        if let Some(wrong) = wrong {
            errors.add(format!("{at}/{name}"), "invalid", format!("{name} {wrong}."));
        }
    };
    line("title", wrong::<120>(&words.title));
    line("lede", wrong::<400>(&words.lede));
    line("stepsHeading", wrong::<120>(&words.steps_heading));
    line("stepsLede", wrong::<400>(&words.steps_lede));
    line("heading", wrong::<120>(&words.heading));
    line("body", wrong::<20_000>(&words.body));
    line("call", wrong::<120>(&words.call));
    for step in &words.steps {
        line(
            "steps",
            wrong::<120>(&step.title).or_else(|| wrong::<600>(&step.text)),
        );
    }
    if words.steps.len() > MOST_STEPS {
        line("steps", Some(format!("must be at most {MOST_STEPS}")));
    }
}

fn wrong<const MOST: usize>(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Text::<MOST>::parse(text).err().map(|error| error.to_string())
}
