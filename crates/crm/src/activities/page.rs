//! `/activity`: everything that happened in the workspace, by day.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::activities::{self, ActivityFilter, ActivityWithActor},
};
use server::{
    Failure, FieldErrors, Frame, Params,
    cursor::Cursors,
    page::{self, Pager},
};
use types::{ActivityId, ActivityType};

use super::{Day, by_day};
use crate::{
    app::App,
    events::Live,
    table::turning::{Turned, Window},
    workspace::Workspace,
};

#[derive(Template)]
#[template(path = "activities/page.html")]
struct All {
    frame: Frame,
    live: Live,
    chips: Vec<Chip>,
    days: Vec<Day>,
    pager: Pager,
}

/// A kind of activity to show alone.
pub(crate) struct Chip {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_chosen: bool,
}

/// Shows it, newest first.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let chosen = params.one_of::<ActivityType>("activityType", &mut errors);
    errors.finish()?;
    let scope = &workspace.member.scope;
    let cursors = Cursors::new(
        vec![scope.tenant_id().as_str(), "activities", "-occurredAt"],
        workspace.facts.secrets(),
    );
    let window = Window::<ActivityId>::read(&cursors, &params)?;
    let filter = ActivityFilter {
        activity_type: chosen,
        after: window.after(),
        ..ActivityFilter::default()
    };
    let mut tx = app.db.read(scope).await?;
    let live = Live::of(&mut tx, &workspace, "activity").await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = match window {
        Window::Before(_) => activities::list_before(&mut tx, scope, &filter, params.page()).await?,
        Window::Start | Window::After(_) => activities::list(&mut tx, scope, &filter, params.page()).await?,
    };
    let turned = Turned::of(found, &window);
    let count = async |tx: &mut Tx| activities::count(tx, scope, &filter).await;
    let question = format!("activities {chosen:?}");
    let total = workspace.total(&mut tx, &turned, question, count).await?;
    let place = |row: &ActivityWithActor| (row.activity.occurred_at, row.activity.id);
    let pager = turned.pager(("activities", "/activity"), &params, &cursors, (total, place));
    page::private(&All {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(window == Window::Start),
        chips: chips(chosen),
        pager,
        days: by_day(turned.items, &workspace),
    })
}

fn chips(chosen: Option<ActivityType>) -> Vec<Chip> {
    let shown = [
        ActivityType::LeadSubmitted,
        ActivityType::Note,
        ActivityType::CallLogged,
        ActivityType::TextLogged,
        ActivityType::EmailLogged,
        ActivityType::AppointmentLogged,
        ActivityType::LeadStatusChanged,
    ];
    let each = shown.into_iter().map(|kind| Chip {
        label: kind.label(),
        href: format!("/activity?activityType={kind}"),
        is_chosen: chosen == Some(kind),
    });
    let all = Chip {
        label: "Everything",
        href: "/activity".to_owned(),
        is_chosen: chosen.is_none(),
    };
    std::iter::once(all).chain(each).collect()
}
