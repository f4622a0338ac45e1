//! `/settings/assignment`: the rules in their order, and the form of one.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::assignment;
use server::{Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{
    AssignmentRuleId, LeadType, Member, Role,
    assignment::{AssignmentRule, Day, MOST_SHARE, RuleBook, RuleChange, TargetKind},
};

use super::{keep, read, whom};
use crate::{
    app::App,
    member::{Owner, Writer},
    workspace::Workspace,
};

/// Zones of the United States, which is where most offices are; any other can be typed.
const USUAL_ZONES: [&str; 7] = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
];

#[derive(Template)]
#[template(path = "assignment/list.html")]
struct List {
    frame: Frame,
    rules: Vec<Row>,
    people: Vec<Person>,
    zone: String,
    zones: [&'static str; 7],
}

/// A rule in the list.
struct Row {
    id: String,
    version: i64,
    place: usize,
    name: String,
    criteria: Vec<String>,
    whom: String,
    is_first: bool,
    /// Only the catch-all comes after it.
    is_last: bool,
    is_catch_all: bool,
}

/// A member, and whether rules give them leads.
struct Person {
    id: String,
    name: String,
    note: String,
    is_paused: bool,
    /// Not one that rules pass over whatever happens.
    may_work: bool,
}

/// Shows the rules.
pub(crate) async fn list(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let scope = &owner.0.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let book = assignment::book(&mut tx, scope).await?;
    page::private(&List {
        frame: workspace.framed(&counts),
        rules: rows(&book),
        people: book.members().iter().map(person).collect(),
        zone: assignment::settings(&mut tx, scope).await?.zone,
        zones: USUAL_ZONES,
    })
}

fn rows(book: &RuleBook) -> Vec<Row> {
    let count = book.rules().len();
    let row = |(rule, place): (&AssignmentRule, usize)| Row {
        id: rule.id.to_string(),
        version: rule.version,
        place,
        name: rule.name.clone(),
        criteria: rule.criteria.in_words(),
        whom: whom(&rule.target, book.members()),
        is_first: place == 1,
        is_last: place + 1 == count,
        is_catch_all: rule.is_catch_all(),
    };
    book.rules().iter().zip(1..).map(row).collect()
}

fn person(member: &Member) -> Person {
    let may_work = member.role != Role::ReadOnly;
    Person {
        id: member.person_id.to_string(),
        name: member.name.clone(),
        note: match (may_work, member.is_paused) {
            (false, _) => "May only look".to_owned(),
            (true, true) => "Paused".to_owned(),
            (true, false) => crate::words::sentence_case(member.role.label()),
        },
        is_paused: member.is_paused,
        may_work,
    }
}

#[derive(Template)]
#[template(path = "assignment/edit.html")]
struct Edit {
    frame: Frame,
    heading: String,
    action: String,
    /// The version that is corrected: what was typed over an older one stays typed over that.
    version: String,
    form: Filled,
    /// What somebody else made of it since the form was shown.
    meanwhile: Option<Meanwhile>,
    is_catch_all: bool,
    /// Nobody stored it yet.
    is_new: bool,
    types: Vec<(&'static str, &'static str)>,
    targets: [(&'static str, &'static str); 3],
    days: Vec<(&'static str, &'static str)>,
    people: Vec<(String, String)>,
    /// Turns of a round that somebody may have.
    shares: Vec<String>,
    zone: String,
}

/// What a rule says by now, in words.
struct Meanwhile {
    name: String,
    criteria: Vec<String>,
    whom: String,
}

impl Edit {
    /// Whether a box of several was ticked.
    fn ticked(&self, name: &str, value: &str) -> bool {
        self.form.values.all(name).any(|ticked| ticked == value)
    }

    /// Whether somebody has so many turns of a round.
    fn has_share(&self, person: &str, share: &str) -> bool {
        let said = self.form.value(&format!("share.{person}"));
        share == if said.is_empty() { "1" } else { said }
    }
}

/// The form of a rule that is not there yet.
pub(crate) async fn ask(
    Owner(_): Owner,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let form = Filled::new(Submitted::default(), FieldErrors::default());
    page::private(&edit(&app, &workspace, None, form).await?)
}

/// The form of a rule.
pub(crate) async fn show(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<AssignmentRuleId>,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let mut tx = app.db.read(&owner.0.scope).await?;
    let (rule, _) = keep::find(&mut tx, &owner, id).await?;
    drop(tx);
    let form = Filled::new(read::as_it_is(&rule), FieldErrors::default());
    page::private(&edit(&app, &workspace, Some(&rule), form).await?)
}

async fn edit(
    app: &App,
    workspace: &Workspace,
    rule: Option<&AssignmentRule>,
    form: Filled,
) -> Result<Edit, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let members = db::tenant::members::list(&mut tx, scope).await?;
    let may_work = members.iter().filter(|member| member.role != Role::ReadOnly);
    let any = ("", "Any");
    let types = LeadType::ALL.iter().map(|kind| (kind.as_str(), kind.label()));
    Ok(Edit {
        frame: workspace.framed(&counts),
        heading: rule.map_or_else(|| "New rule".to_owned(), |rule| rule.name.clone()),
        action: rule.map_or_else(
            || "/settings/assignment".to_owned(),
            |rule| format!("/settings/assignment/{}", rule.id),
        ),
        version: match form.values.filled("version") {
            Some(typed) => typed.to_owned(),
            None => rule.map_or(1, |rule| rule.version).to_string(),
        },
        meanwhile: None,
        is_catch_all: rule.is_some_and(AssignmentRule::is_catch_all),
        is_new: rule.is_none(),
        types: std::iter::once(any).chain(types).collect(),
        targets: [
            (TargetKind::Person.as_str(), "One person"),
            (TargetKind::RoundRobin.as_str(), "Several in turn"),
            (TargetKind::Pool.as_str(), "The pool: whoever claims it first"),
        ],
        days: Day::ALL.iter().map(|day| (day.as_str(), day.label())).collect(),
        people: may_work
            .map(|member| (member.person_id.to_string(), member.name.clone()))
            .collect(),
        shares: (1..=MOST_SHARE).map(|share| share.to_string()).collect(),
        zone: assignment::settings(&mut tx, scope).await?.zone,
        form,
    })
}

