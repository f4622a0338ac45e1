//! What makes a form look as if a machine had sent it, and when that is enough to have somebody look first.
//!
//! A machine's form that gets through costs an agent a minute; a customer who is kept waiting may be a sale. So nothing
//! is refused and nothing dropped: at [`HELD_FROM`] points a lead waits on a page of its own until a member has looked.
//! What no person does to a form is enough by itself: to fill in what they cannot see, to write faster than anybody, to
//! send one that was never drawn, to list links by the dozen. What people may do adds up, and whoever corrects what they
//! sent ([`Sign::Reused`]) and names a few homes by their links stays below it.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;

/// From so many points on somebody looks first.
///
/// A sign that only machines leave has as many by itself. A list of links (40) stays below it on a form of ours, and so
/// does a program (40) that sends what people say; a program that sends a list of links does not.
pub const HELD_FROM: u8 = 80;

/// Nothing is more suspicious than this.
const MOST: u8 = 100;

text_enum! {
    /// What machines do, and people rarely.
    pub enum Sign {
        /// Filled in the field that people do not see.
        Trap = "trap",
        /// Sent the form sooner than anybody types.
        Haste = "haste",
        /// Sent a form that this site never drew.
        Strange = "strange_form",
        /// Came from a program, which has no form to show.
        Undrawn = "no_form",
        /// Sent one drawing of a form again, with other words.
        Reused = "reused_form",
        /// Wrote one or two links.
        Links = "links",
        /// Wrote three or more.
        ManyLinks = "many_links",
        /// Wrote ten or more.
        Flood = "flood_of_links",
    }
}

impl Sign {
    /// How much it weighs.
    pub const fn points(self) -> u8 {
        match self {
            Self::Trap | Self::Haste | Self::Strange | Self::Flood => HELD_FROM,
            Self::Undrawn | Self::ManyLinks => 40,
            Self::Reused => 30,
            Self::Links => 10,
        }
    }

    /// The reason, as people read it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Trap => "Filled in a field that people do not see",
            Self::Haste => "Sent within three seconds of opening the page",
            Self::Strange => "Came from no form of this website",
            Self::Undrawn => "Came from a program, not from a form",
            Self::Reused => "Sent the same form before, with other words",
            Self::Links => "Has a link in it",
            Self::ManyLinks => "Has three links or more in it",
            Self::Flood => "Has ten links or more in it",
        }
    }

    /// The sign that the links in texts are, if there are any.
    pub fn of_links<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        match texts.into_iter().map(links_in).sum() {
            0 => None,
            1 | 2 => Some(Self::Links),
            3..=9 => Some(Self::ManyLinks),
            _ => Some(Self::Flood),
        }
    }
}

/// How many links a text has: what begins like one, with or without its protocol.
fn links_in(text: &str) -> usize {
    let text = text.to_ascii_lowercase();
    let words = text.split(|letter: char| letter.is_whitespace() || "<>()[]\"'".contains(letter));
    words
        .filter(|word| word.contains("://") || word.starts_with("www."))
        .count()
}

/// What speaks against a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suspicion {
    /// Each once, in their own order.
    signs: Vec<Sign>,
}

impl Suspicion {
    /// The suspicion of these signs; none without any.
    pub fn of(signs: impl IntoIterator<Item = Sign>) -> Option<Self> {
        let mut signs: Vec<_> = signs.into_iter().collect();
        signs.sort_unstable();
        signs.dedup();
        (!signs.is_empty()).then_some(Self { signs })
    }

    /// The same and one sign more.
    #[must_use]
    pub fn and(known: Option<Self>, sign: Sign) -> Self {
        let known = known.unwrap_or_default().signs;
        Self::of(known.into_iter().chain([sign])).unwrap_or_default()
    }

    /// What speaks against it.
    pub fn signs(&self) -> &[Sign] {
        &self.signs
    }

