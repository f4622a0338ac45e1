//! Whose turn it is under a round robin in which some have more turns than others.

/// The turns of a round, by whose they are: each has as many as their share, spread over the round.
///
/// Whoever waited longest for what is theirs is next, so that three of four leads are not three in a row.
pub(super) fn round(shares: &[u8]) -> Vec<usize> {
    let all: i32 = shares.iter().map(|share| i32::from(*share)).sum();
    let mut owed = vec![0; shares.len()];
    let turn = |_| {
        for (owed, share) in owed.iter_mut().zip(shares) {
            *owed += i32::from(*share);
        }
        // Of equals the first: the last that is met from the end.
        let next = (0..owed.len()).rev().max_by_key(|place| owed[*place]);
        let next = next.unwrap_or_default();
        owed[next] -= all;
        next
    };
    (0..all).map(turn).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::round;

    #[test]
    fn turns_are_spread_over_the_round() {
        assert_eq!(round(&[1, 1, 1]), [0, 1, 2]);
        assert_eq!(round(&[3, 1]), [0, 0, 1, 0]);
        assert_eq!(round(&[2, 1, 1]), [0, 1, 2, 0]);
        assert_eq!(round(&[]), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn each_has_as_many_turns_as_their_share(shares in prop::collection::vec(1..=10_u8, 1..8)) {
            let round = round(&shares);
            for (place, share) in shares.iter().enumerate() {
                let turns = round.iter().filter(|turn| **turn == place).count();
                prop_assert_eq!(turns, usize::from(*share));
            }
        }
    }
}
