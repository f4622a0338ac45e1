//! `/contacts/merge`: several contacts side by side, and what the one they become keeps of each.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::contacts::{self, ContactFilter};
use server::{Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Submitted, page};
use types::{Contact, ContactId, Email, MOST_MERGED, MergeChoice, MergeError, PageRequest, Phone};

use super::{
    merge::{self, Wanted},
    preview,
};
use crate::{app::App, member::Writer, words::source, workspace::Workspace};

/// As many people as a search offers.
const MOST_OFFERED: i64 = 8;

#[derive(Template)]
#[template(path = "duplicates/compare.html")]
struct Compare {
    frame: Frame,
    form: Filled,
    columns: Vec<Column>,
    fields: Vec<Field>,
    search: String,
    offered: Vec<Offer>,
    /// The addresses of the page with what is chosen so far, for the search.
    chosen: Vec<String>,
    has_searched: bool,
    is_full: bool,
    /// Ids beyond those that are merged at once.
    left_out: usize,
    /// Somebody changed one of them since the page was shown.
    is_stale: bool,
}

/// A contact to be merged.
struct Column {
    id: String,
    version: i64,
    name: String,
    source: String,
    since: String,
    is_kept: bool,
    /// This page without them.
    without: Option<String>,
}

/// A field, and what each contact has in it.
struct Field {
    name: &'static str,
    label: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    id: String,
    value: Option<String>,
    is_chosen: bool,
}

/// Somebody who may be added.
struct Offer {
    name: String,
    note: String,
    href: String,
}

/// Shows the contacts of `ids` side by side, and a search for more; as `step=preview`, what merging them would make.
pub(crate) async fn show(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    if params.get("step") == "preview" {
        return match preview::show(&app, (&writer, &workspace), &params).await {
            Err(Failure::Invalid(errors)) => {
                page::refused(&load(&app, &workspace, Filled::new(params.0.clone(), errors)).await?)
            }
            Err(Failure::Stale) => anew(&app, &workspace, params.0.clone()).await,
            shown => shown,
        };
    }
    let form = Filled::new(params.0.clone(), FieldErrors::default());
    page::private(&load(&app, &workspace, form).await?)
}

/// Merges them.
pub(crate) async fn save(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let merged = match check(&typed).and_then(|()| wanted(&typed)) {
        Ok(wanted) => merge::merge(&app, &writer, &wanted, true).await,
        Err(refused) => Err(refused),
    };
    match merged {
        Ok(outcome) => {
            let back = page::see_other(&format!("/contacts/{}", outcome.kept.id));
            let told = format!("Merged {}. You can undo it below.", merge::names(&outcome.others));
            Ok(Flash::success(told).on(back, &workspace.facts))
        }
        Err(Failure::Invalid(errors)) => {
            page::refused(&load(&app, &workspace, Filled::new(typed, errors)).await?)
        }
        Err(Failure::Stale) => anew(&app, &workspace, typed).await,
        Err(failure) => Err(failure),
    }
}

/// The comparison as it is now, with what was chosen.
async fn anew(app: &App, workspace: &Workspace, typed: Submitted) -> Result<Response, Failure> {
    let compare = load(app, workspace, Filled::new(typed, FieldErrors::default())).await?;
    let anew = Compare {
        is_stale: true,
        ..compare
    };
    page::with_status(StatusCode::PRECONDITION_FAILED, &anew)
}

/// Makes sure that no wish is passed over because the form has no such field.
fn check(typed: &Submitted) -> Result<(), Failure> {
    let known = ["ids", "keep", "fullName", "email", "phone", "seen", "step"];
    match typed.pairs().find(|(name, _)| !known.contains(name)) {
        None => Ok(()),
        Some(_) => Err(Failure::invalid(
            "/fields",
            "unknown",
            "The form has a field that merging knows nothing of. Nothing was merged.",
        )),
    }
}

/// What a form asks for.
///
/// # Errors
///
/// Invalid, for a value that is to come from nobody.
pub(super) fn wanted(typed: &Submitted) -> Result<Wanted, Failure> {
    let id = |name: &str| {
        let parsed = typed.filled(name).map(str::parse).transpose();
        parsed.map_err(|_| merge::refusal(&MergeError::Stranger))
    };
    Ok(Wanted {
        ids: ids(typed),
        kept: id("keep")?,
        choice: MergeChoice {
            full_name: id("fullName")?,
            email: id("email")?,
            phone: id("phone")?,
        },
        seen: typed.all("seen").filter_map(seen).collect(),
    })
}

