//! The pictures of the first page, drawn by the server: what happened this week, and how far leads came.

use std::cmp::Reverse;

use db::{
    Tx,
    tenant::summary::{self, Span},
};
use server::{Failure, page::thousands};
use types::LeadStatus;

use crate::workspace::Workspace;

/// Days in the picture.
const DAYS: i8 = 7;

/// A day: its numbers, and two bars in a picture of 100 by 100 that stretches to its place.
pub(super) struct Day {
    pub(super) label: String,
    pub(super) leads: i64,
    pub(super) visitors: Bar,
    pub(super) members: Bar,
}

/// A bar and what it stands for.
pub(super) struct Bar {
    pub(super) count: i64,
    pub(super) height: i64,
    pub(super) top: i64,
}

impl Bar {
    fn new(count: i64, most: i64) -> Self {
        // What is there at all is seen: two of a hundred is the least.
        let height = if count == 0 {
            0
        } else {
            (count * 100 / most.max(1)).max(2)
        };
        Self {
            count,
            height,
            top: 100 - height,
        }
    }
}

/// The week so far.
pub(super) struct Week {
    pub(super) days: Vec<Day>,
    /// What the picture says, for who does not see it.
    pub(super) sentence: String,
}

/// Counts the last seven of the reader's days.
pub(super) async fn week(tx: &mut Tx, workspace: &Workspace) -> Result<Week, Failure> {
    let days = workspace.zone.last_days(DAYS, workspace.now);
    let spans: Vec<_> = days.iter().map(|(_, span)| *span).collect();
    let question = format!("week {spans:?}");
    let count = async |tx: &mut Tx| summary::count_spans(tx, &workspace.member.scope, &spans).await;
    let size = |spans: &Vec<Span>| {
        spans
            .iter()
            .map(|span| span.visitor_count + span.member_count)
            .sum()
    };
    let kept = &workspace.numbers.weeks;
    let counts = kept.get(tx, workspace.reader(), question, (count, size)).await?;
    let most = counts
        .iter()
        .map(|span| span.visitor_count.max(span.member_count));
    let most = most.max().unwrap_or(0);
    let sum = |of: fn(&Span) -> i64| thousands(counts.iter().map(of).sum());
    Ok(Week {
        sentence: format!(
            "{} leads, {} things visitors did and {} things your team did in the last seven days.",
            sum(|span| span.lead_count),
            sum(|span| span.visitor_count),
            sum(|span| span.member_count),
        ),
        days: std::iter::zip(days, counts)
            .map(|((label, _), span)| Day {
                label,
                leads: span.lead_count,
                visitors: Bar::new(span.visitor_count, most),
                members: Bar::new(span.member_count, most),
            })
            .collect(),
    })
}

/// A status: how many stand there, as a share of the fullest.
pub(super) struct Step {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) count: String,
    pub(super) width: i64,
    /// Of all leads, in percent.
    pub(super) share: i64,
}

/// How many leads stand where.
pub(super) fn funnel(count: impl Fn(LeadStatus) -> i64) -> Vec<Step> {
    let counts: Vec<_> = LeadStatus::ALL
        .iter()
        .map(|status| (*status, count(*status)))
        .collect();
    let (most, all) = counts
        .iter()
        .fold((1, 0), |(most, all), (_, count)| (most.max(*count), all + count));
    let shares = shares(counts.iter().map(|(_, count)| *count).collect(), all);
    let step = |((status, count), share): ((LeadStatus, i64), i64)| Step {
        label: status.label(),
        href: format!("/leads?status={status}"),
        width: Bar::new(count, most).height,
        share,
        count: thousands(count),
    };
    counts.into_iter().zip(shares).map(step).collect()
}

/// Each count in percent of all. What cutting off leaves goes to those that lost most by it, so that they add up to 100.
fn shares(counts: Vec<i64>, all: i64) -> Vec<i64> {
    let all = all.max(1);
    let mut shares: Vec<_> = counts.iter().map(|count| count * 100 / all).collect();
    let mut by_loss: Vec<_> = (0..counts.len()).collect();
    // Stable: of two that lost the same, the first.
    by_loss.sort_by_key(|step| Reverse(counts[*step] * 100 % all));
    let lost: i64 = counts.iter().map(|count| count * 100 % all).sum::<i64>() / all;
    for step in by_loss.into_iter().take(usize::try_from(lost).unwrap_or(0)) {
        shares[step] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bar_is_as_high_as_its_share_and_never_unseen() {
        let heights = [0, 1, 50, 1_000].map(|count| Bar::new(count, 1_000).height);
        assert_eq!(heights, [0, 2, 5, 100]);
        assert_eq!(Bar::new(0, 0).height, 0);
    }

    proptest! {
        #[test]
        fn shares_add_up_to_a_hundred_and_none_is_a_whole_percent_off(
            counts in proptest::collection::vec(0..1_000_i64, 5),
        ) {
            let all: i64 = counts.iter().sum();
            let shares = shares(counts.clone(), all);

            prop_assert_eq!(shares.iter().sum::<i64>(), if all > 0 { 100 } else { 0 });
            for (count, share) in counts.iter().zip(shares) {
                prop_assert!((share * all - count * 100).abs() < all.max(1), "{} of {}: {}", count, all, share);
            }
        }
    }

    #[test]
    fn what_a_funnel_cuts_off_goes_to_those_that_lost_most() {
        assert_eq!(shares(vec![9, 13, 12, 5, 4], 43), [21, 30, 28, 12, 9]);
        assert_eq!(shares(vec![1, 1, 1, 0, 0], 3), [34, 33, 33, 0, 0]);
    }

    #[test]
    fn a_funnel_compares_with_the_fullest_and_shares_the_whole() {
        let steps = funnel(|status| match status {
            LeadStatus::New => 40,
            LeadStatus::Won => 10,
            _ => 0,
        });
        let read: Vec<_> = steps
            .iter()
            .map(|step| (step.label, step.width, step.share))
            .collect();
        assert_eq!(read[0], ("New", 100, 80));
        assert_eq!(read[3], ("Won", 25, 20));
        assert_eq!(read[4], ("Lost", 0, 0));
    }
}
