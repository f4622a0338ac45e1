//! What a filter says of now. It is asked of the database's clock when a list is read: a filter that is kept says no time.

use jiff::Timestamp;
use types::{FirstResponse, ResponseState};

use super::{
    LeadFilter, Need,
    narrow::{due_before, needs},
};
use crate::{
    Result, TenantScope, Tx,
    backend::Query,
    tenant::{assignment, heat},
};

/// The times that a filter goes by.
#[derive(Default)]
pub(super) struct Moments {
    hot_at: Option<Timestamp>,
    response: Option<Response>,
    overdue_at: Option<Timestamp>,
}

/// Which leads nobody answered, by when they came.
struct Response {
    state: ResponseState,
    /// Who came then or before is late.
    late: Timestamp,
    /// Who came then or before is overdue.
    overdue: Timestamp,
}

impl Moments {
    pub(super) async fn of(tx: &mut Tx, scope: &TenantScope, filter: &LeadFilter) -> Result<Self> {
        if !filter.is_hot && !filter.is_overdue && filter.response.is_none() {
            return Ok(Self::default());
        }
        let now = tx.time().await?;
        let response = match filter.response {
            Some(state) => {
                let hours = assignment::settings(tx, scope).await?.office_hours();
                Some(Response {
                    state,
                    late: hours.before(now, FirstResponse::LATE),
                    overdue: hours.before(now, FirstResponse::DUE),
                })
            }
            None => None,
        };
        Ok(Self {
            hot_at: filter.is_hot.then_some(now),
            overdue_at: filter.is_overdue.then_some(now),
            response,
        })
    }

    /// Adds what the filter asks.
    pub(super) fn narrowed<'tx>(&self, mut query: Query<'tx>) -> Query<'tx> {
        if let Some(response) = &self.response {
            query = response.narrowed(query.and(needs(Need::Response)));
        }
        if let Some(now) = self.overdue_at {
            query = due_before(query, now);
        }
        match self.hot_at {
            Some(now) => heat::narrowed(query, now),
            None => query,
        }
    }
}

impl Response {
    fn narrowed<'tx>(&self, query: Query<'tx>) -> Query<'tx> {
        match self.state {
            ResponseState::Waiting => query.and_with(" AND leads.created_at > $", self.late),
            ResponseState::Late => query
                .and_with(" AND leads.created_at <= $", self.late)
                .and_with(" AND leads.created_at > $", self.overdue),
            ResponseState::Overdue => query.and_with(" AND leads.created_at <= $", self.overdue),
        }
    }
}
