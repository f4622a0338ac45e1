//! `/activities/{id}`: the form that corrects what somebody logged by mistake, and takes it back.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::activities::ActivityWithActor;
use server::{Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{Activity, ActivityId, Text};

use super::keep::{self, Correction};
use crate::{
    app::App,
    member::Writer,
    sides::{self, About, Corrects, Named, Saved, Sides},
    words::sentence_case,
    workspace::Workspace,
    zone::Zone,
};

/// The fields of the form.
const FIELDS: [Named; 2] = [("summary", "What it says"), ("occurredAt", "When it was")];

#[derive(Template)]
#[template(path = "activities/correct.html")]
struct Correct {
    frame: Frame,
    id: String,
    /// `a call`.
    one: &'static str,
    /// Who logged it.
    actor: String,
    /// Whose timeline it stands in.
    whom: String,
    href: String,
    form: Filled,
    version: i64,
    clock: &'static str,
    /// Whether it was changed while somebody wanted to take it back.
    is_stale: bool,
}

impl Correct {
    /// The version it corrects, and what that says.
    fn hidden(&self) -> Vec<(&str, &str)> {
        sides::hidden(&self.form.values)
    }
}

/// Shows the form.
pub(crate) async fn show(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
) -> Result<Response, Failure> {
    let found = keep::read_to_correct(&app, &writer, id).await?;
    let form = as_it_is(&found, &workspace.zone);
    page::private(&load(&app, &workspace, found, form).await?)
}

/// Does what the button says.
pub(crate) async fn change(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    // The question whose is right has one button alone.
    match typed.get("action") {
        "take-back" => take_back((app, writer), &workspace, id, &typed).await,
        "save" | "" => save((app, writer), &workspace, id, typed).await,
        _ => Err(Failure::malformed("action is not one of this form's.")),
    }
}

async fn take_back(
    (app, writer): (App, Writer),
    workspace: &Workspace,
    id: ActivityId,
    typed: &Submitted,
) -> Result<Response, Failure> {
    let seen = IfMatch::of_form(typed.get("version"));
    match keep::take_back(&app, &writer, id, &seen).await {
        Ok(was) => {
            let told = format!("Took back {}.", was.activity_type.one());
            Ok(Flash::success(told).on(page::see_other(&place(&was)), &workspace.facts))
        }
        Err(Failure::Stale) => {
            let found = keep::read_to_correct(&app, &writer, id).await?;
            let form = as_it_is(&found, &workspace.zone);
            let page = load(&app, workspace, found, form).await?;
            let page = Correct {
                is_stale: true,
                ..page
            };
            page::with_status(StatusCode::PRECONDITION_FAILED, &page)
        }
        Err(failure) => Err(failure),
    }
}

async fn save(
    (app, writer): (App, Writer),
    workspace: &Workspace,
    id: ActivityId,
    typed: Submitted,
) -> Result<Response, Failure> {
    let form = OfActivity {
        app: &app,
        writer: &writer,
        workspace,
        id,
    };
    match sides::save(&form, typed).await? {
        Saved::Done(told) => {
            let found = keep::read(&app, &writer.0, id).await?;
            let told = format!("{} saved.{told}", found.activity.activity_type.label());
            let back = page::see_other(&place(&found.activity));
            Ok(Flash::success(told).on(back, &workspace.facts))
        }
        Saved::Torn(question) => Ok(question),
        Saved::Refused(filled) => {
            let found = keep::read_to_correct(&app, &writer, id).await?;
            page::refused(&load(&app, workspace, found, filled).await?)
        }
    }
}

async fn load(
    app: &App,
    workspace: &Workspace,
    found: ActivityWithActor,
    form: Filled,
) -> Result<Correct, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    Ok(Correct {
        frame: workspace.framed(&counts),
        id: found.activity.id.to_string(),
        one: found.activity.activity_type.one(),
        href: place(&found.activity),
        actor: found.actor_name.unwrap_or_default(),
        whom: found
            .contact_name
            .unwrap_or_else(|| "An unknown visitor".to_owned()),
        form,
        version: found.version,
        clock: workspace.zone.clock(),
        is_stale: false,
    })
}

