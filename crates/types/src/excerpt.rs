//! A few words of a text, round the one that somebody looked for.

use std::ops::Range;

use crate::words::{AskedWord, folded, is_apostrophe};

/// As much as is shown of a text, in signs.
const LONGEST: usize = 120;

/// As much of it as may stand before the word.
const BEFORE: usize = 45;

/// A piece of a text, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands before the word, with `…` where there is more.
    pub before: String,
    /// As much of the word as was looked for; nothing where it cannot be told, as in a number that is written apart.
    pub hit: String,
    /// What comes after it.
    pub after: String,
}

/// A piece of a text with a word that somebody looked for; its beginning, if the word is not to be seen in it.
pub fn excerpt(text: &str, asked: &AskedWord) -> Excerpt {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let hit = find(&text, asked).unwrap_or(0..0);
    let start = start_of(&text, hit.start);
    let room = LONGEST.saturating_sub(text[start..hit.end].chars().count());
    let end = end_of(&text, hit.end, room);
    let more = |is_more: bool| if is_more { "…" } else { "" };
    Excerpt {
        before: format!("{}{}", more(start > 0), &text[start..hit.start]),
        hit: text[hit.clone()].to_owned(),
        after: format!("{}{}", &text[hit.end..end], more(end < text.len())),
    }
}

/// Where the word stands: as far as it was looked for.
fn find(text: &str, asked: &AskedWord) -> Option<Range<usize>> {
    let is_of_word = |sign: char| sign.is_alphanumeric() || is_mark(sign);
    let is_of_joined = |sign: char| is_of_word(sign) || is_apostrophe(sign);
    let is_of_address = |sign: char| !sign.is_whitespace();
    find_among(text, asked, is_of_word)
        .or_else(|| find_among(text, asked, is_of_joined))
        .or_else(|| find_among(text, asked, is_of_address))
}

/// Signs that are put upon the letter before them.
const fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}')
}

/// The same, where these signs make a word.
fn find_among(text: &str, asked: &AskedWord, is_of_word: impl Fn(char) -> bool) -> Option<Range<usize>> {
    let mut begin = 0;
    for part in text.split_inclusive(|sign: char| !is_of_word(sign)) {
        let word = part.trim_end_matches(|sign: char| !is_of_word(sign));
        let skipped = word.len()
            - word
                .trim_start_matches(|sign: char| sign.is_ascii_punctuation())
                .len();
        if let Some(length) = length_of(&word[skipped..], asked) {
            return Some(begin + skipped..begin + skipped + length);
        }
        begin += part.len();
    }
    None
}

/// How much of a word is what was looked for, if it is meant.
fn length_of(word: &str, asked: &AskedWord) -> Option<usize> {
    let plain = |text: &str| folded(text).replace(is_apostrophe, "");
    if !asked.means(&plain(word)) {
        return None;
    }
    let ends = word.char_indices().map(|(at, sign)| at + sign.len_utf8());
    let mut ends = ends.filter(|end| !word[*end..].starts_with(is_mark));
    ends.find(|end| plain(&word[..*end]).len() >= asked.text.len())
}

/// Where the piece begins: with a word, not far before the hit.
fn start_of(text: &str, hit: usize) -> usize {
    let (far, _) = text[..hit].char_indices().rev().nth(BEFORE).unwrap_or_default();
    match far {
        0 => 0,
        far => text[far..hit].find(' ').map_or(hit, |space| far + space + 1),
    }
}

/// Where it ends: with a word, after so many signs.
fn end_of(text: &str, hit: usize, room: usize) -> usize {
    let Some((far, _)) = text[hit..].char_indices().nth(room) else {
        return text.len();
    };
    let rest = &text[hit..hit + far];
    hit + rest.rfind(' ').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, word: &str, is_whole: bool) -> String {
        let asked = AskedWord {
            text: word.to_owned(),
            is_whole,
        };
        let Excerpt { before, hit, after } = excerpt(text, &asked);
        format!("{before}[{hit}]{after}")
    }

    #[test]
    fn the_word_stands_in_its_sentence_as_it_was_written() {
        for (text, word, expected) in [
            (
                "Loves old windmills & barns.",
                "windm",
                "Loves old [windm]ills & barns.",
            ),
            ("A Löwenzahn\n garden", "lowenzahn", "A [Löwenzahn] garden"),
            ("Un cafe\u{301} noir", "cafe", "Un [cafe\u{301}] noir"),
            ("Ring O\u{2019}Brien", "obri", "Ring [O\u{2019}Bri]en"),
            (
                "Ask (ana.r@example.com).",
                "ana.r@ex",
                "Ask ([ana.r@ex]ample.com).",
            ),
            ("In the Straße", "strasse", "In the [Straße]"),
            ("Ring 203-555-0147", "2035550147", "[]Ring 203-555-0147"),
            ("", "x", "[]"),
        ] {
            assert_eq!(shown(text, word, false), expected, "{text:?}");
        }
        assert_eq!(shown("Millers mill", "mill", true), "Millers [mill]");
    }

    #[test]
    fn a_long_text_is_cut_between_words_on_both_sides() {
        let text = format!("{}the mill {}", "one two ".repeat(40), "three four ".repeat(40));

        let cut = shown(&text, "mill", false);

        assert!(
            cut.starts_with("…one two") || cut.starts_with("…two one"),
            "{cut}"
        );
        assert!(cut.contains(" the [mill] three"), "{cut}");
        assert!(cut.ends_with("three…") || cut.ends_with("four…"), "{cut}");
        assert!(cut.chars().count() <= LONGEST + 4, "{cut}");
        let unbroken = shown(&"я".repeat(500), "я", false);
        assert!(unbroken.chars().count() <= LONGEST + 4, "{unbroken}");
    }
}
