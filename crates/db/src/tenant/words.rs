//! The words that contacts and leads are found by.
//!
//! A text inside of another can only be found by looking at each; a word, or how one begins, is looked up. What a row is
//! found by stands in its `search_text`, between spaces. The database keeps the tables that lead from a word to its rows
//! (migrations 0049 and 0062), so whoever writes need not think of them. Why so, says `docs/adr/0024`.

use std::collections::BTreeSet;

use types::{
    Activity, Contact, Email, Lead,
    words::{self, AskedWord},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Query, Row, Sql},
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
    /// Whether few enough have the first word to open them all.
    is_rare: bool,
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
        self.narrow(query, way, contacts_of, contact_has)
    }

    /// Adds what is asked to a statement about `leads`, each with its `contact`: a word may be either's.
    pub(super) fn narrow_leads<'tx>(&self, query: Query<'tx>, way: Way) -> Query<'tx> {
        self.narrow(query, way, leads_of, lead_has)
    }

    fn narrow<'tx>(
        &self,
        query: Query<'tx>,
        way: Way,
        of_word: fn(Query<'tx>, &AskedWord) -> Query<'tx>,
        has: fn(Query<'tx>, &AskedWord) -> Query<'tx>,
    ) -> Query<'tx> {
        let Some((first, others)) = self.words.split_first() else {
            // A text of signs alone, which nobody is found by.
            return query.and(" AND 1 = 0");
        };
        let query = match way {
            Way::Opened => of_word(query, first),
            Way::Walked => has(query, first),
        };
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

/// A condition, whose end is that of a CASE.
macro_rules! has {
    ($($piece:expr),+) => {
        concat!($($piece),+, " THEN true ELSE false END")
    };
}

/// Whether somebody wrote it of the lead.
macro_rules! of_lead {
    ($index:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM activities AS written ",
            $index,
            " WHERE written.tenant_id = leads.tenant_id AND written.lead_id = leads.id
                 AND written.search_text <> '' AND written.search_text LIKE $ ESCAPE '\\')"
        )
    };
}

/// Whether somebody wrote it of the contact, and of no lead.
macro_rules! of_contact {
    ($tenant:literal, $contact:literal, $index:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM activities AS written ",
            $index,
            " WHERE written.tenant_id = ",
            $tenant,
            " AND written.contact_id = ",
            $contact,
            " AND written.lead_id IS NULL AND written.search_text <> '' AND written.search_text LIKE $ ESCAPE '\\')"
        )
    };
}

fn contacts_of<'tx>(query: Query<'tx>, word: &AskedWord) -> Query<'tx> {
    let query = query.and(
        " AND contacts.id IN (
              SELECT named.contact_id FROM contact_words AS named WHERE named.tenant_id = $1",
    );
    let query = means(query, word).and(
        " UNION ALL
              SELECT written.contact_id
                FROM activity_words AS named
               CROSS JOIN activities AS written
               WHERE written.tenant_id = $1 AND written.id = named.activity_id AND written.lead_id IS NULL
                 AND written.contact_id IS NOT NULL AND named.tenant_id = $1",
    );
    means(query, word).and(")")
}

/// `PostgreSQL` is not told what is asked: it would think that very few have the word, and open all instead of walking on
/// until the page is full.
fn contact_has<'tx>(query: Query<'tx>, word: &AskedWord) -> Query<'tx> {
    const ASKED: Sql = Sql {
        sqlite: has!(
            " AND CASE WHEN contacts.search_text LIKE $ ESCAPE '\\' OR ",
            of_contact!(
                "contacts.tenant_id",
                "contacts.id",
                "INDEXED BY activities_written_of_contact_idx"
            )
        ),
        postgres: has!(
            " AND CASE WHEN contacts.search_text LIKE $ ESCAPE '\\' OR ",
            of_contact!("contacts.tenant_id", "contacts.id", "")
        ),
    };
    query.and_with(ASKED, pattern(word))
}

fn leads_of<'tx>(query: Query<'tx>, word: &AskedWord) -> Query<'tx> {
    let theirs = query.and(
        " AND leads.id IN (
              SELECT theirs.id
                FROM contact_words AS named
               CROSS JOIN leads AS theirs
               WHERE theirs.tenant_id = $1 AND theirs.contact_id = named.contact_id AND named.tenant_id = $1",
    );
    let own = means(theirs, word).and(
        " UNION ALL
              SELECT named.lead_id FROM lead_words AS named WHERE named.tenant_id = $1",
    );
    let written = means(own, word).and(
        " UNION ALL
              SELECT written.lead_id
                FROM activity_words AS named
               CROSS JOIN activities AS written
               WHERE written.tenant_id = $1 AND written.id = named.activity_id AND written.lead_id IS NOT NULL
                 AND named.tenant_id = $1",
    );
    let of_contact = means(written, word).and(
        " UNION ALL
              SELECT theirs.id
                FROM activity_words AS named
               CROSS JOIN activities AS written
               CROSS JOIN leads AS theirs
               WHERE written.tenant_id = $1 AND written.id = named.activity_id AND written.lead_id IS NULL
                 AND theirs.tenant_id = $1 AND theirs.contact_id = written.contact_id AND named.tenant_id = $1",
    );
    means(of_contact, word).and(")")
}

/// As [`contact_has`]. The statement joins a lead with its `contact`.
fn lead_has<'tx>(query: Query<'tx>, word: &AskedWord) -> Query<'tx> {
    const ASKED: Sql = Sql {
        sqlite: has!(
            " AND CASE WHEN contact.search_text LIKE $ ESCAPE '\\' OR leads.search_text LIKE $ ESCAPE '\\' OR ",
            of_lead!("INDEXED BY activities_written_idx"),
            " OR ",
            of_contact!(
                "leads.tenant_id",
                "leads.contact_id",
                "INDEXED BY activities_written_of_contact_idx"
            )
        ),
        postgres: has!(
            " AND CASE WHEN contact.search_text LIKE $ ESCAPE '\\' OR leads.search_text LIKE $ ESCAPE '\\' OR ",
            of_lead!(""),
            " OR ",
            of_contact!("leads.tenant_id", "leads.contact_id", "")
        ),
    };
    query.and_with(ASKED, pattern(word))
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
        counts = a_few(means(counts, word)).and(
            " + (SELECT COUNT(*) FROM (SELECT 1 FROM activity_words AS named WHERE named.tenant_id = $1",
        );
        counts = a_few(means(counts, word));
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
