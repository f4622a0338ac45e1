//! Where a worker is on its round through the tenants, and how far it came with each.
//!
//! An index keeps what was taken from it until nobody can see it any more: for as long as an old transaction is
//! open, a claim that begins at the front steps over every job that is done. So a worker goes on where it was, and
//! looks from the front only now and then, for what was put back, came late, or is of another tenant.

use std::{collections::BTreeMap, time::Instant};

use jiff::Timestamp;
use types::{JobId, TenantId};

use super::{
    TENANTS,
    take::{Order, Taken},
};

/// How far a claim came with a tenant: the last job that it took, in the order of claims.
pub(super) type Place = (Timestamp, JobId);

/// Whose turn it is, and after which place.
pub(super) type Turn = (TenantId, Option<Place>);

/// Looking around may take so much of a worker's time: a fifth.
const REST: u32 = 4;

/// What a worker remembers from claim to claim.
#[derive(Debug, Clone, Default)]
pub struct Round {
    /// The last tenant that was served; the next claim begins after it.
    after: Option<TenantId>,
    /// How many tenants the last claim served: so many share the next one.
    served: i64,
    /// Tenants that have more waiting than was taken.
    more: BTreeMap<TenantId, Option<Place>>,
    /// When to look around again.
    rested: Option<Instant>,
}

impl Round {
    /// Makes the next claim look at every tenant's jobs from the front.
    pub fn look_around(&mut self) {
        self.rested = None;
    }

    pub(super) fn looks_around(&self, now: Instant) -> bool {
        self.more.is_empty() || self.rested.is_none_or(|rested| rested <= now)
    }

    pub(super) const fn after(&self) -> Option<&TenantId> {
        self.after.as_ref()
    }

    /// Begins anew with these tenants.
    pub(super) fn meet(&mut self, tenants: Vec<TenantId>) {
        self.more = tenants.into_iter().map(|tenant_id| (tenant_id, None)).collect();
    }

    /// Who is served next, in order: the tenants after the last one served, then the others.
    pub(super) fn turns(&self) -> Vec<Turn> {
        let is_ahead = |turn: &&Turn| self.after.as_ref().is_none_or(|after| turn.0 > *after);
        let all: Vec<Turn> = self
            .more
            .iter()
            .map(|(tenant, place)| (tenant.clone(), *place))
            .collect();
        let ahead = all.iter().filter(is_ahead);
        let behind = all.iter().filter(|turn| !is_ahead(turn));
        ahead.chain(behind).take(2 * TENANTS).cloned().collect()
    }

    /// How many jobs each tenant may have in the next claim.
    pub(super) fn slice(&self, limit: i64) -> i64 {
        (limit / self.served.max(1)).max(1)
    }

    /// Remembers what was taken.
    pub(super) fn served(&mut self, turns: &[Turn], taken: &[Taken], order: &Order) {
        let cut_short = taken.len() as i64 == order.limit;
        let (mut served, mut last) = (0, None);
        for (tenant_id, _) in turns {
            let places = taken
                .iter()
                .filter(|taken| taken.job.scope.tenant_id() == tenant_id);
            let places: Vec<Place> = places.map(|taken| (taken.due_at, taken.job.id)).collect();
            if !places.is_empty() {
                served += 1;
                last = Some(tenant_id);
            }
            match places.iter().max() {
                Some(place) if cut_short || places.len() as i64 == order.slice => {
                    self.more.insert(tenant_id.clone(), Some(*place));
                }
                None if cut_short => {}
                Some(_) | None => {
                    self.more.remove(tenant_id);
                }
            }
        }
        if let Some(last) = last {
            self.after = Some(last.clone());
            self.served = served;
        }
    }

    /// Remembers what it cost to look around, and rests from it.
    pub(super) fn looked_around(&mut self, began: Instant) {
        let cost = began.elapsed();
        self.rest_until(began + cost + cost.saturating_mul(REST));
    }

    pub(super) const fn rest_until(&mut self, rested: Instant) {
        self.rested = Some(rested);
    }
}
