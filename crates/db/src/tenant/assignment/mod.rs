//! A tenant's rules of assignment, what goes with them, and whose turn it is.

pub(crate) mod many;
mod settings;

use jiff::Timestamp;
use types::{
    AssignmentRuleId, ContactId, Money, PersonId,
    assignment::{
        AssignmentRule, Criteria, ListedHome, RuleBook, Target, TargetKind, TimeOfDay, TimeWindow, ZipCode,
        ZipCodeError,
    },
};

pub(crate) use settings::office_hours;
pub use settings::{
    AssignmentSettings, set_agents_see, set_escalates_reminders, set_office_hours, set_zone, settings,
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Words},
};

/// The rules with the members and the zone, to look at.
pub async fn book(tx: &mut Tx, scope: &TenantScope) -> Result<RuleBook> {
    many::book(tx, scope.tenant_id(), many::For::Reading).await
}

/// The same to give a lead to somebody: on PostgreSQL nobody else takes a turn, and no member leaves, until the commit.
pub async fn book_to_use(tx: &mut Tx, scope: &TenantScope) -> Result<RuleBook> {
    many::book(tx, scope.tenant_id(), many::For::Using).await
}

/// Keeps whose turn was the last.
pub async fn keep_turns(tx: &mut Tx, scope: &TenantScope, book: &RuleBook) -> Result<()> {
    let turns: Vec<_> = book
        .turns()
        .map(|(rule_id, last, turn)| (scope.tenant_id(), rule_id, last, turn))
        .collect();
    many::keep_turns(tx, &turns).await
}

/// The words on a contact, whoever may see them: rules ask on behalf of the tenant. None on one that is not there.
pub async fn tags_of(tx: &mut Tx, scope: &TenantScope, contact_id: ContactId) -> Result<Vec<String>> {
    let found: Option<Only<Words>> = tx
        .query("SELECT tags AS value FROM contacts WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(contact_id)
        .fetch_optional()
        .await?;
    Ok(found.map_or_else(Vec::new, |Only(Words(tags))| tags))
}

/// What the tenant's listing says of the home that a lead is about. None when it is about none of theirs.
pub async fn home_of(tx: &mut Tx, scope: &TenantScope, listing_id: &str) -> Result<Option<ListedHome>> {
    tx.query("SELECT city, zip, price FROM listings WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(listing_id)
        .fetch_optional()
        .await
}

/// Adds a rule. It is asked where its position says.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, rule: &AssignmentRule) -> Result<()> {
    let (criteria, window) = (&rule.criteria, Window::of(rule.criteria.window.as_ref()));
    tx.query(
        "INSERT INTO assignment_rules
                (tenant_id, id, position, name, source, lead_type, town, price_min, price_max, days, from_minute,
                 until_minute, target, people, last_person_id, version, created_at, updated_at, zips, tag, shares,
                 turn)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22)",
    )
    .bind(scope.tenant_id())
    .bind(rule.id)
    .bind(rule.position)
    .bind(&rule.name)
    .bind(criteria.source.clone())
    .bind(criteria.lead_type)
    .bind(criteria.town.clone())
    .bind(criteria.price_min)
    .bind(criteria.price_max)
    .bind(window.days)
    .bind(window.from)
    .bind(window.until)
    .bind(rule.target.kind())
    .bind(people_of(&rule.target))
    .bind(last_of(&rule.target))
    .bind(rule.version)
    .bind(rule.created_at)
    .bind(rule.updated_at)
    .bind(zips_of(criteria))
    .bind(criteria.tag.clone())
    .bind(shares_of(&rule.target))
    .bind(turn_of(&rule.target))
    .execute()
    .await?;
    Ok(())
}

