//! What somebody types to find something, and what is found by it.

use std::collections::BTreeSet;

/// The words of a text, as homes and people are found by them: small letters and digits, each word once.
///
/// What is neither a letter nor a digit of ASCII parts words; every other sign is taken for a letter.
pub fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower.split(parts_words).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn parts_words(sign: char) -> bool {
    sign.is_ascii() && !sign.is_ascii_alphanumeric()
}

/// Signs of a word that tell it from others. What comes after them is not kept, so that a word has a place in any index.
const LONGEST: usize = 40;

/// How much of a number people remember: its last digits, or all but its country's.
const ENDINGS: [usize; 5] = [4, 5, 6, 7, 10];

/// The words that a person is found by who has this in their name, address or notes.
///
/// They are [`words`], and each e-mail address as a whole; none is longer than forty signs, and none has a space, a quote or
/// a backslash in it.
pub fn short_words(text: &str) -> BTreeSet<String> {
    let addresses = text.split_whitespace().filter_map(address).map(str::to_lowercase);
    let cut = |word: String| word.chars().take(LONGEST).collect();
    words(text).into_iter().chain(addresses).map(cut).collect()
}

/// The e-mail address that a text without spaces is, or the beginning of one.
fn address(token: &str) -> Option<&str> {
    let token = token.trim_matches(|sign: char| sign.is_ascii_punctuation() && sign != '@');
    let is_one = token.find('@').is_some_and(|at| at > 0);
    let is_odd = |sign: char| sign.is_control() || ['"', '\\'].contains(&sign);
    (is_one && !token.contains(is_odd)).then_some(token)
}

/// The words that a telephone number is found by: its digits, and how they end.
///
/// Whoever types a part of a number begins where a group of it begins, or among its last seven digits.
pub fn number_words(number: &str) -> BTreeSet<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let ending = |length: &usize| digits.len().checked_sub(*length).filter(|start| *start > 0);
    let endings = ENDINGS
        .iter()
        .filter_map(ending)
        .map(|start| digits[start..].to_owned());
    let all = endings.chain([digits.clone()]);
    all.filter(|word| !word.is_empty()).collect()
}

/// A word that a search for people asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedWord {
    /// In small letters.
    pub text: String,
    /// Whether something stood behind it: if not, a word of theirs need only begin so.
    pub is_whole: bool,
}

impl AskedWord {
    /// Whether this word of somebody is meant.
    pub fn means(&self, word: &str) -> bool {
        word == self.text || (!self.is_whole && word.starts_with(&self.text))
    }
}

/// What a search for people asks: whoever has a word for each of these is meant. What looks like a number is one word, in
/// any punctuation.
///
/// An e-mail address is one word, too. Of anything else that is written without a space only the end may go on: `ana-r` means
/// Ana-Rosa, and not Anabel.
pub fn asked_words(text: &str) -> BTreeSet<AskedWord> {
    let is_number = text
        .chars()
        .all(|sign| sign.is_ascii_digit() || " ()-.+/".contains(sign));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if is_number && !digits.is_empty() {
        return BTreeSet::from([AskedWord {
            text: digits,
            is_whole: false,
        }]);
    }
    let lower = text.to_lowercase();
    let asked = lower.split_whitespace().flat_map(|token| {
        // An address is one word; anything else may be many.
        let parts: Vec<_> = match address(token) {
            Some(address) => vec![(address, false)],
            None => token.split_inclusive(parts_words).map(part).collect(),
        };
        parts.into_iter().map(|(word, is_whole)| AskedWord {
            text: word.chars().take(LONGEST).collect(),
            is_whole,
        })
    });
    asked.filter(|word| !word.text.is_empty()).collect()
}

/// A word, and whether something stands behind it.
fn part(part: &str) -> (&str, bool) {
    let word = part.trim_end_matches(parts_words);
    (word, word.len() < part.len())
}

#[cfg(test)]
mod tests {
    use super::{AskedWord, asked_words, number_words, short_words, words};

    #[test]
    fn words_are_what_homes_are_found_by() {
        for (text, expected) in [
            ("12 Old-Mill Rd., #4B", &["12", "4b", "mill", "old", "rd"][..]),
            ("  Elm elm ELM ", &["elm"]),
            ("O'Brien Wäg Č1", &["brien", "o", "wäg", "č1"]),
            (" ,.-% _ ", &[]),
            ("", &[]),
        ] {
            let found: Vec<_> = words(text).into_iter().collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn an_address_is_found_as_a_whole_and_by_its_parts() {
        let found: Vec<_> = short_words("Write (to) <Ana.R@example.com>.")
            .into_iter()
            .collect();
        assert_eq!(
            found,
            ["ana", "ana.r@example.com", "com", "example", "r", "to", "write"]
        );
        let odd = short_words("a\"b@c.d e\\f@g.h");
        assert!(odd.iter().all(|word| !word.contains(['"', '\\', ' '])), "{odd:?}");
    }

    #[test]
    fn a_number_is_found_by_how_it_begins_and_ends() {
        let found: Vec<_> = number_words("+1 (203) 555-0147").into_iter().collect();
        assert_eq!(
            found,
            ["0147", "12035550147", "2035550147", "50147", "550147", "5550147"]
        );
        assert_eq!(Vec::from_iter(number_words("911")), ["911"]);
        assert_eq!(Vec::from_iter(number_words("0147")), ["0147"]);
        assert!(number_words("none").is_empty());
    }

    #[test]
    fn the_end_of_what_is_typed_may_go_on_and_a_number_is_one_word() {
        for (text, expected) in [
            ("(203) 555-01", &["20355501…"][..]),
            ("+1.203/555 0147", &["12035550147…"]),
            ("Ruiz 203-55", &["203", "55…", "ruiz…"]),
            ("Ana.Ruiz@example.co", &["ana.ruiz@example.co…"]),
            ("<person-777@", &["person-777@…"]),
            ("@example.com", &["com…", "example"]),
            ("a\"b@c", &["a", "b", "c…"]),
            ("An An", &["an…"]),
            (" -- ", &[]),
            ("", &[]),
        ] {
            let show = |word: AskedWord| word.text + if word.is_whole { "" } else { "…" };
            let found: Vec<_> = asked_words(text).into_iter().map(show).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn a_word_that_never_ends_is_cut() {
        let word = "ä".repeat(50);
        assert_eq!(Vec::from_iter(short_words(&word)), ["ä".repeat(40)]);
        let asked = asked_words(&word);
        assert!(
            asked.iter().all(|asked| asked.means(&"ä".repeat(40))),
            "and found all the same"
        );
    }
}
