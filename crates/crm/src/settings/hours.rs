//! When the office answers: the hours in which the clock of a first response runs.

use axum::{extract::State, response::Response};
use db::tenant::assignment::{self, AssignmentSettings};
use server::{Failure, FieldErrors, Filled, Flash, Form, Submitted, page};
use types::{
    Activity, ActivityId,
    assignment::{Day, TimeOfDay, TimeWindow},
};

use crate::{activities::record, app::App, member::Owner, workspace::Workspace};

/// Hours that are shorter would have somebody wait for weeks.
const LEAST_MINUTES: i64 = 60;

/// The form, as it is stored or as somebody typed it.
pub(super) struct Office {
    pub(super) zone: String,
    pub(super) form: Filled,
    /// Those that there are to tick.
    pub(super) days: Vec<(&'static str, &'static str)>,
}

impl Office {
    /// As the tenant has it; hours that many keep, where it has none.
    pub(super) fn of(settings: &AssignmentSettings) -> Self {
        let office = settings.office.as_ref();
        let is_open = |day: &Day| match office {
            Some(window) => window.days.is_empty() || window.days.contains(day),
            None => !matches!(day, Day::Saturday | Day::Sunday),
        };
        let time =
            |time: Option<TimeOfDay>, usual: &str| time.map_or(usual.to_owned(), |time| time.to_string());
        let form = Submitted::default()
            .with("when", if office.is_none() { "always" } else { "hours" })
            .with("from", time(office.map(|window| window.from), "09:00"))
            .with("until", time(office.map(|window| window.until), "18:00"));
        let open = Day::ALL.iter().filter(|day| is_open(day));
        let form = open.fold(form, |form, day| form.with("days", day.as_str()));
        Self {
            zone: settings.zone.clone(),
            form: Filled::new(form, FieldErrors::default()),
            days: Day::ALL.iter().map(|day| (day.as_str(), day.label())).collect(),
        }
    }

    /// The same with what somebody typed, and what is wrong with it.
    pub(super) fn refusing(self, form: Filled) -> Self {
        Self { form, ..self }
    }
}

/// `POST /settings/hours`: holds from everybody's next request on.
pub(crate) async fn save(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let office = match read(&typed) {
        Ok(office) => office,
        Err(errors) => {
            let settings = super::load(&app, &workspace).await?;
            return page::refused(&settings.refusing(Filled::new(typed, errors)));
        }
    };
    let what = match &office {
        Some(window) => format!("Set the office hours to {}", window.to_string().to_lowercase()),
        None => "Set the office hours to around the clock".to_owned(),
    };
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(owner.person_id()),
        (what, serde_json::json!({ "of": "officeHours" })),
        workspace.now,
    );
    let mut tx = app.db.write(&owner.scope).await?;
    assignment::set_office_hours(&mut tx, &owner.scope, office.as_ref(), workspace.now).await?;
    record(&mut tx, &owner.scope, &activity).await?;
    tx.commit().await?;
    let back = page::see_other("/settings");
    Ok(Flash::success("Office hours saved.").on(back, &workspace.facts))
}

/// What was typed, or what is wrong with it.
fn read(typed: &Submitted) -> Result<Option<TimeWindow>, FieldErrors> {
    let mut errors = FieldErrors::default();
    match typed.get("when") {
        "always" => return Ok(None),
        "hours" => {}
        _ => errors.add("when", "unknown", "Choose around the clock, or days and hours."),
    }
    let days = errors.keep("days", "invalid", days(typed));
    let from = errors.keep("from", "invalid", time(typed, "from"));
    let until = errors.keep("until", "invalid", time(typed, "until"));
    let Some((days, (from, until))) = days.zip(from.zip(until)) else {
        return Err(errors);
    };
    let minutes = (until.minutes() - from.minutes()).rem_euclid(24 * 60);
    if (1..LEAST_MINUTES).contains(&minutes) {
        errors.add(
            "until",
            "invalid",
            "The office has to be open for an hour at least.",
        );
    }
    match errors.is_empty() {
        true => Ok(Some(TimeWindow { days, from, until })),
        false => Err(errors),
    }
}

fn days(typed: &Submitted) -> Result<Vec<Day>, String> {
    let days: Result<Vec<Day>, _> = typed.all("days").map(str::parse).collect();
    let days = days.map_err(|error| format!("A day {error}."))?;
    match days.is_empty() {
        true => Err("Tick the days on which the office answers.".to_owned()),
        false => Ok(days),
    }
}

fn time(typed: &Submitted, name: &str) -> Result<TimeOfDay, String> {
    let time = typed.get(name).parse::<TimeOfDay>();
    time.map_err(|error| format!("This {error}."))
}
