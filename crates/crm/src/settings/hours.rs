//! When the office answers: the hours in which the clock of a first response runs.

use axum::{extract::State, response::Response};
use db::tenant::assignment::{self, AssignmentSettings};
use server::{Failure, Flash, Form, Submitted, page};
use types::{
    Activity, ActivityId,
    assignment::{Day, TimeOfDay, TimeWindow},
};

use crate::{activities::record, app::App, member::Owner, workspace::Workspace};

/// Hours that are shorter would have somebody wait for weeks.
const LEAST_MINUTES: i64 = 60;

/// The form as it is filled in.
pub(super) struct Office {
    pub(super) zone: String,
    pub(super) is_always: bool,
    pub(super) days: Vec<(&'static str, &'static str, bool)>,
    pub(super) from: String,
    pub(super) until: String,
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
        Self {
            zone: settings.zone.clone(),
            is_always: office.is_none(),
            days: Day::ALL
                .iter()
                .map(|day| (day.as_str(), day.label(), is_open(day)))
                .collect(),
            from: time(office.map(|window| window.from), "09:00"),
            until: time(office.map(|window| window.until), "18:00"),
        }
    }
}

/// `POST /settings/hours`: holds from everybody's next request on.
pub(crate) async fn save(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let back = page::see_other("/settings");
    let office = match read(&typed) {
        Ok(office) => office,
        Err(told) => return Ok(Flash::danger(told).on(back, &workspace.facts)),
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
    Ok(Flash::success("Office hours saved.").on(back, &workspace.facts))
}

/// What was typed, or a sentence about what is wrong with it.
fn read(typed: &Submitted) -> Result<Option<TimeWindow>, String> {
    match typed.get("when") {
        "always" => return Ok(None),
        "hours" => {}
        _ => return Err("Choose around the clock, or days and hours.".to_owned()),
    }
    let days: Result<Vec<Day>, _> = typed.all("days").map(str::parse).collect();
    let days = days.map_err(|error| format!("A day {error}."))?;
    if days.is_empty() {
        return Err("Tick the days on which the office answers.".to_owned());
    }
    let time = |name| -> Result<TimeOfDay, String> {
        let time = typed.get(name).parse();
        time.map_err(|error| format!("From and until: each {error}."))
    };
    let (from, until) = (time("from")?, time("until")?);
    let minutes = (until.minutes() - from.minutes()).rem_euclid(24 * 60);
    if (1..LEAST_MINUTES).contains(&minutes) {
        return Err("The office has to be open for an hour at least.".to_owned());
    }
    Ok(Some(TimeWindow { days, from, until }))
}
