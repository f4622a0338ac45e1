//! `/sources`: where leads come from, how soon they are answered, and what becomes of them.

pub(crate) mod api;
mod columns;
pub(crate) mod page;
mod period;
#[cfg(test)]
mod tests;

use db::{
    Tx,
    tenant::sources::{self, SourceReport, SourceSpan},
};
use server::{Failure, Params};

use self::{columns::Order, period::Period};
use crate::workspace::Workspace;

/// What somebody asked, and the answer.
struct Answer {
    period: Period,
    order: Order,
    offset: i64,
    /// The sources in the order that was asked for.
    report: SourceReport,
}

impl Answer {
    /// Where the sources go on, if there are more.
    fn next_offset(&self) -> Option<i64> {
        self.report.others.as_ref().map(|_| self.offset + sources::MOST)
    }
}

/// Reads what is asked, and looks it up.
async fn answer(tx: &mut Tx, workspace: &Workspace, params: &Params) -> Result<Answer, Failure> {
    let period = Period::read(params, &workspace.zone, workspace.now)?;
    let order = Order::read(params)?;
    let offset = i64::from(params.page().offset());
    let (from, before) = period.times;
    let span = SourceSpan { from, before, offset };
    let scope = &workspace.member.scope;
    let count = async |tx: &mut Tx| sources::report(tx, scope, span).await;
    let size = |report: &SourceReport| report.all.leads;
    let kept = &workspace.numbers.sources;
    let question = format!("{span:?}");
    let mut report = kept.get(tx, workspace.reader(), question, (count, size)).await?;
    order.sort(&mut report.sources);
    Ok(Answer {
        period,
        order,
        offset,
        report,
    })
}
