//! The rules of many tenants at once: a batch of the queue gives its leads away with as many statements as one lead
//! takes.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, tz::TimeZone};
use types::{
    AssignmentRuleId, ContactId, Member, PersonId, TenantId,
    assignment::{AssignmentRule, ListedHome, RuleBook},
};

use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql, Words},
};

/// What rules are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// To look at.
    Reading,
    /// To give leads to people: turns and members are held until the commit.
    Using,
}

/// A rule or a member, and whose they are.
struct Owned<T> {
    tenant_id: TenantId,
    of_tenant: T,
}

impl<T: FromRow> FromRow for Owned<T> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            of_tenant: T::from_row(row)?,
        })
    }
}

macro_rules! select_rules {
    ($list:literal, $hold:literal) => {
        concat!(
            "SELECT rule.tenant_id, rule.id, rule.position, rule.name, rule.source, rule.lead_type, rule.town,
                    rule.price_min, rule.price_max, rule.days, rule.from_minute, rule.until_minute, rule.target,
                    rule.people, rule.last_person_id, rule.version, rule.created_at, rule.updated_at, rule.zips,
                    rule.tag, rule.shares, rule.turn
               FROM ",
            $list,
            "  JOIN assignment_rules AS rule ON rule.tenant_id = list.id
              ORDER BY rule.tenant_id, rule.id ",
            $hold
        )
    };
}

macro_rules! select_members {
    ($list:literal, $hold:literal) => {
        concat!(
            "SELECT members.tenant_id, people.id, people.email, people.name, members.role, members.is_paused,
                    members.created_at
               FROM ",
            $list,
            "  JOIN members ON members.tenant_id = list.id AND members.removed_at IS NULL
               JOIN people ON people.id = members.person_id
              ORDER BY members.tenant_id, members.person_id ",
            $hold
        )
    };
}

macro_rules! tenants_list {
    ($select:ident, $hold:literal) => {
        Sql {
            sqlite: $select!("(SELECT c0 AS id FROM list) AS list", ""),
            postgres: $select!("UNNEST($1) AS list (id)", $hold),
        }
    };
}

/// The rule book of one tenant.
pub(crate) async fn book(tx: &mut Tx, tenant_id: &TenantId, purpose: For) -> Result<RuleBook> {
    let mut rules = rules(tx, std::slice::from_ref(tenant_id), purpose).await?;
    let mut members = members(tx, std::slice::from_ref(tenant_id), purpose).await?;
    let zones = zones(tx, std::slice::from_ref(tenant_id)).await?;
    Ok(RuleBook::new(
        rules.remove(tenant_id).unwrap_or_default(),
        members.remove(tenant_id).unwrap_or_default(),
        zone(zones.get(tenant_id)),
    ))
}

/// The rule books of those of these tenants that have rules, to be used.
pub(crate) async fn books_to_use(tx: &mut Tx, tenants: &[TenantId]) -> Result<BTreeMap<TenantId, RuleBook>> {
    let rules = rules(tx, tenants, For::Using).await?;
    if rules.is_empty() {
        return Ok(BTreeMap::new());
    }
    let with_rules: Vec<_> = rules.keys().cloned().collect();
    let mut members = members(tx, &with_rules, For::Using).await?;
    let zones = zones(tx, &with_rules).await?;
    let books = rules.into_iter().map(|(tenant_id, rules)| {
        let members = members.remove(&tenant_id).unwrap_or_default();
        let book = RuleBook::new(rules, members, zone(zones.get(&tenant_id)));
        (tenant_id, book)
    });
    Ok(books.collect())
}

async fn rules(
    tx: &mut Tx,
    tenants: &[TenantId],
    purpose: For,
) -> Result<BTreeMap<TenantId, Vec<AssignmentRule>>> {
    const READ: Sql = tenants_list!(select_rules, "");
    const USE: Sql = tenants_list!(select_rules, "FOR UPDATE OF rule");
    let sql = if purpose == For::Using { USE } else { READ };
    let found: Vec<Owned<AssignmentRule>> = tx.bulk(sql).column(tenants.iter().cloned()).fetch_all().await?;
    Ok(by_tenant(found))
}

async fn members(tx: &mut Tx, tenants: &[TenantId], purpose: For) -> Result<BTreeMap<TenantId, Vec<Member>>> {
    const READ: Sql = tenants_list!(select_members, "");
    // So that nobody leaves between being chosen and being given the lead.
    const USE: Sql = tenants_list!(select_members, "FOR SHARE OF members");
    let sql = if purpose == For::Using { USE } else { READ };
    let found: Vec<Owned<Member>> = tx.bulk(sql).column(tenants.iter().cloned()).fetch_all().await?;
    Ok(by_tenant(found))
}

fn by_tenant<T>(found: Vec<Owned<T>>) -> BTreeMap<TenantId, Vec<T>> {
    let mut all: BTreeMap<TenantId, Vec<T>> = BTreeMap::new();
    for Owned { tenant_id, of_tenant } in found {
        all.entry(tenant_id).or_default().push(of_tenant);
    }
    all
}

async fn zones(tx: &mut Tx, tenants: &[TenantId]) -> Result<HashMap<TenantId, String>> {
    const ZONES: Sql = Sql {
        sqlite: "SELECT tenant_id, time_zone FROM list JOIN tenant_settings ON tenant_id = c0",
        postgres: "SELECT tenant_id, time_zone FROM UNNEST($1) AS list (id) JOIN tenant_settings ON tenant_id = list.id",
    };
    let found: Vec<(TenantId, String)> = tx.bulk(ZONES).column(tenants.iter().cloned()).fetch_all().await?;
    Ok(found.into_iter().collect())
}

