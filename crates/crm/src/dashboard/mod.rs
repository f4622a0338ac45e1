//! `/`: what is to be done today, who wrote last, and what happened; an open page hears of news by itself.

mod charts;
mod plans;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        activities::{self, ActivityFilter},
        leads::{self, LeadFilter, LeadSort, Need},
        reminders::{self, ReminderFilter},
        summary::Summary,
    },
};
use jiff::Timestamp;
use serde::Serialize;
use server::{
    Failure, Frame, json, page,
    page::{amount, thousands},
};
use types::{FirstResponse, PageRequest, TenantId};

use charts::{Step, Week};
use plans::Planned;

use crate::{
    activities::Entry,
    app::App,
    events::Live,
    leads::{Badge, Heat, Row, list::question},
    member::Member,
    reminders as reminders_page,
    workspace::{self, Workspace},
};

/// Rows of leads that wait for an answer, and of the newest.
const NEWEST: i64 = 10;

/// Lines of the newest activities.
const LATEST: i64 = 12;

/// Reminders that are due, and leads without a plan.
const MOST_DUE: i64 = 6;

#[derive(Template)]
#[template(path = "dashboard/page.html")]
struct Dashboard {
    frame: Frame,
    tiles: [Tile; 5],
    totals: String,
    rows: Vec<Row>,
    entries: Vec<Entry>,
    today: String,
    due: Vec<reminders_page::Row>,
    planned: Vec<Planned>,
    /// The end of the day, as the list of leads is asked for it.
    by_today: String,
    idle: Vec<Row>,
    hot: Vec<Hot>,
    week: Week,
    funnel: Vec<Step>,
    may_write: bool,
    live: Live,
}

/// Somebody to ring now, and why.
struct Hot {
    row: Row,
    signs: Vec<Badge>,
}

/// A number that leads to the rows behind it.
struct Tile {
    label: &'static str,
    href: &'static str,
    value: String,
    note: String,
}

/// Shows the dashboard.
pub(crate) async fn show(workspace: Workspace, State(app): State<App>) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    // Who is new counts once, whatever of them is new.
    let live = Live::of(&mut tx, &workspace, "contact lead activity").await?;
    let counts = workspace.counts(&mut tx).await?;
    let (tiles, all) = numbers(&mut tx, &workspace).await?;
    page::private(&Dashboard {
        frame: workspace.framed(&counts),
        tiles,
        totals: totals(&all),
        rows: newest_rows(&mut tx, &workspace).await?,
        entries: latest(&mut tx, &workspace).await?,
        today: workspace.zone.today(workspace.now),
        due: due_rows(&mut tx, &workspace).await?,
        planned: plans::rows(&mut tx, &workspace).await?,
        by_today: workspace.zone.day_of(workspace.now).to_string(),
        idle: idle_rows(&mut tx, &workspace).await?,
        hot: hot_rows(&mut tx, &workspace).await?,
        week: charts::week(&mut tx, &workspace).await?,
        funnel: charts::funnel(|status| all.of(status)),
        may_write: workspace.may_write(),
        live,
    })
}