/// `<id>:<version>`, as the page says of each contact what it showed.
fn seen(text: &str) -> Option<(ContactId, i64)> {
    let (id, version) = text.split_once(':')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

/// The ids that were asked for, each once: `ids=…&ids=…`, or with commas between them.
fn ids(given: &Submitted) -> Vec<ContactId> {
    let mut ids = all_ids(given);
    ids.truncate(MOST_MERGED);
    ids
}

/// The same, however many.
fn all_ids(given: &Submitted) -> Vec<ContactId> {
    let mut ids = Vec::new();
    for id in given.all("ids").flat_map(|ids| ids.split(',')) {
        if let Ok(id) = id.trim().parse()
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}

async fn load(app: &App, workspace: &Workspace, form: Filled) -> Result<Compare, Failure> {
    let scope = &workspace.member.scope;
    let ids = ids(&form.values);
    let mut tx = app.db.read(scope).await?;
    let mut all = contacts::find_all(&mut tx, scope, &ids).await?;
    if all.len() != ids.len() {
        return Err(Failure::NotFound);
    }
    all.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id));
    let search = form.value("search").trim().to_owned();
    let found = match search.is_empty() {
        true => Vec::new(),
        false => {
            let wanted = ContactFilter {
                search: Some(search.clone()),
                ..ContactFilter::default()
            };
            let first = PageRequest::new(MOST_OFFERED, 0);
            contacts::list(&mut tx, scope, &wanted, first).await?.items
        }
    };
    let counts = workspace.counts(&mut tx).await?;
    Ok(Compare {
        frame: workspace.framed(&counts),
        columns: columns(workspace, &form, &all),
        fields: fields(&form, &all),
        has_searched: !search.is_empty(),
        search,
        offered: offered(&ids, &found),
        chosen: ids.iter().map(ToString::to_string).collect(),
        is_full: ids.len() == MOST_MERGED,
        left_out: all_ids(&form.values).len() - ids.len(),
        is_stale: false,
        form,
    })
}

fn columns(workspace: &Workspace, form: &Filled, all: &[Contact]) -> Vec<Column> {
    let kept = form.values.filled("keep").map(str::to_owned);
    let kept = kept.or_else(|| all.first().map(|contact| contact.id.to_string()));
    let column = |contact: &Contact| {
        let others: Vec<_> = all
            .iter()
            .filter(|other| other.id != contact.id)
            .map(|other| other.id)
            .collect();
        Column {
            id: contact.id.to_string(),
            version: contact.version,
            name: contact.display_name().to_owned(),
            source: source(&contact.source),
            since: workspace.zone.date(contact.created_at),
            is_kept: kept.as_deref() == Some(contact.id.to_string().as_str()),
            without: (all.len() > 2).then(|| address(&others)),
        }
    };
    all.iter().map(column).collect()
}

fn fields(form: &Filled, all: &[Contact]) -> Vec<Field> {
    let field = |name, label, value: fn(&Contact) -> Option<String>| {
        let chosen = form.values.filled(name).map(str::to_owned);
        let chosen = chosen.or_else(|| {
            let first = all.iter().find(|contact| value(contact).is_some());
            first.map(|contact| contact.id.to_string())
        });
        let cell = |contact: &Contact| Cell {
            is_chosen: chosen.as_deref() == Some(contact.id.to_string().as_str()),
            id: contact.id.to_string(),
            value: value(contact),
        };
        Field {
            name,
            label,
            cells: all.iter().map(cell).collect(),
        }
    };
    vec![
        field("fullName", "Name", |contact| contact.full_name.clone()),
        field("email", "E-mail", |contact| {
            contact.email.as_ref().map(ToString::to_string)
        }),
        field("phone", "Phone", |contact| {
            contact.phone.as_ref().map(Phone::display_national)
        }),
    ]
}

fn offered(ids: &[ContactId], found: &[Contact]) -> Vec<Offer> {
    let others = found.iter().filter(|contact| !ids.contains(&contact.id));
    let offer = |contact: &Contact| {
        let email = contact.email.as_ref().map(Email::as_str);
        let phone = contact.phone.as_ref().map(Phone::display_national);
        let known = [email.map(str::to_owned), phone];
        let with_them: Vec<_> = ids.iter().copied().chain([contact.id]).collect();
        Offer {
            name: contact.display_name().to_owned(),
            note: known.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            href: address(&with_them),
        }
    };
    others.map(offer).collect()
}

/// This page about these contacts.
pub(super) fn address(ids: &[ContactId]) -> String {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    format!("/contacts/merge?ids={}", ids.join(","))
}
