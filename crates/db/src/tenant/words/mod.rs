//! The words that contacts and leads are found by.
//!
//! A text inside of another can only be found by looking at each; a word, or how one begins, is looked up. What a row is
//! found by stands in its `search_text`, between spaces. The database keeps the tables that lead from a word to its rows
//! (migrations 0049 and 0062), so whoever writes need not think of them. Why so, says `docs/adr/0024`.

mod conditions;
pub mod why;

use std::collections::BTreeSet;

use types::{
    Activity, Contact, Email, Lead,
    words::{self, AskedWord},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Query, Row},
    tenant::like_literal,
};

/// As many rows of a word are opened and sorted for a page. Where a word has more, the order of the page is walked, and
/// meets the next of them soon.
const FEW: i64 = 3_000;

/// As many words of a question are looked up. A ninth would hardly tell more people apart.
const MOST: usize = 8;

/// Signs of a lead's address and notes, and of what somebody wrote down, that they are found by: some hundred words.
const READ: usize = 2_000;

/// What a contact is found by: its name, its address and its number.
pub(crate) fn of_contact(contact: &Contact) -> String {
    let name = contact.full_name.as_deref().unwrap_or_default();
    let email = contact.email.as_ref().map_or("", Email::as_str);
    let phone = (contact.phone.as_ref()).map_or("", |phone| phone.e164().unwrap_or(phone.original()));
    let mut found_by = words::short_words(name);
    found_by.extend(words::short_words(email));
    found_by.extend(words::number_words(phone));
    spaced(&found_by)
}

/// What a lead is found by, beside its contact: the home it is about, and its notes.
pub(crate) fn of_lead(lead: &Lead) -> String {
    of_wish(lead.property.listing_address.as_deref(), lead.notes.as_deref())
}

/// The same for one of which no more is known.
pub(crate) fn of_wish(address: Option<&str>, notes: Option<&str>) -> String {
    let (address, notes) = (address.unwrap_or_default(), notes.unwrap_or_default());
    let text: String = address
        .chars()
        .chain([' '])
        .chain(notes.chars())
        .take(READ)
        .collect();
    spaced(&words::short_words(&text))
}

/// What a line of the timeline leads to its lead or contact by: what a member wrote.
pub(super) fn of_activity(activity: &Activity) -> String {
    match activity.is_written() {
        true => spaced(&words::short_words(
            &activity.summary.chars().take(READ).collect::<String>(),
        )),
        false => String::new(),
    }
}

/// Nothing, for a row without words.
fn spaced(words: &BTreeSet<String>) -> String {
    words.iter().fold(String::new(), |text, word| {
        let text = if text.is_empty() { " ".to_owned() } else { text };
        text + word + " "
    })
}

/// Adds that a word begins so, to a statement in which `named` is a table of words.
pub(super) fn begins<'tx>(query: Query<'tx>, word: &str) -> Query<'tx> {
    query
        .and_with(" AND named.word >= $", word)
        .and_with(" AND named.word < $", after(word))
}

/// What comes after every word that begins so, in the order of their bytes.
fn after(word: &str) -> String {
    format!("{word}{}", char::MAX)
}

/// Adds that a word is meant, to such a statement.
fn means<'tx>(query: Query<'tx>, word: &AskedWord) -> Query<'tx> {
    match word.is_whole {
        true => query.and_with(" AND named.word = $", &word.text),
        false => begins(query, &word.text),
    }
}

/// What LIKE compares a `search_text` with.
fn pattern(AskedWord { text, is_whole }: &AskedWord) -> String {
    let end = if *is_whole { " " } else { "" };
    format!("% {}{end}%", like_literal(text))
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Contacts,
    Leads,
}

/// The words that a search asks for, the one that the fewest have first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    words: Vec<AskedWord>,
    looks: Looks,
    /// Whether few enough have the first word to open them all.
    is_rare: bool,
}

/// Where whoever asks may find a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    Everywhere,
    /// Not in what members wrote down: their token does not read it, and would guess it.
    NotInNotes,
}

impl Looks {
    const fn of(scope: &TenantScope) -> Self {
        match scope.sees_notes() {
            true => Self::Everywhere,
            false => Self::NotInNotes,
        }
    }
}

/// How many have the word that stands here in a question.
pub(super) struct Had {
    place: i64,
    rows: i64,
}

impl FromRow for Had {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            place: row.get("place")?,
            rows: row.get("rows_of_word")?,
        })
    }
}

