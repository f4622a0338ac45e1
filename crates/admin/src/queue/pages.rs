//! The queue on a page: what waits, what was given up and why, and what is done about it.

use std::time::Duration;

use askama::Template;
use axum::{extract::State, response::Response};
use db::platform::{
    bulk_actions,
    error_groups::{self, ErrorGroup},
    jobs::{self, DeadLetter, DeadLetterFilter},
    queue as rows,
    queue_trends::{self, Trends},
};
use jiff::SignedDuration;
use server::{
    Facts, Failure, Flash, Form, Frame, Params, Submitted,
    page::{self, Pager},
};
use types::{JobId, Page, TenantId};

use super::{Move, actions::Row, api::asked_for, bulk, spark::Spark};
use crate::{
    Acting,
    app::App,
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

/// How long a form waits for its bulk action before it shows how far that is.
const PATIENCE: Duration = Duration::from_secs(3);

/// Shows the queue.
pub(crate) async fn list(operator: Operator, asked: Params, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (filter, request) = asked_for(&acting, &asked).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let since = acting.now - SignedDuration::from_hours(HOURS);
    let lines = rows::statistics(&mut tx, acting.platform, since).await?;
    let paused = rows::paused(&mut tx, acting.platform).await?;
    let groups = error_groups::list_groups(&mut tx, acting.platform, filter.tenant_id.as_ref()).await?;
    let trends = queue_trends::list(&mut tx, acting.platform, acting.now).await?;
    let actions = bulk_actions::list(&mut tx, acting.platform).await?;
    let all = DeadLetterFilter {
        limit: i64::MAX,
        offset: 0,
        ..filter.clone()
    };
    let total = jobs::count_dead(&mut tx, acting.platform, &all).await?;
    let dead = Page::from_fetched(jobs::list_dead(&mut tx, acting.platform, &filter).await?, request);
    let counted = i64::try_from(total).unwrap_or(i64::MAX);
    let pager = Pager::of("dead letters", ("/queue", &asked), &dead, Some(counted));
    let mine = |line: &&rows::Line| filter.tenant_id.as_ref().is_none_or(|id| line.tenant_id == *id);
    page::private(&QueuePage {
        frame: frame.in_shell(console_shell(operator.profile())),
        kpis: kpis(&lines, acting.now),
        paused: paused
            .into_iter()
            .map(|pause| (pause.scope, pause.paused_by, Time::new(pause.paused_at)))
            .collect(),
        lines: lines
            .iter()
            .filter(mine)
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

fn kpis(lines: &[rows::Line], now: jiff::Timestamp) -> Vec<(&'static str, String, String)> {
    let sum = |of: fn(&rows::Line) -> i64| page::thousands(lines.iter().map(of).sum());
    let oldest = lines.iter().filter_map(|line| line.oldest_pending_at).min();
    let oldest = oldest.map(|at| age(now.duration_since(at).as_secs().max(0)));
    vec![
        (
            "Waiting",
            sum(|line| line.pending),
            oldest.map_or_else(
                || "nothing waits".to_owned(),
                |age| format!("the oldest for {age}"),
            ),
        ),
        (
            "Being worked on",
            sum(|line| line.processing),
            "under a lease".to_owned(),
        ),
        (
            "Dead letters",
            sum(|line| line.dead_letter),
            "until somebody decides".to_owned(),
        ),
        (
            "Done",
            sum(|line| line.processed),
            format!("in the last {HOURS} hours"),
        ),
    ]
}

impl Line {
    fn of(line: &rows::Line, (now, trends): (jiff::Timestamp, &Trends)) -> Self {
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

/// What a form says is to be done, and to which dead letters.
struct Order {
    how: Move,
    chosen: Vec<JobId>,
    filter: DeadLetterFilter,
    is_all: bool,
}

impl Order {
    async fn read(acting: &Acting<'_>, typed: &Submitted) -> Result<Self, Failure> {
        let how = match typed.get("action") {
            "requeue" => Move::Requeue,
            "discard" => Move::Discard(typed.get("why").trim().to_owned()),
            _ => {
                return Err(Failure::invalid(
                    "/action",
                    "unknown",
                    "That cannot be done to a job.",
                ));
            }
        };
        let (filter, _) = asked_for(acting, &Params(typed.without("limit").without("offset"))).await?;
        Ok(Self {
            how,
            chosen: typed.all("job").filter_map(|id| id.parse().ok()).collect(),
            filter: DeadLetterFilter {
                limit: i64::MAX,
                offset: 0,
                ..filter
            },
            is_all: typed.get("scope") == "all",
        })
    }
}

#[derive(Template)]
#[template(path = "queue/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    verb: &'static str,
    is_discard: bool,
    /// How many would be moved.
    count: u64,
    /// Which would not, and why.
    refused: Vec<(String, String)>,
    scope: &'static str,
    tenant: String,
    reason: String,
    why: String,
    /// Why it cannot go on like this.
    trouble: Option<&'static str>,
    chosen: Vec<String>,
}

/// Shows what would happen; or does it, once that was confirmed.
pub(crate) async fn act(
    operator: Operator,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let order = Order::read(&operator.acting(), &typed).await?;
    let is_silent = matches!(&order.how, Move::Discard(why) if why.is_empty());
    if typed.get("confirmed") != "yes" || is_silent {
        return rehearse(&operator, (frame, &typed), order).await;
    }
    let acting = operator.acting();
    if order.is_all {
        let begun = bulk::begin(&acting, &order.filter, &order.how).await?;
        bulk::Hands::of(&app, operator.scope())
            .go_on(begun.id, PATIENCE)
            .await?;
        return Ok(page::see_other(&format!("/queue/actions/{}", begun.id)));
    }
    let chosen = bulk::move_chosen(&acting, &order.chosen, Some(&order.how)).await?;
    let skipped = chosen.iter().filter(|job| job.refused.is_some()).count();
    let moved = chosen.len() - skipped;
    let done = match order.how {
        Move::Requeue => "back in line",
        Move::Discard(_) => "discarded",
    };
    let mut text = match moved {
        1 => format!("1 dead letter is {done}."),
        _ => format!("{moved} dead letters are {done}."),
    };
    match skipped {
        0 => {}
        1 => text.push_str(" 1 was moved by somebody else meanwhile."),
        _ => text.push_str(&format!(" {skipped} were moved by somebody else meanwhile.")),
    }
    Ok(Flash::success(text).on(page::see_other("/queue"), &facts))
}

/// The dry run.
async fn rehearse(
    operator: &Operator,
    (frame, typed): (Frame, &Submitted),
    order: Order,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (count, refused) = if order.is_all {
        (bulk::look(&acting, &order.filter).await?, Vec::new())
    } else {
        let chosen = bulk::move_chosen(&acting, &order.chosen, None).await?;
        let refused: Vec<_> = chosen
            .iter()
            .filter_map(|job| Some((job.id.to_string(), job.refused.clone()?)))
            .collect();
        ((chosen.len() - refused.len()) as u64, refused)
    };
    let is_discard = matches!(order.how, Move::Discard(_));
    let trouble = (typed.get("confirmed") == "yes").then_some("Say why these are not wanted.");
    page::private(&ConfirmPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        verb: if is_discard { "Discard" } else { "Requeue" },
        is_discard,
        count,
        refused,
        scope: if order.is_all { "all" } else { "chosen" },
        tenant: typed.get("tenant").to_owned(),
        reason: typed.get("reason").to_owned(),
        why: typed.get("why").to_owned(),
        trouble,
        chosen: order.chosen.iter().map(ToString::to_string).collect(),
    })
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
