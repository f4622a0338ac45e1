//! A file of vCards as the rows of a table: 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), several in one file.
//!
//! By hand: by what they say of themselves, the crates `vcard4` and `vcard_parser` know 4.0 only. `calcard` knows all
//! three, but brings chrono and its table of zones, and decodes every picture into memory. What we keep is six properties.
//! Of a line at most 16 KiB are looked at, of a card twenty addresses: a card of any length takes no more. What is no line
//! of a card is passed over, as phones do that forget to fold a note; what has no end says so.

mod card;
mod line;
#[cfg(test)]
mod tests;

use types::imports::Target;

use self::{
    card::Card,
    line::{Entries, Entry},
};

/// What the rows have, and what each is taken for.
const COLUMNS: [(&str, Target); 9] = [
    ("Name", Target::FullName),
    ("First name", Target::FirstName),
    ("Last name", Target::LastName),
    ("E-mail", Target::Email),
    ("Other e-mails", Target::Ignore),
    ("Phone", Target::Phone),
    ("Other phones", Target::Ignore),
    ("Tags", Target::Tags),
    ("Card problem", Target::Problem),
];

/// Whether a file begins with a card.
pub(super) fn begin(bytes: &[u8]) -> bool {
    Entries::of(bytes).next() == Some(Entry::Begin)
}

/// Whether a card begins anywhere in a file.
pub(super) fn are_in(bytes: &[u8]) -> bool {
    Entries::of(bytes).any(|entry| entry == Entry::Begin)
}

pub(super) fn header() -> Vec<String> {
    COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

pub(super) fn mapping() -> Vec<Target> {
    COLUMNS.iter().map(|(_, target)| *target).collect()
}

/// A row for each card, and one for each run of lines that are of no card.
pub(super) fn rows(bytes: &[u8]) -> impl Iterator<Item = Vec<String>> + Send {
    Rows {
        entries: Entries::of(bytes),
        has_begun: false,
    }
}

struct Rows<'t> {
    entries: Entries<'t>,
    /// The next card began where something else had not ended.
    has_begun: bool,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let mut card = std::mem::take(&mut self.has_begun).then(Card::default);
        let mut is_stray = false;
        loop {
            match (self.entries.next(), &mut card) {
                (Some(Entry::Begin), None) if !is_stray => card = Some(Card::default()),
                (Some(Entry::Begin), Some(card)) if card.awaits_agent() => self.skip(),
                (Some(Entry::End), Some(_)) => return card.map(Card::cells),
                (Some(Entry::Line(line)), Some(card)) => card.take(&line),
                (Some(Entry::End | Entry::Line(_)), None) => is_stray = true,
                (None, None) if !is_stray => return None,
                (begins, _) => {
                    self.has_begun = begins.is_some();
                    let broken = card.map_or_else(Card::of_stray_lines, Card::without_an_end);
                    return Some(broken.cells());
                }
            }
        }
    }
}

impl Rows<'_> {
    /// Passes over a card within a card, and whatever is within it.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.entries.next() {
                Some(Entry::Begin) => depth += 1,
                Some(Entry::End) => depth -= 1,
                Some(Entry::Line(_)) => {}
                None => return,
            }
        }
    }
}