/// Leads that wait for an answer, the one that waits longest first; then, where there is room, the newest of the others.
async fn newest_rows(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<Row>, Failure> {
    let (scope, page) = (&workspace.member.scope, PageRequest::new(NEWEST, 0));
    let waiting = LeadFilter {
        sort: LeadSort::Oldest,
        ..needing(Need::Response)
    };
    let waiting = leads::list(tx, scope, &waiting, page).await?.items;
    let mut others = leads::list(tx, scope, &LeadFilter::default(), page).await?.items;
    others.retain(|other| waiting.iter().all(|lead| lead.lead.id != other.lead.id));
    let row = |lead| Row::new(lead, workspace);
    let found = waiting.into_iter().chain(others).take(NEWEST as usize);
    Ok(found.map(row).collect())
}

async fn latest(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<Entry>, Failure> {
    let (all, latest) = (ActivityFilter::default(), PageRequest::new(LATEST, 0));
    let found = activities::list(tx, &workspace.member.scope, &all, latest).await?;
    let entry = |row: activities::ActivityWithActor| {
        let when = workspace.zone.when(row.activity.occurred_at, workspace.now);
        Entry::new(row, when)
    };
    Ok(found.items.into_iter().map(entry).collect())
}

/// What the reader should do by the end of the day, soonest first.
async fn due_rows(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<reminders_page::Row>, Failure> {
    let (zone, now) = (&workspace.zone, workspace.now);
    let due = mine_before(workspace, zone.midnight(now));
    let found = reminders::list(tx, &workspace.member.scope, &due, PageRequest::new(MOST_DUE, 0)).await?;
    let row = |reminder| reminders_page::Row::new(reminder, zone, now);
    Ok(found.items.into_iter().map(row).collect())
}

fn mine_before(workspace: &Workspace, time: Timestamp) -> ReminderFilter {
    ReminderFilter {
        assigned_to: Some(workspace.member.person_id()),
        due_before: Some(time),
        ..ReminderFilter::default()
    }
}

/// Leads that wait for a plan, the oldest first: they are the likeliest to be forgotten.
async fn idle_rows(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<Row>, Failure> {
    let filter = LeadFilter {
        sort: LeadSort::Oldest,
        ..needing(Need::Action)
    };
    let found = leads::list(
        tx,
        &workspace.member.scope,
        &filter,
        PageRequest::new(MOST_DUE, 0),
    )
    .await?;
    let row = |lead| Row::new(lead, workspace);
    Ok(found.items.into_iter().map(row).collect())
}

/// Whoever did something on the site lately, the newest leads first.
async fn hot_rows(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<Hot>, Failure> {
    let filter = LeadFilter {
        is_hot: true,
        ..LeadFilter::default()
    };
    let scope = &workspace.member.scope;
    let found = leads::list(tx, scope, &filter, PageRequest::new(MOST_DUE, 0)).await?;
    let heat = Heat::find(tx, scope, &found.items, workspace.now).await?;
    let row = |lead| Hot {
        signs: heat.of(&lead),
        row: Row::new(lead, workspace),
    };
    Ok(found.items.into_iter().map(row).collect())
}

fn needing(need: Need) -> LeadFilter {
    LeadFilter {
        needs: Some(need),
        ..LeadFilter::default()
    }
}

async fn numbers(tx: &mut Tx, workspace: &Workspace) -> Result<([Tile; 5], Summary), Failure> {
    let (member, scope) = (&workspace.member, &workspace.member.scope);
    let count = async |tx: &mut Tx| workspace::count(tx, member, workspace.now).await;
    let size = |counts: &Summary| counts.lead_count + counts.activity_count;
    let kept = &workspace.numbers.summaries;
    let counts = kept
        .get(tx, workspace.reader(), "summary".to_owned(), (count, size))
        .await?;
    let idle = needing(Need::Action);
    let count_idle = async |tx: &mut Tx| leads::count(tx, scope, &idle).await;
    let idle = workspace.counted(tx, question(&idle), count_idle).await?;
    let overdue = reminders::count(tx, scope, &mine_before(workspace, workspace.now)).await?;
    let by_midnight = mine_before(workspace, workspace.zone.midnight(workspace.now));
    let today = reminders::count(tx, scope, &by_midnight).await? - overdue;
    let (actions, actions_today) = plans::count(tx, workspace).await?;
    let tile = |label, href, value, note| Tile {
        label,
        href,
        value: thousands(value),
        note,
    };
    let tiles = [
        tile(
            "New leads",
            "/leads?status=new",
            counts.new_lead_count,
            format!("{} in the last seven days", thousands(counts.recent_lead_count)),
        ),
        tile(
            "Waiting for an answer",
            "/leads?needs=response&sort=createdAt",
            counts.waiting_lead_count,
            waiting(counts.waiting_lead_count),
        ),
        tile(
            "Overdue reminders",
            "/reminders?assignedTo=me&due=overdue",
            overdue,
            format!("{} more due today", thousands(today)),
        ),
        tile(
            "Overdue next actions",
            "/leads?nextAction=overdue",
            actions,
            format!("{} more due today", thousands(actions_today)),
        ),
        tile(
            "No next action",
            "/leads?needs=action",
            idle,
            format!("of {}", amount(counts.lead_count, "lead")),
        ),
    ];
    Ok((tiles, counts))
}

fn waiting(count: i64) -> String {
    match count {
        0 => "Nobody is waiting".to_owned(),
        _ => format!("Answer within {} minutes", FirstResponse::DUE.as_mins()),
    }
}

fn totals(counts: &Summary) -> String {
    let leads = amount(counts.lead_count, "lead");
    let contacts = amount(counts.contact_count, "contact");
    let activities = match counts.activity_count {
        1 => "1 activity".to_owned(),
        many => format!("{} activities", thousands(many)),
    };
    format!("{leads}, {contacts} and {activities} in all.")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryOut<'a> {
    tenant_id: &'a TenantId,
    contact_count: i64,
    lead_count: i64,
    activity_count: i64,
    new_lead_count: i64,
    qualified_lead_count: i64,
    nurturing_lead_count: i64,
    won_lead_count: i64,
    lost_lead_count: i64,
    /// New leads that nobody answered.
    waiting_lead_count: i64,
    /// Leads of the last seven days.
    recent_lead_count: i64,
}

/// `/api/summary`: the same numbers for programs.
pub(crate) async fn summary(member: Member, State(app): State<App>) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let counts = workspace::count(&mut tx, &member, app.clock.now()).await?;
    Ok(json::ok(SummaryOut {
        tenant_id: member.scope.tenant_id(),
        contact_count: counts.contact_count,
        lead_count: counts.lead_count,
        activity_count: counts.activity_count,
        new_lead_count: counts.new_lead_count,
        qualified_lead_count: counts.qualified_lead_count,
        nurturing_lead_count: counts.nurturing_lead_count,
        won_lead_count: counts.won_lead_count,
        lost_lead_count: counts.lost_lead_count,
        waiting_lead_count: counts.waiting_lead_count,
        recent_lead_count: counts.recent_lead_count,
    }))
}
