//! What a form says about a rule. The same, field by field, is what the API takes.

use server::{FieldErrors, Fields, Submitted};
use types::{
    Money, Patch, PersonId, Text,
    assignment::{AssignmentRule, Day, RuleChange, RuleError, TargetKind, TimeOfDay, ZipCode},
    property::Price,
};

/// The form as it is before anybody touched it.
pub(super) fn as_it_is(rule: &AssignmentRule) -> Submitted {
    let criteria = &rule.criteria;
    let price = |price: Option<Money>| price.map(|price| price.whole_dollars().to_string());
    let hours = criteria.window.as_ref();
    // A window without hours of its own is one of whole days.
    let hours = hours.filter(|window| window.from != window.until);
    let values = [
        ("name", Some(rule.name.clone())),
        ("source", criteria.source.clone()),
        ("leadType", criteria.lead_type.map(|kind| kind.to_string())),
        ("town", criteria.town.clone()),
        ("zips", Some(listed(&criteria.zips))),
        ("tag", criteria.tag.clone()),
        ("priceMin", price(criteria.price_min)),
        ("priceMax", price(criteria.price_max)),
        ("from", hours.map(|window| window.from.to_string())),
        ("until", hours.map(|window| window.until.to_string())),
        ("target", Some(rule.target.kind().to_string())),
    ];
    let mut form = Submitted::default();
    for (name, value) in values {
        form = form.with(name, value.unwrap_or_default());
    }
    let days = criteria.window.as_ref().map_or(&[][..], |window| &window.days);
    for day in days {
        form = form.with("days", day.as_str());
    }
    for person in rule.target.people() {
        form = form.with("people", person.to_string());
    }
    for (person, share) in rule.target.people().iter().zip(rule.target.shares()) {
        form = form.with(&format!("share.{person}"), share.to_string());
    }
    form
}

fn listed(zips: &[ZipCode]) -> String {
    let zips: Vec<_> = zips.iter().map(ZipCode::as_str).collect();
    zips.join(", ")
}

/// What was typed. A form shows every field, so an empty one clears.
pub(super) fn of_form(typed: &Submitted) -> (RuleChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let name = Text::<80>::parse(typed.get("name")).map_err(|error| format!("The name {error}."));
    let text = |errors: &mut FieldErrors, field: &str| {
        let text = typed.filled(field).map(Text::<80>::parse).transpose();
        let text = errors.keep(field, "invalid", text.map_err(|error| format!("This {error}.")));
        text.flatten()
            .map_or(Patch::Clear, |text| Patch::Set(text.into_string()))
    };
    let change = RuleChange {
        name: errors.keep("name", "invalid", name).map(Text::into_string),
        source: text(&mut errors, "source"),
        town: text(&mut errors, "town"),
        zips: Patch::Set(zips(typed, &mut errors)),
        tag: text(&mut errors, "tag"),
        lead_type: word(typed, &mut errors, "leadType"),
        price_min: dollars(typed, &mut errors, "priceMin"),
        price_max: dollars(typed, &mut errors, "priceMax"),
        from: word::<TimeOfDay>(typed, &mut errors, "from"),
        until: word::<TimeOfDay>(typed, &mut errors, "until"),
        days: Patch::Set(all::<Day>(typed, &mut errors, "days")),
        target: match word::<TargetKind>(typed, &mut errors, "target") {
            Patch::Set(kind) => Some(kind),
            Patch::Keep | Patch::Clear => Some(TargetKind::Pool),
        },
        people: Some(all::<PersonId>(typed, &mut errors, "people")),
        shares: Some(shares(typed, &mut errors)),
    };
    (change, errors)
}

/// Codes with commas or spaces between them.
fn zips(typed: &Submitted, errors: &mut FieldErrors) -> Vec<ZipCode> {
    let given = typed
        .get("zips")
        .split([',', ';', ' '])
        .filter(|zip| !zip.is_empty());
    let read: Result<Vec<ZipCode>, _> = given.map(str::parse).collect();
    let read = read.map_err(|error| format!("A ZIP code {error}."));
    errors.keep("zips", "invalid", read).unwrap_or_default()
}

/// The turns of everybody who was ticked; one of whoever says nothing. Only those who take turns have any.
fn shares(typed: &Submitted, errors: &mut FieldErrors) -> Vec<u8> {
    if typed.get("target") != TargetKind::RoundRobin.as_str() {
        return Vec::new();
    }
    let people = typed.all("people").filter(|person| !person.is_empty());
    let share = |person: &str| {
        let said = typed.filled(&format!("share.{person}"));
        said.map_or(Ok(1), str::parse::<u8>)
    };
    let read: Result<Vec<u8>, _> = people.map(share).collect();
    let read = read.map_err(|_| RuleError::Shares);
    errors.keep("shares", "invalid", read).unwrap_or_default()
}

fn word<T>(typed: &Submitted, errors: &mut FieldErrors, field: &str) -> Patch<T>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let read = typed.filled(field).map(str::parse::<T>).transpose();
    let read = read.map_err(|error| format!("This {error}."));
    errors
        .keep(field, "invalid", read)
        .flatten()
        .map_or(Patch::Clear, Patch::Set)
}

fn all<T: std::str::FromStr>(typed: &Submitted, errors: &mut FieldErrors, field: &str) -> Vec<T> {
    let given = typed.all(field).filter(|text| !text.is_empty());
    let read: Result<Vec<T>, _> = given.map(str::parse).collect();
    let read = read.map_err(|_| "Choose from the list.");
    errors.keep(field, "unknown", read).unwrap_or_default()
}

fn dollars(typed: &Submitted, errors: &mut FieldErrors, field: &str) -> Patch<Money> {
    let read = typed.filled(field).map(crate::leads::dollars).transpose();
    errors
        .keep(field, "invalid", read)
        .flatten()
        .map_or(Patch::Clear, Patch::Set)
}

/// What a body says.
pub(super) fn of_body(fields: &mut Fields) -> RuleChange {
    RuleChange {
        name: fields.optional::<Text<80>>("name").map(Text::into_string),
        source: fields.text::<80>("source"),
        lead_type: fields.patch("leadType"),
        town: fields.text::<80>("town"),
        zips: fields.patch("zips"),
        tag: fields.text::<50>("tag"),
        price_min: price(fields, "priceMin"),
        price_max: price(fields, "priceMax"),
        days: fields.patch("days"),
        from: fields.patch("from"),
        until: fields.patch("until"),
        target: fields.optional("target"),
        people: fields.optional("people"),
        shares: fields.optional("shares"),
    }
}

/// Whole dollars.
pub(super) fn price(fields: &mut Fields, name: &'static str) -> Patch<Money> {
    fields
        .patch::<Price>(name)
        .map(|price| Money::from_cents(i64::from(price.dollars()) * 100))
}
