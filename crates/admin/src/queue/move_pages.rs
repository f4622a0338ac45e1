//! What a form does to dead letters: first what would happen, then, once that is confirmed, it happens.

use std::time::Duration;

use askama::Template;
use axum::{extract::State, response::Response};
use db::platform::{bulk_actions::Meant, jobs::DeadLetterFilter};
use server::{Facts, Failure, Flash, Form, Frame, Params, Submitted, page};
use types::{BulkKind, DeadLetterMove, JobId};

use super::{api::asked_for, bulk};
use crate::{Acting, Refusal, app::App, operator::Operator, shell::console_shell};

/// How long a form waits for its bulk action before it shows how far that is.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a form says is to be done, and to which dead letters.
struct Order {
    how: DeadLetterMove,
    meant: Meant,
}

impl Order {
    async fn read(acting: &Acting<'_>, typed: &Submitted) -> Result<Self, Failure> {
        let how = match typed.get("action") {
            "requeue" => DeadLetterMove::Requeue,
            "discard" => DeadLetterMove::Discard(typed.get("why").trim().to_owned()),
            _ => {
                return Err(Failure::invalid(
                    "/action",
                    "unknown",
                    "That cannot be done to a job.",
                ));
            }
        };
        if typed.get("scope") != "all" {
            let chosen = typed.all("job").filter_map(|id| id.parse().ok()).collect();
            let meant = Meant::Chosen(chosen);
            return Ok(Self { how, meant });
        }
        let (filter, _) = asked_for(acting, &Params(typed.clone())).await?;
        let meant = Meant::Matching(DeadLetterFilter {
            tenant_id: filter.tenant_id,
            reason: filter.reason,
            ..DeadLetterFilter::all()
        });
        Ok(Self { how, meant })
    }

    /// Discarded without a word why.
    fn is_silent(&self) -> bool {
        self.how.why().is_some_and(str::is_empty)
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
    let acting = operator.acting();
    let order = Order::read(&acting, &typed).await?;
    if typed.get("confirmed") != "yes" || order.is_silent() {
        return rehearse(&operator, (frame, &typed), order).await;
    }
    if let Meant::Chosen(chosen) = &order.meant
        && let [id] = chosen[..]
    {
        let flash = move_one(&acting, id, &order.how).await?;
        return Ok(flash.on(page::see_other("/queue"), &facts));
    }
    let begun = bulk::begin(&acting, order.meant, order.how).await?;
    bulk::Hands::of(&app, operator.scope())
        .go_on(begun.id, PATIENCE)
        .await?;
    Ok(page::see_other(&format!("/queue/actions/{}", begun.id)))
}

async fn move_one(acting: &Acting<'_>, id: JobId, how: &DeadLetterMove) -> Result<Flash, Failure> {
    let done = match how.kind() {
        BulkKind::Requeue => "back in line",
        BulkKind::Discard => "discarded",
    };
    match super::move_one(acting, id, how).await {
        Ok(_) => Ok(Flash::success(format!("1 dead letter is {done}."))),
        Err(Refusal::Conflict { detail, .. }) => Ok(Flash::danger(detail)),
        Err(other) => Err(other.into()),
    }
}

/// The dry run.
async fn rehearse(
    operator: &Operator,
    (frame, typed): (Frame, &Submitted),
    order: Order,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (count, refused, chosen) = match &order.meant {
        Meant::Matching(filter) => (bulk::look(&acting, filter).await?, Vec::new(), &[][..]),
        Meant::Chosen(chosen) => {
            let staying = bulk::ineligible(&acting, chosen).await?;
            let moving = (chosen.len() - staying.len()) as u64;
            let refused = staying.into_iter().map(|job| (job.id.to_string(), job.why));
            (moving, refused.collect(), &chosen[..])
        }
    };
    let (verb, is_discard) = match order.how.kind() {
        BulkKind::Requeue => ("Requeue", false),
        BulkKind::Discard => ("Discard", true),
    };
    let trouble = (typed.get("confirmed") == "yes").then_some("Say why these are not wanted.");
    page::private(&ConfirmPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        verb,
        is_discard,
        count,
        refused,
        scope: match &order.meant {
            Meant::Matching(_) => "all",
            Meant::Chosen(_) => "chosen",
        },
        tenant: typed.get("tenant").to_owned(),
        reason: typed.get("reason").to_owned(),
        why: typed.get("why").to_owned(),
        trouble,
        chosen: chosen.iter().map(ToString::to_string).collect(),
    })
}