    /// How much, from 0 to 100.
    pub fn score(&self) -> u8 {
        let points = self.signs.iter().map(|sign| sign.points());
        points.fold(0_u8, u8::saturating_add).min(MOST)
    }

    /// Whether somebody looks first.
    pub fn is_held(&self) -> bool {
        self.score() >= HELD_FROM
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(signs: &[Sign]) -> u8 {
        Suspicion::of(signs.iter().copied()).map_or(0, |suspicion| suspicion.score())
    }

    fn some_signs() -> impl Strategy<Value = Vec<Sign>> {
        prop::collection::vec(prop::sample::select(Sign::ALL), 0..8)
    }

    proptest! {
        #[test]
        fn one_more_sign_never_makes_it_less_suspicious(
            signs in some_signs(), more in prop::sample::select(Sign::ALL),
        ) {
            let known = Suspicion::of(signs.iter().copied());

            prop_assert!(Suspicion::and(known, more).score() >= score(&signs));
        }

        #[test]
        fn neither_order_nor_repetition_matter(signs in some_signs()) {
            let mut other = signs.clone();
            other.reverse();
            other.extend(&signs);

            prop_assert_eq!(score(&other), score(&signs));
            prop_assert!(score(&signs) <= MOST);
        }

        #[test]
        fn any_text_has_its_links_counted(text in ".{0,200}") {
            let links = text.matches("://").count() + text.matches("www.").count();

            prop_assert!(Sign::of_links([text.as_str()]).is_none() || links > 0);
        }
    }

    fn is_held(signs: &[Sign]) -> bool {
        Suspicion::of(signs.iter().copied()).is_some_and(|suspicion| suspicion.is_held())
    }

    #[test]
    fn nothing_a_person_may_do_is_held() {
        for (signs, who) in [
            (&[Sign::Reused, Sign::ManyLinks][..], "corrected a list of homes"),
            (&[Sign::Reused, Sign::Links], "corrected the name of a home"),
            (
                &[Sign::Undrawn, Sign::Links],
                "wrote through another program of theirs",
            ),
        ] {
            assert!(!is_held(signs), "{who}");
        }
    }

    #[test]
    fn what_only_machines_do_is_held() {
        for signs in [
            &[Sign::Trap][..],
            &[Sign::Haste],
            &[Sign::Strange],
            &[Sign::Flood],
            &[Sign::Undrawn, Sign::ManyLinks],
        ] {
            assert!(is_held(signs), "{signs:?}");
        }
    }

    #[test]
    fn links_are_counted_in_every_text() {
        for (texts, sign) in [
            (["a house on Elm Street", "ann"], None),
            (["see https://a.example/b", "ann"], Some(Sign::Links)),
            (
                ["<a href='http://x.example'>x</a>", "www.y.example"],
                Some(Sign::Links),
            ),
            (
                ["HTTP://a.example www.b.example", "https://c.example"],
                Some(Sign::ManyLinks),
            ),
            (["at www .com or awww.", "3:// is odd"], Some(Sign::Links)),
            (["WWW.A.EXAMPLE", "ann"], Some(Sign::Links)),
            (["the one (www.a.example)", "ann"], Some(Sign::Links)),
            ([&*"https://a.example ".repeat(9), "ann"], Some(Sign::ManyLinks)),
            (
                [&*"https://a.example ".repeat(9), "www.b.example"],
                Some(Sign::Flood),
            ),
        ] {
            assert_eq!(Sign::of_links(texts), sign, "{texts:?}");
        }
    }

    #[test]
    fn an_event_carries_the_signs() {
        let suspicion = Suspicion::of([Sign::Haste, Sign::Trap]).unwrap();

        let json = serde_json::to_value(&suspicion).unwrap();

        assert_eq!(json, serde_json::json!({ "signs": ["trap", "haste"] }));
        assert_eq!(serde_json::from_value::<Suspicion>(json).unwrap(), suspicion);
    }
}
