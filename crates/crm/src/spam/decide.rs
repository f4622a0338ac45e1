//! What becomes of a held form: a lead like any other, or nothing.

use axum::{extract::State, response::Response};
use db::{
    TenantScope,
    tenant::{
        held::{self, HeldLead},
        jobs::{self, NewJob},
    },
};
use jiff::SignedDuration;
use server::{Failure, Flash, Form, Path, page};
use types::{Activity, ActivityId, EventKey, JobId, WebsiteEvent};

use crate::{activities::record, app::App, member::Writer, workspace::Workspace};

/// How long a discarded form can be taken back.
const TAKEN_BACK_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// `POST /spam/{id}` with the `action` `release` or `discard`.
pub(crate) async fn decide(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<JobId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let scope = &writer.0.scope;
    let held = held::find(&mut app.db.read(scope).await?, scope, id).await?;
    let held = held.ok_or(Failure::NotFound)?;
    let told = match typed.get("action") {
        "release" => {
            let request = workspace.facts.request_id.as_str();
            release(&app, &writer, &held, request).await?;
            Flash::success("Not spam: it becomes a lead now, and whoever answers leads is told.")
        }
        "discard" => {
            discard(&app, &writer, &held).await?;
            Flash::success("Discarded. It can be taken back for 30 days.")
        }
        _ => return Err(Failure::malformed("The form says neither release nor discard.")),
    };
    let back = match held.discarded_at {
        Some(_) => "/spam?show=discarded",
        None => "/spam",
    };
    Ok(told.on(page::see_other(back), &workspace.facts))
}

/// Sends the event through the queue once more, with nothing said against it: the worker makes of it what it makes of
/// every other, and tells of it. In one transaction with who did so.
async fn release(app: &App, writer: &Writer, held: &HeldLead, request_id: &str) -> Result<(), Failure> {
    let scope = &writer.0.scope;
    let mut tx = app.db.write(scope).await?;
    // Somebody else may have let it through in the meantime.
    if held::delete(&mut tx, scope, held.id).await? {
        let job = job_of(app, scope, held, request_id)?;
        jobs::insert(&mut tx, scope, &job).await?;
        let summary = "Let a message through that was held as spam";
        log(&mut tx, app, writer, (held, summary)).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn job_of(app: &App, scope: &TenantScope, held: &HeldLead, request_id: &str) -> Result<NewJob, Failure> {
    let mut event = WebsiteEvent::parse(&held.payload, scope.tenant_id()).map_err(anyhow::Error::from)?;
    event.payload = event.payload.suspected(None);
    let event_type = event.payload.event_type();
    // Visitors may name what they send, but do not know when it was held: nobody can take this name before.
    let name = format!("held/{}/{}", held.id, held.held_at);
    Ok(NewJob {
        id: JobId::new(&*app.ids),
        event_key: EventKey::from_submission(event_type, scope.tenant_id(), &name),
        event_type: event_type.as_str().to_owned(),
        payload: event.to_json(),
        request_id: Some(request_id.to_owned()),
        created_at: app.clock.now(),
    })
}

async fn discard(app: &App, writer: &Writer, held: &HeldLead) -> Result<(), Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    held::prune(&mut tx, scope, now - TAKEN_BACK_FOR).await?;
    if held::discard(&mut tx, scope, held.id, now).await? {
        log(
            &mut tx,
            app,
            writer,
            (held, "Discarded a message that was held as spam"),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Who decided, in the workspace's timeline. Without a word of the form: whoever it names may be forgotten.
async fn log(
    tx: &mut db::Tx,
    app: &App,
    writer: &Writer,
    (held, summary): (&HeldLead, &str),
) -> Result<(), Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(writer.0.person_id()),
        (
            summary.to_owned(),
            serde_json::json!({ "heldLeadId": held.id, "score": held.score }),
        ),
        now,
    );
    record(tx, scope, &activity).await?;
    Ok(())
}