/// The page of whom it was logged of.
fn place(activity: &Activity) -> String {
    match (activity.lead_id, activity.contact_id) {
        (Some(lead), _) => format!("/leads/{lead}"),
        (None, Some(contact)) => format!("/contacts/{contact}"),
        (None, None) => "/activity".to_owned(),
    }
}

/// The form before anybody touched it.
fn as_it_is(found: &ActivityWithActor, zone: &Zone) -> Filled {
    let values = sides::remembering(values(&found.activity, zone), &FIELDS, found.version);
    Filled::new(values, FieldErrors::default())
}

fn values(activity: &Activity, zone: &Zone) -> Submitted {
    Submitted::default()
        .with("summary", activity.summary.as_str())
        .with("occurredAt", zone.typed(activity.occurred_at))
}

/// A field that nobody touched is no wish: a time is shown to the minute only.
fn read(typed: &Submitted, zone: &Zone) -> Result<Correction, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_wish = |name: &&str| !sides::is_untouched(typed, name);
    let summary = Some("summary").filter(is_wish).map(|name| {
        let summary = Text::<10_000>::parse(typed.get(name));
        summary.map_err(|error| format!("What it says {error}."))
    });
    let summary = errors.keep("summary", "invalid", summary.transpose());
    let occurred_at = Some("occurredAt").filter(is_wish).map(|name| {
        let at = zone.read(typed.get(name));
        at.ok_or("When it was must be a date and a time of the years 1900 to 2999, such as 2026-12-01T09:00.")
    });
    let occurred_at = errors.keep("occurredAt", "invalid", occurred_at.transpose());
    let read = summary.zip(occurred_at).map(|(summary, occurred_at)| Correction {
        summary: summary.map(Text::into_string),
        occurred_at,
    });
    read.ok_or(errors)
}

/// The form of one line, and who sent it.
struct OfActivity<'a> {
    app: &'a App,
    writer: &'a Writer,
    workspace: &'a Workspace,
    id: ActivityId,
}

impl Corrects for OfActivity<'_> {
    const FIELDS: &'static [Named] = &FIELDS;

    async fn write(&self, typed: &Submitted) -> Result<String, Failure> {
        let wanted = read(typed, &self.workspace.zone).map_err(Failure::Invalid)?;
        let seen = IfMatch::of_form(typed.get("version"));
        keep::correct(self.app, self.writer, self.id, &seen, wanted).await?;
        Ok(String::new())
    }

    async fn meet(&self, typed: &Submitted) -> Result<Sides, Failure> {
        let zone = &self.workspace.zone;
        let wanted = read(typed, zone).map_err(Failure::Invalid)?;
        let theirs = keep::read_to_correct(self.app, self.writer, self.id).await?;
        let mut yours = theirs.activity.clone();
        yours.summary = wanted.summary.unwrap_or(yours.summary);
        yours.occurred_at = wanted.occurred_at.unwrap_or(yours.occurred_at);
        let stored = (&values(&theirs.activity, zone), theirs.version);
        Ok(Sides::meet(&FIELDS, typed, stored, &values(&yours, zone)))
    }

    async fn ask(&self, sides: &Sides) -> Result<Response, Failure> {
        let found = keep::read_to_correct(self.app, self.writer, self.id).await?;
        let kind = match found.activity.activity_type.one().split_once(' ') {
            Some((_, kind)) => kind,
            None => "line",
        };
        let about = About {
            kind,
            name: sentence_case(kind),
            href: format!("/activities/{}", self.id),
            list: ("/activity", "Activity"),
        };
        let mut tx = self.app.db.read(&self.writer.0.scope).await?;
        let frame = self.workspace.framed(&self.workspace.counts(&mut tx).await?);
        sides::ask(frame, about, sides, |name, value| match name {
            "occurredAt" => value.replace('T', " "),
            _ => value.to_owned(),
        })
    }
}
