//! How rows are asked whether they have a word: what stands in their own, and what members wrote of them.

use types::words::AskedWord;

use super::{Looks, means, pattern};
use crate::backend::{Query, Sql};

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

pub(super) fn contacts_of<'tx>(query: Query<'tx>, looks: Looks, word: &AskedWord) -> Query<'tx> {
    let query = query.and(
        " AND contacts.id IN (
              SELECT named.contact_id FROM contact_words AS named WHERE named.tenant_id = $1",
    );
    let named = means(query, word);
    if looks == Looks::NotInNotes {
        return named.and(")");
    }
    let query = named.and(
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
pub(super) fn contact_has<'tx>(query: Query<'tx>, looks: Looks, word: &AskedWord) -> Query<'tx> {
    const OWN: &str = has!(" AND CASE WHEN contacts.search_text LIKE $ ESCAPE '\\'");
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
    match looks {
        Looks::Everywhere => query.and_with(ASKED, pattern(word)),
        Looks::NotInNotes => query.and_with(OWN, pattern(word)),
    }
}

pub(super) fn leads_of<'tx>(query: Query<'tx>, looks: Looks, word: &AskedWord) -> Query<'tx> {
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
    let own = means(own, word);
    if looks == Looks::NotInNotes {
        return own.and(")");
    }
    let written = own.and(
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
pub(super) fn lead_has<'tx>(query: Query<'tx>, looks: Looks, word: &AskedWord) -> Query<'tx> {
    const OWN: &str =
        has!(" AND CASE WHEN contact.search_text LIKE $ ESCAPE '\\' OR leads.search_text LIKE $ ESCAPE '\\'");
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
    match looks {
        Looks::Everywhere => query.and_with(ASKED, pattern(word)),
        Looks::NotInNotes => query.and_with(OWN, pattern(word)),
    }
}
