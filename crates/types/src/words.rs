//! What somebody types to find something, and what is found by it.

use std::{collections::BTreeSet, ops::RangeInclusive};

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

/// How many digits make a telephone number in the middle of a text. Fewer may be a price, a year or a house.
const NUMBER: RangeInclusive<usize> = 7..=20;

/// The words that a person is found by who has this in their name, address or notes.
///
/// They are small letters and digits without accents, parted by everything that is neither; what an apostrophe parts is one
/// word, too (`O'Brien` is `o`, `brien` and `obrien`), and so is each e-mail address, and telephone numbers are
/// [`number_words`]. None is longer than forty signs, and none has a space, a quote or a backslash in it.
pub fn short_words(text: &str) -> BTreeSet<String> {
    let plain = folded(text);
    let joined: String = plain.chars().filter(|sign| !is_apostrophe(*sign)).collect();
    let parts = [&plain, &joined]
        .into_iter()
        .flat_map(|text| text.split(parts_people));
    let addresses = plain.split_whitespace().filter_map(address);
    let cut = |word: &str| word.chars().take(LONGEST).collect::<String>();
    let words = parts.chain(addresses).map(cut).filter(|word| !word.is_empty());
    let numbers = tokens(&plain).into_iter().filter_map(|token| match token {
        Token::Number(digits) if NUMBER.contains(&digits.len()) => Some(number_words(&digits)),
        _ => None,
    });
    words.chain(numbers.flatten()).collect()
}

fn parts_people(sign: char) -> bool {
    !sign.is_alphanumeric()
}

pub(crate) fn is_apostrophe(sign: char) -> bool {
    matches!(sign, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '`' | '\u{b4}')
}

/// The text in small letters; those of our alphabet without what stands on or in them, as most people type them.
pub(crate) fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            // Marks that are put upon the letter before them.
            '\u{300}'..='\u{36f}' => {}
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                plain.push_str(deunicode::deunicode_char(sign).unwrap_or_default());
            }
            _ => plain.push(sign),
        }
    }
    plain.to_lowercase()
}

/// The e-mail address that a text without spaces is, or the beginning of one.
fn address(token: &str) -> Option<&str> {
    let token = token.trim_matches(|sign: char| sign.is_ascii_punctuation() && sign != '@');
    let is_one = token.find('@').is_some_and(|at| at > 0);
    let is_odd = |sign: char| sign.is_control() || ['"', '\\'].contains(&sign);
    (is_one && !token.contains(is_odd)).then_some(token)
}

/// What stands between the spaces of a text.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A telephone number, or a part of one, which may have spaces in it: its digits.
    Number(String),
    /// Anything else.
    Text(&'a str),
}

/// Takes a text apart. What has a number's digits and signs alone is a number if it is long enough, or if there is nothing
/// else; what comes behind one as its extension is left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let all: Vec<&str> = text.split_whitespace().collect();
    let is_alone = all.iter().all(|token| in_a_number(token).is_some());
    let mut found = Vec::new();
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let run = rest
            .iter()
            .take_while(|token| in_a_number(token).is_some())
            .count();
        let digits: String = rest[..run]
            .iter()
            .filter_map(|token| in_a_number(token))
            .collect();
        if NUMBER.contains(&digits.len()) || (is_alone && !digits.is_empty()) {
            found.push(Token::Number(digits));
            rest = &rest[run + extension(&rest[run..])..];
        } else {
            let run = run.max(1);
            found.extend(rest[..run].iter().map(|token| Token::Text(token)));
            rest = &rest[run..];
        }
    }
    found
}

/// The digits of a token that may stand in a number.
fn in_a_number(token: &str) -> Option<String> {
    let token = token.strip_prefix("tel:").unwrap_or(token);
    // What ends a sentence ends a number, too.
    let token = token.trim_end_matches([',', ';', ':', '!', '?']);
    let is_sign =
        |sign: char| "()-.+/".contains(sign) || matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}');
    let fits = token.chars().all(|sign| sign.is_ascii_digit() || is_sign(sign));
    fits.then(|| token.chars().filter(char::is_ascii_digit).collect())
}

