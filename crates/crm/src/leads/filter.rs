//! Which leads a list shows: the parameters that the page and the API share.

use db::tenant::leads::{Answered, Holder, LeadFilter, LeadSort, LeadWithContact, Need, Reached};
use jiff::{Timestamp, civil::Date};
use server::{Failure, FieldErrors, Params, Submitted};
use types::{LeadId, Mark, Money, PersonId};

use crate::{listing, workspace::Workspace, zone::Zone};

/// Who asks: a day is one of theirs, and `me` is them.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) zone: &'a Zone,
    pub(crate) me: PersonId,
}

static NOBODYS: Zone = Zone::UTC;

impl<'a> Asker<'a> {
    pub(crate) fn of(workspace: &'a Workspace) -> Self {
        Self {
            zone: &workspace.zone,
            me: workspace.member.person_id(),
        }
    }

    /// Of a query that speaks of nobody's days and of nobody as `me`.
    fn nobody() -> Self {
        Self {
            zone: &NOBODYS,
            me: PersonId::from(uuid::Uuid::nil()),
        }
    }
}

/// Reads the filters.
///
/// # Errors
///
/// Invalid, for a value that is not one of the known ones: an empty list would be a lie.
pub(super) fn read(params: &Params, asker: Asker<'_>) -> Result<LeadFilter, Failure> {
    let (filter, errors) = parse(params, asker);
    errors.finish()?;
    Ok(filter)
}

/// The parameters whose values are known, and the others in words. A link may be older than what there is: its page shows
/// the list without them.
pub(super) fn known(params: Params, asker: Asker<'_>) -> (Params, Vec<String>) {
    let (_, errors) = parse(&params, asker);
    listing::known(params, &errors)
}

/// Reads the filters of a query that was kept and is nobody's: [`settled`] saw to that before.
///
/// # Errors
///
/// Malformed or invalid, when nobody could see such a list.
pub(crate) fn of_query(query: &str) -> Result<LeadFilter, Failure> {
    read(&Params(Submitted::of_query(query)?), Asker::nobody())
}

/// What is wrong with the filters of a query, whoever asks.
pub(super) fn wrong_in(query: &Submitted) -> FieldErrors {
    parse(&Params(query.clone()), Asker::nobody()).1
}

/// The same query with times where it says days, and a name where it says `me`, so that it means the same leads to
/// whoever reads it.
pub(crate) fn settled(query: &Submitted, asker: Asker<'_>) -> Submitted {
    let (filter, _) = parse(&Params(query.clone()), asker);
    let member = match filter.held_by {
        Some(Holder::Member(id)) => Some(id.to_string()),
        Some(Holder::Nobody) | None => None,
    };
    let said = [
        ("createdFrom", filter.created_from.map(|time| time.to_string())),
        ("createdTo", filter.created_before.map(|time| time.to_string())),
        (
            "nextActionTo",
            filter.next_action_before.map(|time| time.to_string()),
        ),
        ("assignedTo", member),
    ];
    said.into_iter()
        .fold(query.clone(), |query, (name, value)| match value {
            Some(value) => query.without(name).with(name, value),
            None => query,
        })
}

/// The same, with what is wrong beside it.
fn parse(params: &Params, Asker { zone, me }: Asker<'_>) -> (LeadFilter, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut moment = |name: &str, begins: fn(Date) -> Option<Date>| {
        let read = params.filled(name).map(|typed| time(typed, zone, begins));
        errors.keep_filter(name, "invalid", read.transpose()).flatten()
    };
    let created_from = moment("createdFrom", Some);
    let created_before = moment("createdTo", |day| day.tomorrow().ok());
    let next_action_before = moment("nextActionTo", |day| day.tomorrow().ok());
    let filter = LeadFilter {
        status: params.one_of("status", &mut errors),
        lead_type: params.one_of("leadType", &mut errors),
        source: params.filled("source").map(str::to_owned),
        contact_id: listing::id(params, "contactId", &mut errors),
        tag: params.filled("tag").map(str::to_owned),
        held_by: errors
            .keep_filter("assignedTo", "invalid", holder(params, me))
            .flatten(),
        search: params.filled("q").map(str::to_owned),
        needs: errors.keep_filter("needs", "unknown", needs(params)).flatten(),
        response: params.one_of("response", &mut errors),
        created_from,
        created_before,
        next_action_before,
        is_overdue: errors
            .keep_filter("nextAction", "unknown", overdue(params))
            .unwrap_or_default(),
        answered: errors
            .keep_filter("answered", "unknown", answered(params))
            .flatten(),
        reached: errors
            .keep_filter("reached", "unknown", reached(params))
            .flatten(),
        is_hot: errors
            .keep_filter("hot", "unknown", hot(params))
            .unwrap_or_default(),
        sort: errors
            .keep_filter("sort", "unknown", sort(params))
            .unwrap_or_default(),
        named: None,
        after: None,
        is_backward: false,
    };
    (filter, errors)
}

