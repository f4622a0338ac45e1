//! The queue on a page: what waits, what was given up and why, letting it wait and go on.

use askama::Template;
use axum::response::Response;
use db::platform::{
    bulk_actions,
    error_groups::{self, ErrorGroup},
    jobs::{self, DeadLetter, DeadLetterFilter},
    queue as rows,
    queue_statistics::{self, Statistics, Totals},
    queue_trends::{self, Trends},
};
use jiff::SignedDuration;
use server::{
    Facts, Failure, Flash, Form, Frame, Params,
    page::{self, Pager},
};
use types::{Page, TenantId};

use super::{actions::Row, api::asked_for, spark::Spark};
use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    tenants::look_up,
    view::{Time, age},
};

#[derive(Template)]
#[template(path = "queue/list.html")]
struct QueuePage {
    frame: Frame,
    kpis: Vec<(&'static str, String, String)>,
    paused: Vec<(String, String, Time)>,
    lines: Vec<Line>,
    /// Lines that there are and the page does not show.
    more_lines: i64,
    groups: Vec<Group>,
    dead: Vec<Dead>,
    actions: Vec<Row>,
    pager: Pager,
    tenant: String,
    reason: String,
    is_filtered: bool,
    total: u64,
    may_move: bool,
}

struct Line {
    tenant: String,
    event_type: String,
    pending: i64,
    processing: i64,
    dead_letter: i64,
    processed: i64,
    oldest: Option<String>,
    failures: i64,
    /// Depth, rate, oldest age and failures, by the hour.
    sparks: [Spark; 4],
}

struct Group {
    pattern: String,
    count: i64,
    tenants: usize,
    last: Time,
    example: String,
    /// The beginning of the error that has nothing of one case in it, to filter by.
    reason: String,
}

struct Dead {
    id: String,
    tenant: String,
    event_type: String,
    error: String,
    attempts: i64,
    at: Option<Time>,
}

/// The hours that "done" counts.
const HOURS: i64 = 24;

/// Bulk actions that the page shows.
const LATEST_ACTIONS: usize = 5;

/// Lines by tenant and type that the page shows: each is drawn with four small lines.
const MOST_LINES: usize = 100;

/// Shows the queue.
pub(crate) async fn list(operator: Operator, asked: Params, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (filter, request) = asked_for(&acting, &asked).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let since = acting.now - SignedDuration::from_hours(HOURS);
    let of_tenant = filter.tenant_id.as_ref();
    let mut statistics = queue_statistics::list(&mut tx, acting.platform, of_tenant, since).await?;
    statistics.lines.truncate(MOST_LINES);
    let Statistics { lines, totals } = statistics;
    let paused = rows::paused(&mut tx, acting.platform).await?;
    let groups = error_groups::list_groups(&mut tx, acting.platform, of_tenant).await?;
    let trends = queue_trends::list(&mut tx, acting.platform, &lines, acting.now).await?;
    let actions = bulk_actions::list(&mut tx, acting.platform).await?;
    let all = DeadLetterFilter {
        tenant_id: filter.tenant_id.clone(),
        reason: filter.reason.clone(),
        ..DeadLetterFilter::all()
    };
    let total = jobs::count_dead(&mut tx, acting.platform, &all).await?;
    let dead = Page::from_fetched(jobs::list_dead(&mut tx, acting.platform, &filter).await?, request);
    let counted = i64::try_from(total).unwrap_or(i64::MAX);
    let pager = Pager::of("dead letters", ("/queue", &asked), &dead, Some(counted));
    page::private(&QueuePage {
        frame: frame.in_shell(console_shell(operator.profile())),
        kpis: kpis(&totals, acting.now),
        paused: paused
            .into_iter()
            .map(|pause| (pause.scope, pause.paused_by, Time::new(pause.paused_at)))
            .collect(),
        more_lines: totals.lines - i64::try_from(lines.len()).unwrap_or(i64::MAX),
        lines: lines
            .iter()
            .map(|line| Line::of(line, (acting.now, &trends)))
            .collect(),
        groups: groups.into_iter().map(Group::of).collect(),
        dead: dead.items.into_iter().map(Dead::of).collect(),
        actions: actions.iter().take(LATEST_ACTIONS).map(Row::of).collect(),
        pager,
        tenant: asked.get("tenant").to_owned(),
        reason: asked.get("reason").to_owned(),
        is_filtered: filter.tenant_id.is_some() || filter.reason.is_some(),
        total,
        may_move: operator.has(Permission::RequeueJobs),
    })
}

fn kpis(totals: &Totals, now: jiff::Timestamp) -> Vec<(&'static str, String, String)> {
    let oldest = totals
        .oldest_pending_at
        .map(|at| age(now.duration_since(at).as_secs().max(0)));
    vec![
        (
            "Waiting",
            page::thousands(totals.pending),
            oldest.map_or_else(
                || "nothing waits".to_owned(),
                |age| format!("the oldest for {age}"),
            ),
        ),
        (
            "Being worked on",
            page::thousands(totals.processing),
            "under a lease".to_owned(),
        ),
        (
            "Dead letters",
            page::thousands(totals.dead_letter),
            "until somebody decides".to_owned(),
        ),
        (
            "Done",
            page::thousands(totals.processed),
            format!("in the last {HOURS} hours"),
        ),
    ]
}

impl Line {
    fn of(line: &queue_statistics::Line, (now, trends): (jiff::Timestamp, &Trends)) -> Self {
        let key = (line.tenant_id.clone(), line.event_type.clone());
        let trend = trends.get(&key);
        let spark = |what, of: fn(&queue_trends::Trend) -> &[i64]| {
            Spark::of(what, trend.map_or(&[0; queue_trends::HOURS][..], of))
        };
        Self {
            tenant: line.tenant_id.to_string(),
            event_type: line.event_type.clone(),
            pending: line.pending,
            processing: line.processing,
            dead_letter: line.dead_letter,
            processed: line.processed,
            oldest: line
                .oldest_pending_at
                .map(|at| age(now.duration_since(at).as_secs().max(0))),
            failures: trend.map_or(0, |trend| trend.failures.iter().sum()),
            sparks: [
                spark("Waiting", |trend| &trend.depth),
                spark("Done", |trend| &trend.done),
                spark("Hours the oldest waited", |trend| &trend.oldest_hours),
                spark("Failed attempts", |trend| &trend.failures),
            ],
        }
    }
}

impl Group {
    fn of(group: ErrorGroup) -> Self {
        let end = group.pattern.find(['N', '<', '"']);
        Self {
            reason: group.pattern[..end.unwrap_or(group.pattern.len())]
                .trim_end()
                .to_owned(),
            pattern: group.pattern,
            count: group.jobs,
            tenants: group.tenants.len(),
            last: Time::new(group.last_at),
            example: group.example.to_string(),
        }
    }
}

impl Dead {
    fn of(job: DeadLetter) -> Self {
        Self {
            id: job.id.to_string(),
            tenant: job.tenant_id.to_string(),
            event_type: job.event_type,
            error: job.last_error.unwrap_or_default(),
            attempts: job.attempt_count,
            at: job.dead_lettered_at.map(Time::new),
        }
    }
}

/// Lets jobs wait, or go on, of one tenant or of all.
pub(crate) async fn switch(operator: Operator, facts: Facts, Form(typed): Form) -> Result<Response, Failure> {
    let acting = operator.acting();
    let tenant = match typed.filled("tenant").filter(|scope| *scope != "*") {
        Some(named) => Some(look_up(&acting, named).await?.id),
        None => None,
    };
    let tenant = tenant.as_ref().map(TenantId::as_str);
    let whose = tenant.unwrap_or("every tenant");
    let text = if super::pause(&acting, tenant).await? {
        format!("Jobs of {whose} wait until they are resumed. What visitors send is still accepted.")
    } else {
        format!("Jobs of {whose} waited already.")
    };
    Ok(Flash::success(text).on(page::see_other("/queue"), &facts))
}

/// Lets paused jobs go on.
pub(crate) async fn resume(operator: Operator, facts: Facts, Form(typed): Form) -> Result<Response, Failure> {
    let acting = operator.acting();
    let tenant = typed.filled("tenant").filter(|scope| *scope != "*");
    super::resume(&acting, tenant).await?;
    let whose = tenant.unwrap_or("every tenant");
    Ok(Flash::success(format!("Jobs of {whose} go on.")).on(page::see_other("/queue"), &facts))
}