/// Adds a rule.
pub(crate) async fn create(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let (wanted, mut errors) = read::of_form(&typed);
    if errors.is_empty() {
        match keep::add(&app, &owner, wanted, None).await {
            Ok((rule, _)) => {
                let told = Flash::success(format!("“{}” is there, before the last rule.", rule.name));
                return Ok(told.on(page::see_other("/settings/assignment"), &workspace.facts));
            }
            Err(Failure::Invalid(refused)) => errors = refused,
            Err(Failure::Conflict(conflict)) => {
                let told = Flash::danger(conflict.detail);
                return Ok(told.on(page::see_other("/settings/assignment"), &workspace.facts));
            }
            Err(failure) => return Err(failure),
        }
    }
    page::refused(&edit(&app, &workspace, None, Filled::new(typed, errors)).await?)
}

/// Saves, moves or removes a rule.
pub(crate) async fn change(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<AssignmentRuleId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let seen = IfMatch::of_form(typed.get("version"));
    let mut tx = app.db.read(&owner.0.scope).await?;
    let (rule, place) = keep::find(&mut tx, &owner, id).await?;
    drop(tx);
    let is_form = !matches!(typed.get("action"), "up" | "down" | "remove");
    let nothing = RuleChange::default();
    let done = match typed.get("action") {
        "up" => keep::change(&app, &owner, (id, &seen), nothing, Some(place.saturating_sub(1))).await,
        "down" => keep::change(&app, &owner, (id, &seen), nothing, Some(place + 1)).await,
        "remove" => keep::remove(&app, &owner, (id, &seen))
            .await
            .map(|rule| (rule, place)),
        _ => {
            let (wanted, errors) = read::of_form(&typed);
            match errors.finish() {
                Ok(()) => keep::change(&app, &owner, (id, &seen), wanted, None).await,
                Err(refused) => Err(refused),
            }
        }
    };
    let told = match done {
        Ok((rule, _)) if typed.get("action") == "remove" => {
            Flash::success(format!("“{}” is removed.", rule.name))
        }
        Ok((rule, place)) => Flash::success(format!("“{}” is saved, as rule {place}.", rule.name)),
        Err(Failure::Invalid(errors)) => {
            let form = Filled::new(typed, errors);
            return page::refused(&edit(&app, &workspace, Some(&rule), form).await?);
        }
        Err(Failure::Stale) if is_form => {
            return overtaken((&app, &owner), &workspace, id, typed).await;
        }
        Err(Failure::Stale) => Flash::danger(
            "Somebody changed this rule while you were at it. These are the rules as they are now.",
        ),
        Err(Failure::Conflict(conflict)) => Flash::danger(conflict.detail),
        Err(failure) => return Err(failure),
    };
    Ok(told.on(page::see_other("/settings/assignment"), &workspace.facts))
}

/// The form as it was typed, beside what somebody else made of the rule: who saves it once more means it.
async fn overtaken(
    (app, owner): (&App, &Writer),
    workspace: &Workspace,
    id: AssignmentRuleId,
    typed: Submitted,
) -> Result<Response, Failure> {
    let scope = &owner.0.scope;
    let mut tx = app.db.read(scope).await?;
    let (rule, _) = keep::find(&mut tx, owner, id).await?;
    let members = db::tenant::members::list(&mut tx, scope).await?;
    drop(tx);
    let typed = typed.without("version").with("version", rule.version.to_string());
    let form = Filled::new(typed, FieldErrors::default());
    let page = Edit {
        meanwhile: Some(Meanwhile {
            name: rule.name.clone(),
            criteria: rule.criteria.in_words(),
            whom: whom(&rule.target, &members),
        }),
        ..edit(app, workspace, Some(&rule), form).await?
    };
    page::with_status(StatusCode::PRECONDITION_FAILED, &page)
}
