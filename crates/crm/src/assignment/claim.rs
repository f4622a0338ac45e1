//! A lead of the pool goes to the first who claims it; whoever is slower is told who was not.

use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        activities,
        changes::{self, NewChange},
        leads::{self, LeadWithContact},
    },
};
use jiff::SignedDuration;
use serde_json::json;
use server::{Facts, Failure, Flash, Path, page};
use types::{Activity, ActivityId, ActivityType, ChangeKind, LeadId};

use crate::{app::App, hands, leads::api, member::Writer};

/// For so long whoever was slower is told who has the lead, even if they may not see it any more.
const LATELY: SignedDuration = SignedDuration::from_mins(10);

/// `POST /api/leads/{id}/claim`.
pub(crate) async fn over_api(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<LeadId>,
) -> Result<Response, Failure> {
    let claimed = claim(&app, &writer, id).await?;
    api::one(&app, &writer.0, claimed, axum::http::StatusCode::OK).await
}

/// `POST /leads/{id}/claim`: one press, and back to the lead.
pub(crate) async fn press(
    writer: Writer,
    State(app): State<App>,
    facts: Facts,
    Path(id): Path<LeadId>,
) -> Result<Response, Failure> {
    let back = page::see_other(&format!("/leads/{id}"));
    match claim(&app, &writer, id).await {
        Ok(_) => Ok(Flash::success("The lead is yours now.").on(back, &facts)),
        Err(Failure::Conflict(conflict)) => {
            let mut tx = app.db.read(&writer.0.scope).await?;
            let is_seen = leads::find(&mut tx, &writer.0.scope, id).await?.is_some();
            let back = if is_seen { back } else { page::see_other("/leads") };
            Ok(Flash::danger(conflict.detail).on(back, &facts))
        }
        Err(failure) => Err(failure),
    }
}

/// Gives a lead that is nobody's to whoever asks. Claiming what one has is no second claim.
///
/// # Errors
///
/// Not found; a conflict that names who was faster.
async fn claim(app: &App, writer: &Writer, id: LeadId) -> Result<LeadWithContact, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let me = writer.0.person_id();
    let mut tx = app.db.write(scope).await?;
    if !leads::claim(&mut tx, scope, (id, me), now).await? {
        let found = leads::find(&mut tx, scope, id).await?;
        return match found {
            Some(mine) if mine.lead.assigned_to == Some(me) => Ok(mine),
            found => Err(too_late(&mut tx, app, writer, (id, found)).await?),
        };
    }
    let claimed = leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: claimed.lead.contact_id,
        lead_id: Some(id),
        activity_type: ActivityType::LeadAssigned,
        occurred_at: now,
        summary: "Claimed".to_owned(),
        metadata: json!({ "rule": null, "to": me, "why": leads::CLAIMED }),
        actor: Some(me),
    };
    activities::insert(&mut tx, scope, &activity).await?;
    let followed = hands::reminders_follow(&mut tx, (scope, &*app.ids), &[id], (me, now)).await?;
    for followed in &followed {
        activities::insert(&mut tx, scope, followed).await?;
    }
    let told = NewChange {
        kind: ChangeKind::LeadUpdated,
        lead_id: Some(id),
        contact_id: claimed.lead.contact_id,
        activity_id: Some(activity.id),
    };
    changes::append(&mut tx, scope, &told, now).await?;
    for followed in &followed {
        changes::append(&mut tx, scope, &hands::told(followed), now).await?;
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Who has it, as far as that is for the caller to know.
async fn too_late(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    (id, found): (LeadId, Option<LeadWithContact>),
) -> Result<Failure, Failure> {
    let scope = &writer.0.scope;
    let holder = match found {
        Some(found) => {
            let members = db::tenant::members::list(tx, scope).await?;
            let theirs = members
                .into_iter()
                .find(|member| Some(member.person_id) == found.lead.assigned_to);
            Some(theirs.map_or((None, "Somebody else".to_owned()), |member| {
                (Some(member.person_id), member.name)
            }))
        }
        None => {
            let since = app.clock.now() - LATELY;
            let lately = leads::claimed_lately(tx, scope, id, since).await?;
            lately.map(|(person, name)| (Some(person), name))
        }
    };
    let Some((person, name)) = holder else {
        return Ok(Failure::NotFound);
    };
    let sentence = format!("{name} has this lead already.");
    Ok(Failure::conflict("claimed_already", sentence)
        .with_member("assignedTo", json!(person))
        .with_member("assigneeName", name))
}