/// How many of these tokens, which stand behind a number, say its extension: `x12`, `ext. 12`.
fn extension(behind: &[&str]) -> usize {
    let Some(first) = behind.first() else { return 0 };
    let word = first.trim_end_matches(|sign: char| sign.is_ascii_digit());
    if !["x", "ext", "ext.", "extension", "#"].contains(&word) {
        return 0;
    }
    let is_number = |token: &&str| token.chars().all(|sign| sign.is_ascii_digit());
    let has_its_digits = word.len() < first.len();
    1 + usize::from(!has_its_digits && behind.get(1).is_some_and(is_number))
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

/// What a search for people asks: whoever has a word for each of these is meant. A telephone number is one word, in any
/// punctuation, and so is whatever part of one stands alone.
///
/// An e-mail address is one word, too. Of anything else that is written without a space only the end may go on: `ana-r` means
/// Ana-Rosa, and not Anabel.
pub fn asked_words(text: &str) -> BTreeSet<AskedWord> {
    let plain = folded(text);
    let asked = tokens(&plain).into_iter().flat_map(|token| match token {
        Token::Number(digits) => vec![AskedWord {
            text: digits,
            is_whole: false,
        }],
        Token::Text(token) => asked_of(token),
    });
    asked.filter(|word| !word.text.is_empty()).collect()
}

/// An address is one word; anything else may be many.
fn asked_of(token: &str) -> Vec<AskedWord> {
    let parts: Vec<_> = match address(token) {
        Some(address) => vec![(address, false)],
        None => token.split_inclusive(parts_people).map(part).collect(),
    };
    let asked = parts.into_iter().map(|(word, is_whole)| AskedWord {
        text: word.chars().take(LONGEST).collect(),
        is_whole,
    });
    asked.collect()
}

/// A word, and whether something stands behind it.
fn part(part: &str) -> (&str, bool) {
    let word = part.trim_end_matches(parts_people);
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
    fn what_people_type_on_telephones_is_found_by_what_they_type_elsewhere() {
        for (text, expected) in [
            ("O\u{2019}Brien", &["brien", "o", "obrien"][..]),
            ("O'Neil", &["neil", "o", "oneil"]),
            (
                "a \u{201c}pergola\u{201d}\u{2014}heated\u{a0}pool",
                &["a", "heated", "pergola", "pool"],
            ),
            (
                "Núñez Žofie cafe\u{301} Straße Łódź",
                &["cafe", "lodz", "nunez", "strasse", "zofie"],
            ),
            ("Иван 王小明", &["иван", "王小明"]),
            ("Lot 55-77, now", &["55", "77", "lot", "now"]),
            ("7½ 24-7", &["24", "7", "7½"]),
        ] {
            let found: Vec<_> = short_words(text).into_iter().collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn a_number_in_a_text_is_found_as_one() {
        let found = short_words("Ring Pat at (203)\u{a0}555-7788, after 6; not 203-555-0100.");
        for number in ["2035557788", "5557788", "7788", "2035550100", "0100"] {
            assert!(found.contains(number), "{number}: {found:?}");
        }
        let price = short_words("asks 1,250,000 in 2026, lot 12 34");
        assert!(price.iter().all(|word| word.len() <= 4), "{price:?}");
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
            ("ruiz (203)\u{a0}555-0100", &["2035550100…", "ruiz…"]),
            ("555\u{2013}0100 Ruiz", &["5550100…", "ruiz…"]),
            ("tel:+12035550100", &["12035550100…"]),
            ("203-555-0190 ext. 12", &["2035550190…"]),
            ("203 555 0190 x12 ruiz", &["2035550190…", "ruiz…"]),
            ("12 Elm 06880", &["06880…", "12…", "elm…"]),
            ("O\u{2019}Brien", &["brien…", "o"]),
            ("\u{201c}Núñez\u{201d}", &["nunez"]),
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
        let word = "я".repeat(50);
        assert_eq!(Vec::from_iter(short_words(&word)), ["я".repeat(40)]);
        let asked = asked_words(&word);
        assert!(
            asked.iter().all(|asked| asked.means(&"я".repeat(40))),
            "and found all the same"
        );
    }
}