/// Where a lead stands in a list of this order.
pub(super) fn place(sort: LeadSort, LeadWithContact { lead, .. }: &LeadWithContact) -> (Mark, LeadId) {
    let known = |at| Mark::of(at, Mark::At, lead.created_at);
    let price = || lead.property.price_max.or(lead.property.price_min);
    let mark = match sort {
        LeadSort::Newest | LeadSort::Oldest => Mark::At(lead.created_at),
        LeadSort::RecentlyUpdated | LeadSort::LeastRecentlyUpdated => Mark::At(lead.updated_at),
        LeadSort::RecentlyContacted | LeadSort::LeastRecentlyContacted => known(lead.last_contact_at),
        LeadSort::SoonestAction | LeadSort::LatestAction => known(lead.next_action_at),
        LeadSort::Dearest | LeadSort::Cheapest => {
            Mark::of(price().map(Money::cents), Mark::Number, lead.created_at)
        }
    };
    (mark, lead.id)
}

/// Every order, each with its word.
pub(super) const ORDERS: [(LeadSort, &str); 10] = [
    (LeadSort::Newest, "-createdAt"),
    (LeadSort::Oldest, "createdAt"),
    (LeadSort::RecentlyUpdated, "-updatedAt"),
    (LeadSort::LeastRecentlyUpdated, "updatedAt"),
    (LeadSort::RecentlyContacted, "-lastContactAt"),
    (LeadSort::LeastRecentlyContacted, "lastContactAt"),
    (LeadSort::SoonestAction, "nextActionAt"),
    (LeadSort::LatestAction, "-nextActionAt"),
    (LeadSort::Dearest, "-price"),
    (LeadSort::Cheapest, "price"),
];

/// The word for an order.
pub(super) fn word(sort: LeadSort) -> &'static str {
    let named = ORDERS.iter().find(|(order, _)| *order == sort);
    named.map_or("-createdAt", |(_, word)| word)
}

fn holder(params: &Params, me: PersonId) -> Result<Option<Holder>, &'static str> {
    match params.filled("assignedTo") {
        None => Ok(None),
        Some("me") => Ok(Some(Holder::Member(me))),
        Some("none") => Ok(Some(Holder::Nobody)),
        Some(id) => match id.parse() {
            Ok(id) => Ok(Some(Holder::Member(id))),
            Err(_) => Err("must be me, none or an id"),
        },
    }
}

fn needs(params: &Params) -> Result<Option<Need>, &'static str> {
    match params.filled("needs") {
        None => Ok(None),
        Some("response") => Ok(Some(Need::Response)),
        Some("action") => Ok(Some(Need::Action)),
        Some(_) => Err("must be one of response, action"),
    }
}

fn answered(params: &Params) -> Result<Option<Answered>, &'static str> {
    match params.filled("answered") {
        None => Ok(None),
        Some("yes") => Ok(Some(Answered::AtAll)),
        Some("in_time") => Ok(Some(Answered::InTime)),
        Some("no") => Ok(Some(Answered::Never)),
        Some(_) => Err("must be one of yes, in_time, no"),
    }
}

fn reached(params: &Params) -> Result<Option<Reached>, &'static str> {
    match params.filled("reached") {
        None => Ok(None),
        Some("qualified") => Ok(Some(Reached::Qualified)),
        Some("appointment") => Ok(Some(Reached::Appointment)),
        Some(_) => Err("must be one of qualified, appointment"),
    }
}

fn overdue(params: &Params) -> Result<bool, &'static str> {
    match params.filled("nextAction") {
        None => Ok(false),
        Some("overdue") => Ok(true),
        Some(_) => Err("must be overdue"),
    }
}

fn hot(params: &Params) -> Result<bool, &'static str> {
    match params.filled("hot") {
        None => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err("must be true"),
    }
}

/// Years that a list may ask for: PostgreSQL knows no time before the stone age, and SQLite sorts none after 9999.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

/// A day, of which `begins` says which day's beginning is meant, or a time.
pub(crate) fn time(
    typed: &str,
    zone: &Zone,
    begins: fn(Date) -> Option<Date>,
) -> Result<Timestamp, &'static str> {
    const NEITHER: &str = "must be a day such as 2026-08-24, or a time such as 2026-08-24T04:00:00Z";
    let time = match typed.parse::<Timestamp>() {
        Ok(time) => Some(time),
        Err(_) => day(typed).and_then(begins).and_then(|day| zone.begin(day)),
    };
    let time = time.filter(|time| YEARS.contains(&Zone::UTC.day_of(*time).year()));
    time.ok_or(NEITHER)
}

/// A day as an `<input type="date">` holds it.
pub(crate) fn day(typed: &str) -> Option<Date> {
    let is_day = typed.len() == "2026-08-24".len();
    let day = typed.parse::<Date>().ok().filter(|_| is_day);
    day.filter(|day| YEARS.contains(&day.year()))
}

fn sort(params: &Params) -> Result<LeadSort, String> {
    let Some(asked) = params.filled("sort") else {
        return Ok(LeadSort::Newest);
    };
    let named = ORDERS.iter().find(|(_, word)| *word == asked);
    named.map(|(sort, _)| *sort).ok_or_else(|| {
        let words: Vec<_> = ORDERS.iter().map(|(_, word)| *word).collect();
        format!("must be one of {}", words.join(", "))
    })
}
