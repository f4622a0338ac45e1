//! Why somebody was found: the line of the timeline that has the word, where their name and address have not.

use jiff::Timestamp;
use types::{
    ActivityType, Contact, ContactId, Lead, LeadId,
    words::{AskedWord, asked_words},
};

use super::{MOST, of_contact, of_lead, pattern};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql, value::Value},
    tenant::sight::sees_about,
};

/// A line that a member wrote, and the word of it that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why<Id> {
    /// Who is found by it.
    pub of: Id,
    /// What was asked.
    pub word: AskedWord,
    /// What kind of line it is.
    pub activity_type: ActivityType,
    /// When that was.
    pub occurred_at: Timestamp,
    /// What it says.
    pub summary: String,
}

/// The line by which each of these contacts is found, of those that have a word in no other place. One statement.
pub async fn contacts(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &str,
    found: &[Contact],
) -> Result<Vec<Why<ContactId>>> {
    let asked = asked(search);
    let missing = found.iter().filter_map(|contact| {
        let word = missing(&asked, &of_contact(contact))?;
        Some((contact.id, word))
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() || !scope.sees_notes() {
        return Ok(Vec::new());
    }
    let lines: Vec<Line<ContactId>> = tx
        .bulk(LINE_OF_CONTACT)
        .column(missing.iter().map(|(id, _)| *id))
        .column(missing.iter().map(|(_, word)| pattern(word)))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    Ok(told(lines, &missing))
}

/// The same of leads, each with whose wish it is. What is written of the person alone is written of their leads.
pub async fn leads(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &str,
    found: &[(&Lead, Option<&Contact>)],
) -> Result<Vec<Why<LeadId>>> {
    let asked = asked(search);
    let missing = found.iter().filter_map(|(lead, contact)| {
        let own = of_lead(lead) + &contact.map(of_contact).unwrap_or_default();
        Some((lead.id, missing(&asked, &own)?))
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() || !scope.sees_notes() {
        return Ok(Vec::new());
    }
    let lines: Vec<Line<LeadId>> = tx
        .bulk(LINE_OF_LEAD)
        .column(missing.iter().map(|(id, _)| *id))
        .column(missing.iter().map(|(_, word)| pattern(word)))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    Ok(told(lines, &missing))
}

fn asked(search: &str) -> Vec<AskedWord> {
    asked_words(search).into_iter().take(MOST).collect()
}

/// The first word that is asked and not one of these.
fn missing<'a>(asked: &'a [AskedWord], own: &str) -> Option<&'a AskedWord> {
    asked
        .iter()
        .find(|asked| !own.split(' ').any(|word| asked.means(word)))
}

fn told<Id: Copy + PartialEq>(lines: Vec<Line<Id>>, missing: &[(Id, &AskedWord)]) -> Vec<Why<Id>> {
    let why = |line: Line<Id>| {
        let (_, word) = missing.iter().find(|(id, _)| *id == line.of)?;
        Some(Why {
            of: line.of,
            word: (*word).clone(),
            activity_type: line.activity_type,
            occurred_at: line.occurred_at,
            summary: line.summary,
        })
    };
    lines.into_iter().filter_map(why).collect()
}

/// The newest such line of each, one look-up in their own for each of a page.
macro_rules! lines {
    ($list:literal, ($tenant:literal, $who:literal), $of:literal, ($id:literal, $pattern:literal)) => {
        concat!(
            "SELECT written.activity_type, written.occurred_at, written.summary,",
            $id,
            " AS found_id FROM ",
            $list,
            " JOIN activities AS written
                 ON written.tenant_id = ",
            $tenant,
            " AND written.id = (SELECT one.id
                                  FROM activities AS one
                                 WHERE one.tenant_id = ",
            $tenant,
            " AND one.search_text <> '' AND one.search_text LIKE ",
            $pattern,
            " ESCAPE '\\' AND ",
            $of,
            " AND",
            sees_about!("one", $tenant, $who),
            " ORDER BY one.occurred_at DESC, one.id DESC
                                 LIMIT 1)"
        )
    };
}

const LINE_OF_CONTACT: Sql = Sql {
    sqlite: lines!(
        "list",
        ("$1", "$2"),
        "one.contact_id = c0 AND one.lead_id IS NULL",
        (" c0", "c1")
    ),
    postgres: lines!(
        "UNNEST($1, $2) AS list (id, pattern)",
        ("$3", "$4"),
        "one.contact_id = list.id AND one.lead_id IS NULL",
        (" list.id", "list.pattern")
    ),
};

const LINE_OF_LEAD: Sql = Sql {
    sqlite: lines!(
        "list JOIN leads AS found ON found.tenant_id = $1 AND found.id = c0",
        ("$1", "$2"),
        "(one.lead_id = c0 OR (one.contact_id = found.contact_id AND one.lead_id IS NULL))",
        (" c0", "c1")
    ),
    postgres: lines!(
        "UNNEST($1, $2) AS list (id, pattern) JOIN leads AS found ON found.tenant_id = $3 AND found.id = list.id",
        ("$3", "$4"),
        "(one.lead_id = list.id OR (one.contact_id = found.contact_id AND one.lead_id IS NULL))",
        (" list.id", "list.pattern")
    ),
};

/// A line, and who is found by it.
struct Line<Id> {
    of: Id,
    activity_type: ActivityType,
    occurred_at: Timestamp,
    summary: String,
}

impl<Id: Value> FromRow for Line<Id> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            of: row.get("found_id")?,
            activity_type: row.get("activity_type")?,
            occurred_at: row.get("occurred_at")?,
            summary: row.get("summary")?,
        })
    }
}
