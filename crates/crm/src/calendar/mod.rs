//! `/calendar/{secret}.ics`: one's open reminders, for a calendar that subscribes to them and cannot sign in.
//!
//! Whoever has the address reads them, so it is as secret as a password; its owner renews it on `/reminders`.

mod ics;
#[cfg(test)]
mod tests;

use axum::{extract::State, http::HeaderMap, response::Response};
use db::{
    Tx,
    door::calendars as door,
    tenant::{
        calendars,
        reminders::{self, ReminderFilter, ReminderWithNames},
    },
};
use server::{Facts, Failure, Flash, Form, Path, calendar_link::CalendarLink, etag, page};
use types::{PageRequest, TenantId};

use self::ics::Calendar;
use crate::{app::App, tenant::OfHost, workspace::Workspace};

/// Long enough to be seen in a calendar.
const LENGTH: &str = "PT15M";

/// Shows the calendar at this address, the same until a reminder changes.
pub(crate) async fn show(
    of_host: OfHost,
    State(app): State<App>,
    facts: Facts,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let hash = CalendarLink::hash_of(&file).ok_or(Failure::NotFound)?;
    let found = door::find(&app.db, &of_host.0.site.scope, &hash).await?;
    let calendar = found.ok_or(Failure::NotFound)?;
    let filter = ReminderFilter {
        assigned_to: Some(calendar.person_id),
        ..ReminderFilter::default()
    };
    // The 200 that are due first: more is no plan for anybody's day.
    let request = PageRequest::new(PageRequest::MAX_LIMIT.into(), 0);
    let mut tx = app.db.read(&calendar.scope).await?;
    let open = reminders::list(&mut tx, &calendar.scope, &filter, request).await?;
    let mut written = Calendar::new(&format!("Reminders of {}", calendar.tenant_name));
    for found in &open.items {
        event(&mut written, (calendar.scope.tenant_id(), &facts), found);
    }
    let kind = "text/calendar; charset=utf-8";
    Ok(etag::unless_known(&headers, kind, written.finish()))
}

fn event(calendar: &mut Calendar, (tenant_id, facts): (&TenantId, &Facts), found: &ReminderWithNames) {
    let reminder = &found.reminder;
    let place = match (reminder.lead_id, reminder.contact_id) {
        (Some(id), _) => format!("/leads/{id}"),
        (None, Some(id)) => format!("/contacts/{id}"),
        (None, None) => "/reminders".to_owned(),
    };
    calendar.line("BEGIN", "VEVENT");
    // Ids are unique over all tenants; the domain says whose they are, whatever host was asked.
    calendar.line("UID", &format!("{}@{tenant_id}.freehold", reminder.id));
    calendar.time("DTSTAMP", reminder.updated_at);
    calendar.time("CREATED", reminder.created_at);
    calendar.time("LAST-MODIFIED", reminder.updated_at);
    calendar.line("SEQUENCE", &(reminder.version - 1).to_string());
    calendar.time("DTSTART", reminder.due_at);
    calendar.line("DURATION", LENGTH);
    calendar.text("SUMMARY", &reminder.title);
    if let Some(name) = &found.contact_name {
        calendar.text("DESCRIPTION", &format!("About {name}"));
    }
    calendar.line("URL", &format!("{}{place}", facts.origin()));
    // Something to do takes no time that somebody else could not have.
    calendar.line("TRANSP", "TRANSPARENT");
    calendar.line("BEGIN", "VALARM");
    calendar.line("ACTION", "DISPLAY");
    calendar.line("TRIGGER", "PT0S");
    calendar.text("DESCRIPTION", &reminder.title);
    calendar.line("END", "VALARM");
    calendar.line("END", "VEVENT");
}

/// The address of one's calendar, for the page of reminders; none for whoever looks in, because it outlives that.
pub(crate) enum Address {
    /// Nobody else's business.
    Hidden,
    /// None was made yet.
    Missing,
    /// Here it is.
    At(String),
}

/// Finds it.
pub(crate) async fn address(tx: &mut Tx, workspace: &Workspace) -> Result<Address, Failure> {
    let member = &workspace.member;
    if member.support.is_some() {
        return Ok(Address::Hidden);
    }
    let salt = calendars::find(tx, &member.scope, member.person_id()).await?;
    Ok(match salt {
        None => Address::Missing,
        Some(salt) => {
            let whose = (member.scope.tenant_id(), member.person_id());
            let link = CalendarLink::of(workspace.facts.secrets(), whose, &salt);
            Address::At(format!("{}{}", workspace.facts.origin(), link.path()))
        }
    })
}

/// Gives one's calendar an address, another one, or none.
pub(crate) async fn renew(
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let member = &workspace.member;
    if member.support.is_some() {
        return Err(Failure::forbidden(
            "The address of a calendar is its owner's affair.",
        ));
    }
    let mut tx = app.db.write(&member.scope).await?;
    let told = match typed.get("action") {
        "remove" => {
            calendars::remove(&mut tx, &member.scope, member.person_id()).await?;
            "Your calendar has no address any more."
        }
        _ => {
            let salt = CalendarLink::salt();
            let whose = (member.scope.tenant_id(), member.person_id());
            let hash = CalendarLink::of(workspace.facts.secrets(), whose, &salt).hash();
            let made = (salt.as_str(), &hash);
            calendars::renew(&mut tx, &member.scope, member.person_id(), made, workspace.now).await?;
            "Your calendar has a new address. Subscribe to it in your calendar's program."
        }
    };
    tx.commit().await?;
    let back = page::see_other("/reminders#calendar");
    Ok(Flash::success(told).on(back, &workspace.facts))
}
