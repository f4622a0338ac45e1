//! Correcting what a member logged by mistake, and taking it back: what is checked, written and told.

use db::{
    Tx,
    tenant::{
        activities::{self, ActivityWithActor},
        corrections,
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{Activity, ActivityId, ActivityType, Role};

use super::log::record;
use crate::{
    app::App,
    member::{Member, Writer},
};

/// What a line shall say instead; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Correction {
    pub(super) summary: Option<String>,
    pub(super) occurred_at: Option<Timestamp>,
}

/// Whether somebody may correct a line: who logged it, and an owner.
pub(super) fn may_correct(activity: &Activity, member: &Member) -> bool {
    activity.is_logged() && check(activity, member).is_ok()
}

fn check(activity: &Activity, member: &Member) -> Result<(), Failure> {
    if !activity.is_logged() {
        return Err(Failure::conflict(
            "not_logged",
            "The system wrote this line, so it cannot be changed or taken back. Only a note, call, text, e-mail or \
             appointment that somebody logged of a lead or a contact can.",
        ));
    }
    let (me, role) = (member.person_id(), member.person.role);
    if !role.may_write() || (activity.actor != Some(me) && role != Role::Owner) {
        return Err(Failure::forbidden(
            "Only who logged this, or an owner of the workspace, may change it or take it back.",
        ));
    }
    Ok(())
}

/// Reads a line.
///
/// # Errors
///
/// Not found.
pub(super) async fn read(app: &App, member: &Member, id: ActivityId) -> Result<ActivityWithActor, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    find(&mut tx, member, id).await
}

/// The same for who is about to correct it.
///
/// # Errors
///
/// Not found; a conflict, for a line that nobody logged; forbidden, for somebody else's.
pub(super) async fn read_to_correct(
    app: &App,
    writer: &Writer,
    id: ActivityId,
) -> Result<ActivityWithActor, Failure> {
    let found = read(app, &writer.0, id).await?;
    check(&found.activity, &writer.0)?;
    Ok(found)
}

/// Changes a line that is still what the caller saw. That it was changed stands in the timeline; what it said before does not.
///
/// # Errors
///
/// As [`read_to_correct`]; stale; invalid, for a time to come.
pub(super) async fn correct(
    app: &App,
    writer: &Writer,
    id: ActivityId,
    seen: &IfMatch,
    wanted: Correction,
) -> Result<ActivityWithActor, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let found = find(&mut tx, &writer.0, id).await?;
    check(&found.activity, &writer.0)?;
    seen.allows(Version::of(found.version))?;
    let was = &found.activity;
    let mut is = was.clone();
    is.summary = wanted.summary.unwrap_or(is.summary);
    is.occurred_at = wanted.occurred_at.unwrap_or(is.occurred_at);
    if is == *was {
        return Ok(found);
    }
    if is.occurred_at > now {
        let sentence = "That is still to come: say when it was, or set a reminder.";
        return Err(Failure::invalid("/occurredAt", "future", sentence));
    }
    if !corrections::update(&mut tx, scope, (was, found.version), &is, now).await? {
        return Err(Failure::Stale);
    }
    let changed = find(&mut tx, &writer.0, id).await?;
    let what = changes(was, &is);
    let told = match what[..] {
        ["summary"] => "the words",
        ["occurredAt"] => "the time",
        _ => "the words and the time",
    };
    let told = format!("Changed {told} of {}", was.activity_type.one());
    let metadata = json!({ "activityId": id, "corrected": was.activity_type, "changed": what });
    tell(&mut tx, (app, writer), was, (told, metadata)).await?;
    tx.commit().await?;
    Ok(changed)
}

/// The fields in which two lines differ.
fn changes(was: &Activity, is: &Activity) -> Vec<&'static str> {
    let each = [
        (was.summary != is.summary, "summary"),
        (was.occurred_at != is.occurred_at, "occurredAt"),
    ];
    let changed = each.into_iter().filter(|(is_other, _)| *is_other);
    changed.map(|(_, name)| name).collect()
}

/// Takes a line back. Who did stands in the timeline; what it said is gone.
///
/// # Errors
///
/// As [`read_to_correct`]; stale.
pub(super) async fn take_back(
    app: &App,
    writer: &Writer,
    id: ActivityId,
    seen: &IfMatch,
) -> Result<Activity, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let found = find(&mut tx, &writer.0, id).await?;
    check(&found.activity, &writer.0)?;
    seen.allows(Version::of(found.version))?;
    let was = found.activity;
    if !corrections::delete(&mut tx, scope, (&was, found.version), now).await? {
        return Err(Failure::Stale);
    }
    let told = format!("Took back {}", was.activity_type.one());
    let metadata = json!({ "activityId": id, "corrected": was.activity_type, "takenBack": true });
    tell(&mut tx, (app, writer), &was, (told, metadata)).await?;
    tx.commit().await?;
    Ok(was)
}

async fn find(tx: &mut Tx, member: &Member, id: ActivityId) -> Result<ActivityWithActor, Failure> {
    let found = activities::find(tx, &member.scope, id).await?;
    found.ok_or(Failure::NotFound)
}

async fn tell(
    tx: &mut Tx,
    (app, writer): (&App, &Writer),
    about: &Activity,
    (summary, metadata): (String, Value),
) -> Result<(), Failure> {
    let trace = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: about.contact_id,
        lead_id: about.lead_id,
        activity_type: ActivityType::Note,
        occurred_at: app.clock.now(),
        summary,
        metadata,
        actor: Some(writer.0.person_id()),
    };
    record(tx, &writer.0.scope, &trace).await?;
    Ok(())
}
