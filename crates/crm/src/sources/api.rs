//! `/api/sources`: the numbers for programs.

use axum::{extract::State, response::Response};
use db::tenant::sources::SourceNumbers;
use serde_json::{Value, json};
use server::{Failure, Params, json as answers};

use super::answer;
use crate::{app::App, workspace::Workspace};

/// Answers what became of the leads of a time, by source.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let answer = answer(&mut tx, &workspace, &params).await?;
    let (period, report) = (&answer.period, &answer.report);
    let source = |(source, numbers): &(String, SourceNumbers)| with("source", json!(source), numbers);
    Ok(answers::ok(json!({
        "tenantId": scope.tenant_id(),
        "from": period.from,
        "to": period.to,
        // What `/api/leads` is asked for the leads behind a number.
        "createdFrom": period.times.0,
        "createdTo": period.times.1,
        "sources": report.sources.iter().map(source).collect::<Vec<_>>(),
        "others": report.others.as_ref().map(|(count, numbers)| with("sourceCount", json!(count), numbers)),
        "all": numbers(&report.all),
        "nextOffset": answer.next_offset(),
    })))
}

fn with(name: &str, value: Value, of: &SourceNumbers) -> Value {
    let mut out = numbers(of);
    out[name] = value;
    out
}

fn numbers(of: &SourceNumbers) -> Value {
    json!({
        "leadCount": of.leads,
        "answeredCount": of.answered,
        "answeredInTimeCount": of.answered_in_time,
        "medianResponseSeconds": of.median_wait.map(|wait| wait.as_secs()),
        "appointmentCount": of.appointments,
        "qualifiedCount": of.qualified,
        "wonCount": of.won,
        "lostCount": of.lost,
        "wonValue": of.won_value.whole_dollars(),
    })
}