/// Puts the word first that the fewest have, and says how many do: none, of a question without words.
pub(super) fn rarest_first<W>(words: &mut [W], had: &[Had]) -> i64 {
    let rows_of = |place: usize| {
        let has = |had: &&Had| usize::try_from(had.place).is_ok_and(|of| of == place);
        had.iter().find(has).map_or(0, |had| had.rows)
    };
    let Some(rarest) = (0..words.len()).min_by_key(|place| rows_of(*place)) else {
        return 0;
    };
    words.swap(0, rarest);
    rows_of(rarest)
}

impl Asked {
    /// What is asked with this text, if anything is. One statement, however many words it has.
    pub(super) async fn of(
        tx: &mut Tx,
        scope: &TenantScope,
        of: Of,
        text: Option<&str>,
    ) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        let mut words: Vec<_> = words::asked_words(text).into_iter().take(MOST).collect();
        let had = match words.is_empty() {
            true => Vec::new(),
            false => count(tx, scope, of, &words).await?,
        };
        Ok(Some(Self {
            looks: Looks::of(scope),
            is_rare: rarest_first(&mut words, &had) <= FEW,
            words,
        }))
    }

    /// Whether whoever has the first word is meant.
    pub(super) const fn is_one_word(&self) -> bool {
        self.words.len() <= 1
    }

    /// How a page is found.
    pub(super) const fn for_a_page(&self) -> Way {
        if self.is_rare { Way::Opened } else { Way::Walked }
    }

    /// Adds what is asked to a statement about `contacts`.
    pub(super) fn narrow_contacts<'tx>(&self, query: Query<'tx>, way: Way) -> Query<'tx> {
        self.narrow(query, way, conditions::contacts_of, conditions::contact_has)
    }

    /// Adds what is asked to a statement about `leads`, each with its `contact`: a word may be either's.
    pub(super) fn narrow_leads<'tx>(&self, query: Query<'tx>, way: Way) -> Query<'tx> {
        self.narrow(query, way, conditions::leads_of, conditions::lead_has)
    }

    fn narrow<'tx>(
        &self,
        query: Query<'tx>,
        way: Way,
        of_word: fn(Query<'tx>, Looks, &AskedWord) -> Query<'tx>,
        has: fn(Query<'tx>, Looks, &AskedWord) -> Query<'tx>,
    ) -> Query<'tx> {
        let Some((first, others)) = self.words.split_first() else {
            // A text of signs alone, which nobody is found by.
            return query.and(" AND 1 = 0");
        };
        let query = match way {
            Way::Opened => of_word(query, self.looks, first),
            Way::Walked => has(query, self.looks, first),
        };
        let has = |query, word| has(query, self.looks, word);
        others.iter().fold(query, has)
    }
}

/// How rows are asked for their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Those of the first word are opened, and asked for the others.
    Opened,
    /// Each on the way is asked for each word.
    Walked,
}

/// How many rows each word has, those beyond [`FEW`] left out.
async fn count(tx: &mut Tx, scope: &TenantScope, of: Of, words: &[AskedWord]) -> Result<Vec<Had>> {
    let begun = tx.query(
        "SELECT CAST(0 AS BIGINT) AS place,
                (SELECT COUNT(*) FROM (SELECT 1 FROM contact_words AS named WHERE named.tenant_id = $1",
    );
    let mut counts = begun.bind(scope.tenant_id());
    for (place, word) in (0_i64..).zip(words) {
        if place > 0 {
            counts = counts.and_with(" UNION ALL SELECT $", place).and(
                ", (SELECT COUNT(*) FROM (SELECT 1 FROM contact_words AS named WHERE named.tenant_id = $1",
            );
        }
        counts = a_few(means(counts, word));
        if scope.sees_notes() {
            counts = counts.and(
                " + (SELECT COUNT(*) FROM (SELECT 1 FROM activity_words AS named WHERE named.tenant_id = $1",
            );
            counts = a_few(means(counts, word));
        }
        if of == Of::Leads {
            counts = counts.and(
                " + (SELECT COUNT(*) FROM (SELECT 1 FROM lead_words AS named WHERE named.tenant_id = $1",
            );
            counts = a_few(means(counts, word));
        }
        if place == 0 {
            counts = counts.and(" AS rows_of_word");
        }
    }
    counts.fetch_all().await
}

fn a_few(query: Query<'_>) -> Query<'_> {
    query.and_with(" LIMIT $", FEW + 1).and(") AS a_few)")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::after;

    proptest! {
        #[test]
        fn a_word_lies_between_how_it_begins_and_what_comes_after(
            word in "[a-z0-9ä]{1,8}", rest in "\\PC{0,8}", other in "[a-z0-9ä]{1,8}",
        ) {
            let longer = format!("{word}{rest}");
            prop_assert!(longer >= word && longer < after(&word));
            prop_assert_eq!(other >= word && other < after(&word), other.starts_with(&word));
        }
    }
}