/// Writes a rule back if nobody changed it since it was read: `rule.version` is the one that was read.
///
/// False, and nothing written, when somebody did.
pub async fn update(tx: &mut Tx, scope: &TenantScope, rule: &AssignmentRule) -> Result<bool> {
    let (criteria, window) = (&rule.criteria, Window::of(rule.criteria.window.as_ref()));
    let touched = tx
        .query(
            "UPDATE assignment_rules
                SET position = $4, name = $5, source = $6, lead_type = $7, town = $8, price_min = $9,
                    price_max = $10, days = $11, from_minute = $12, until_minute = $13, target = $14, people = $15,
                    last_person_id = $16, updated_at = $17, zips = $18, tag = $19, shares = $20, turn = $21,
                    version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(rule.id)
        .bind(rule.version)
        .bind(rule.position)
        .bind(&rule.name)
        .bind(criteria.source.clone())
        .bind(criteria.lead_type)
        .bind(criteria.town.clone())
        .bind(criteria.price_min)
        .bind(criteria.price_max)
        .bind(window.days)
        .bind(window.from)
        .bind(window.until)
        .bind(rule.target.kind())
        .bind(people_of(&rule.target))
        .bind(last_of(&rule.target))
        .bind(rule.updated_at)
        .bind(zips_of(criteria))
        .bind(criteria.tag.clone())
        .bind(shares_of(&rule.target))
        .bind(turn_of(&rule.target))
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes a rule away. False when there is none, or somebody changed it since it was read as `version`.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: AssignmentRuleId, version: i64) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM assignment_rules WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Puts rules where they shall stand. Only their places are written: nobody's edit is lost.
pub async fn set_positions(
    tx: &mut Tx,
    scope: &TenantScope,
    places: &[(AssignmentRuleId, i64)],
    now: Timestamp,
) -> Result<()> {
    many::set_positions(tx, scope.tenant_id(), places, now).await
}

/// A window as it lies in its columns; without one, no minute is there.
struct Window {
    days: Words,
    from: Option<i64>,
    until: Option<i64>,
}

impl Window {
    fn of(window: Option<&TimeWindow>) -> Self {
        let days = window.map_or(&[][..], |window| &window.days);
        Self {
            days: Words(days.iter().map(|day| day.as_str().to_owned()).collect()),
            from: window.map(|window| window.from.minutes()),
            until: window.map(|window| window.until.minutes()),
        }
    }

    fn read(row: &Row<'_>) -> Result<Option<TimeWindow>> {
        let minute = |column: &'static str| -> Result<Option<TimeOfDay>> {
            Ok(row.get::<Option<i64>>(column)?.and_then(TimeOfDay::from_minutes))
        };
        let Some((from, until)) = minute("from_minute")?.zip(minute("until_minute")?) else {
            return Ok(None);
        };
        let days = row.get::<Words>("days")?.0;
        let days: Result<Vec<_>, _> = days.iter().map(|day| day.parse()).collect();
        Ok(Some(TimeWindow {
            days: days.map_err(|error: types::UnknownWord| corrupt("days", error))?,
            from,
            until,
        }))
    }
}

fn people_of(target: &Target) -> Words {
    Words(target.people().iter().map(ToString::to_string).collect())
}

const fn last_of(target: &Target) -> Option<PersonId> {
    match target {
        Target::RoundRobin { last, .. } => *last,
        Target::Person(_) | Target::Pool => None,
    }
}

fn turn_of(target: &Target) -> Option<i64> {
    match target {
        Target::RoundRobin { turn, .. } => turn.and_then(|turn| i64::try_from(turn).ok()),
        Target::Person(_) | Target::Pool => None,
    }
}

fn shares_of(target: &Target) -> Words {
    Words(target.shares().iter().map(ToString::to_string).collect())
}

fn zips_of(criteria: &Criteria) -> Words {
    Words(criteria.zips.iter().map(ToString::to_string).collect())
}

fn corrupt(column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Corrupt {
        column,
        source: Box::new(source),
    }
}

fn target(row: &Row<'_>) -> Result<Target> {
    let people = row.get::<Words>("people")?.0;
    let people: Result<Vec<PersonId>, _> = people.iter().map(|id| id.parse()).collect();
    let people = people.map_err(|error| corrupt("people", error))?;
    let kind: TargetKind = row.get("target")?;
    let shares = row.get::<Words>("shares")?.0;
    let shares: Result<Vec<u8>, _> = shares.iter().map(|share| share.parse()).collect();
    let shares = shares.map_err(|error| corrupt("shares", error))?;
    let people_named = people.len();
    let target = Target::kept(kind, people).map_err(|error| corrupt("people", error))?;
    // Rules that are older than shares have none, and one whose people were changed without them has others'.
    let target = match shares.len() == people_named {
        true => target.sharing(shares).map_err(|error| corrupt("shares", error))?,
        false => target,
    };
    Ok(match target {
        Target::RoundRobin { people, shares, .. } => Target::RoundRobin {
            people,
            shares,
            last: row.get("last_person_id")?,
            turn: row
                .get::<Option<i64>>("turn")?
                .and_then(|turn| usize::try_from(turn).ok()),
        },
        other => other,
    })
}

fn zips(row: &Row<'_>) -> Result<Vec<ZipCode>> {
    let zips = row.get::<Words>("zips")?.0;
    let zips: Result<Vec<_>, _> = zips.iter().map(|zip| zip.parse()).collect();
    zips.map_err(|error: ZipCodeError| corrupt("zips", error))
}

impl FromRow for AssignmentRule {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            criteria: Criteria {
                source: row.get("source")?,
                lead_type: row.get("lead_type")?,
                town: row.get("town")?,
                zips: zips(row)?,
                tag: row.get("tag")?,
                price_min: row.get::<Option<Money>>("price_min")?,
                price_max: row.get::<Option<Money>>("price_max")?,
                window: Window::read(row)?,
            },
            target: target(row)?,
            position: row.get("position")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for ListedHome {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            city: row.get("city")?,
            // Outside of the United States they are something else.
            zip: row.get::<String>("zip")?.parse().ok(),
            price: Money::from_dollars(row.get("price")?).unwrap_or(Money::ZERO),
        })
    }
}