/// A zone that nobody here knows any more is UTC: a lead must become somebody's all the same.
fn zone(name: Option<&String>) -> TimeZone {
    let known = name.and_then(|name| TimeZone::get(name).ok());
    known.unwrap_or(TimeZone::UTC)
}

/// A home that a lead is about: whose listing, and which.
pub(crate) type HomeKey = (TenantId, String);

/// What these tenants' listings say of these homes.
pub(crate) async fn homes(tx: &mut Tx, wanted: &[HomeKey]) -> Result<BTreeMap<HomeKey, ListedHome>> {
    const HOMES: Sql = Sql {
        sqlite: "SELECT listing.tenant_id, listing.id, listing.city, listing.zip, listing.price
                   FROM list
                   JOIN listings AS listing ON listing.tenant_id = list.c0 AND listing.id = list.c1",
        postgres: "SELECT listing.tenant_id, listing.id, listing.city, listing.zip, listing.price
                     FROM UNNEST($1, $2) AS list (tenant_id, id)
                     JOIN listings AS listing ON listing.tenant_id = list.tenant_id AND listing.id = list.id",
    };
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(HomeKey, ListedHome)> = tx
        .bulk(HOMES)
        .column(wanted.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(wanted.iter().map(|(_, id)| id.clone()))
        .fetch_all()
        .await?;
    Ok(found.into_iter().collect())
}

/// A contact whose lead is to become somebody's: whose they are, and who.
pub(crate) type ContactKey = (TenantId, ContactId);

/// The words on these contacts; of those who have none, nothing.
pub(crate) async fn tags(tx: &mut Tx, wanted: &[ContactKey]) -> Result<BTreeMap<ContactKey, Vec<String>>> {
    const TAGS: Sql = Sql {
        sqlite: "SELECT contact.tenant_id, contact.id, contact.tags
                   FROM list
                   JOIN contacts AS contact ON contact.tenant_id = list.c0 AND contact.id = list.c1",
        postgres: "SELECT contact.tenant_id, contact.id, contact.tags
                     FROM UNNEST($1, $2) AS list (tenant_id, id)
                     JOIN contacts AS contact ON contact.tenant_id = list.tenant_id AND contact.id = list.id",
    };
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(ContactKey, Vec<String>)> = tx
        .bulk(TAGS)
        .column(wanted.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(wanted.iter().map(|(_, id)| *id))
        .fetch_all()
        .await?;
    Ok(found.into_iter().collect())
}

/// Whose turn was the last under a rule of a tenant, and which of its round.
pub(crate) type KeptTurn<'a> = (&'a TenantId, AssignmentRuleId, PersonId, Option<usize>);

/// Keeps whose turn was the last, of rules that this transaction holds.
pub(crate) async fn keep_turns(tx: &mut Tx, turns: &[KeptTurn<'_>]) -> Result<()> {
    const KEEP: Sql = Sql {
        sqlite: "UPDATE assignment_rules AS rule
                    SET last_person_id = list.c2, turn = list.c3
                   FROM list
                  WHERE rule.tenant_id = list.c0 AND rule.id = list.c1",
        postgres: "UPDATE assignment_rules AS rule
                      SET last_person_id = list.person_id, turn = list.turn
                     FROM UNNEST($1, $2, $3, $4) AS list (tenant_id, id, person_id, turn)
                    WHERE rule.tenant_id = list.tenant_id AND rule.id = list.id",
    };
    if turns.is_empty() {
        return Ok(());
    }
    tx.bulk(KEEP)
        .column(turns.iter().map(|(tenant_id, ..)| (*tenant_id).clone()))
        .column(turns.iter().map(|(_, rule_id, ..)| *rule_id))
        .column(turns.iter().map(|(_, _, person_id, _)| *person_id))
        .column(
            turns
                .iter()
                .map(|(.., turn)| turn.and_then(|turn| i64::try_from(turn).ok())),
        )
        .execute()
        .await?;
    Ok(())
}

/// Puts rules of a tenant where they shall stand.
pub(super) async fn set_positions(
    tx: &mut Tx,
    tenant_id: &TenantId,
    places: &[(AssignmentRuleId, i64)],
    now: Timestamp,
) -> Result<()> {
    const PLACE: Sql = Sql {
        sqlite: "UPDATE assignment_rules AS rule
                    SET position = list.c1, updated_at = $2, version = version + 1
                   FROM list
                  WHERE rule.tenant_id = $1 AND rule.id = list.c0",
        postgres: "UPDATE assignment_rules AS rule
                      SET position = list.position, updated_at = $4, version = rule.version + 1
                     FROM UNNEST($1, $2) AS list (id, position)
                    WHERE rule.tenant_id = $3 AND rule.id = list.id",
    };
    if places.is_empty() {
        return Ok(());
    }
    tx.bulk(PLACE)
        .column(places.iter().map(|(rule_id, _)| *rule_id))
        .column(places.iter().map(|(_, position)| *position))
        .bind(tenant_id)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for (TenantId, String) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get("tenant_id")?, row.get("time_zone")?))
    }
}

impl FromRow for (ContactKey, Vec<String>) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let key = (row.get("tenant_id")?, row.get("id")?);
        Ok((key, row.get::<Words>("tags")?.0))
    }
}

impl FromRow for (HomeKey, ListedHome) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let key = (row.get("tenant_id")?, row.get("id")?);
        Ok((key, ListedHome::from_row(row)?))
    }
}
