//! The words of one page of a site, on a page of their own: written, kept as a draft, shown to visitors, taken back.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::content::{PageName, PageWords, Step};

use super::PagesChange;
use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    tenants,
    view::TenantHead,
    website::{
        self, Site, WebsiteChange,
        change::{CopyChange, DraftsChange},
    },
};

/// A page among all, as the site's settings list it.
pub(in crate::website) struct PageLine {
    pub(in crate::website) name: &'static str,
    pub(in crate::website) label: &'static str,
    pub(in crate::website) path: &'static str,
    pub(in crate::website) is_own: bool,
    pub(in crate::website) has_draft: bool,
}

impl PageLine {
    pub(in crate::website) fn all(site: &Site) -> Vec<Self> {
        let lines = PageName::ALL.iter().map(|name| Self {
            name: name.as_str(),
            label: name.label(),
            path: name.path(),
            is_own: site.pages.contains_key(name),
            has_draft: site.drafts.contains_key(name),
        });
        lines.collect()
    }
}

#[derive(Template)]
#[template(path = "website/words/show.html")]
struct WordsPage {
    frame: Frame,
    head: TenantHead,
    name: PageName,
    form: Filled,
    is_own: bool,
    has_draft: bool,
    may_update: bool,
}

/// Shows the words of a page: the draft, if there is one.
pub(crate) async fn show(
    operator: Operator,
    Path(place): Path<(String, PageName)>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&drawn(&operator, &place, (frame, None)).await?)
}

async fn drawn(
    operator: &Operator,
    (id, name): &(String, PageName),
    (frame, refused): (Frame, Option<Filled>),
) -> Result<WordsPage, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let (_, site) = website::find(&mut tx, &acting, &overview.tenant.id).await?;
    let words = site.drafts.get(name).or_else(|| site.pages.get(name));
    let form = refused.unwrap_or_else(|| {
        let stored = words.map(stored).unwrap_or_default();
        Filled::new(stored, FieldErrors::default())
    });
    Ok(WordsPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/website"),
        name: *name,
        form,
        is_own: site.pages.contains_key(name),
        has_draft: site.drafts.contains_key(name),
        may_update: operator.has(Permission::UpdateWebsite),
    })
}

fn stored(words: &PageWords) -> Submitted {
    let steps = words
        .steps
        .iter()
        .map(|step| format!("{}\n{}", step.title, step.text));
    Submitted::default()
        .with("title", words.title.as_str())
        .with("lede", words.lede.as_str())
        .with("stepsHeading", words.steps_heading.as_str())
        .with("stepsLede", words.steps_lede.as_str())
        .with("steps", steps.collect::<Vec<_>>().join("\n\n"))
        .with("heading", words.heading.as_str())
        .with("body", words.body.as_str())
        .with("call", words.call.as_str())
}

/// Does what the pressed button says, or shows the form with what is wrong.
pub(crate) async fn update(
    operator: Operator,
    Path(place): Path<(String, PageName)>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (id, name) = &place;
    let (change, done) = asked(&typed, *name);
    let mut errors = FieldErrors::default();
    for error in change.mistakes().iter() {
        let field = error.pointer.rsplit('/').next().unwrap_or_default();
        let field = if field == name.as_str() { "title" } else { field };
        errors.add(field, error.code, error.detail.clone());
    }
    if !errors.is_empty() {
        let refused = Filled::new(typed, errors);
        return page::refused(&drawn(&operator, &place, (frame, Some(refused))).await?);
    }
    website::change(&operator.acting(), id, &change, &IfMatch::default()).await?;
    Ok(Flash::success(done).on(
        page::see_other(&format!("/tenants/{id}/website/pages/{name}")),
        &facts,
    ))
}

/// What the button asks for, and what is said once it is done. Whatever is no button of ours keeps a draft, which no
/// visitor sees.
fn asked(typed: &Submitted, name: PageName) -> (WebsiteChange, &'static str) {
    let written = || PagesChange::from([(name, Some(read(typed)))]);
    let nothing = PagesChange::from([(name, None)]);
    let (copy, drafts, done) = match typed.get("do") {
        "publish" => (Some(written()), None, "Published. Visitors see it now."),
        "withdraw" => (
            Some(nothing),
            None,
            "Taken back. Visitors see the installation's words.",
        ),
        "discard" => (None, Some(nothing), "The draft is gone."),
        _ => (None, Some(written()), "Kept as a draft. Visitors do not see it."),
    };
    let change = WebsiteChange {
        copy: copy.map(|pages| CopyChange {
            pages,
            ..CopyChange::default()
        }),
        drafts: drafts.map(|pages| DraftsChange {
            pages,
            ..DraftsChange::default()
        }),
        ..WebsiteChange::default()
    };
    (change, done)
}

fn read(typed: &Submitted) -> PageWords {
    let text = |name: &str| typed.get(name).replace("\r\n", "\n").trim().to_owned();
    let steps = text("steps");
    let steps = steps.split("\n\n").map(str::trim).filter(|step| !step.is_empty());
    let step = |step: &str| {
        let (title, text) = step.split_once('\n').unwrap_or((step, ""));
        Step {
            title: title.trim().to_owned(),
            text: text.replace('\n', " ").trim().to_owned(),
        }
    };
    PageWords {
        title: text("title"),
        lede: text("lede"),
        steps_heading: text("stepsHeading"),
        steps_lede: text("stepsLede"),
        steps: steps.map(step).collect(),
        heading: text("heading"),
        body: text("body"),
        call: text("call"),
    }
}
