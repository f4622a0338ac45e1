//! Writing rules down, changing them, moving and taking them away: what is checked, written and told.

use db::{Tx, tenant::assignment};
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{
    AssignmentRuleId,
    assignment::{AssignmentRule, MOST_RULES, RuleBook, RuleChange, RuleError},
};

use super::note;
use crate::{app::App, member::Writer};

/// A rule and its place among the others, from 1.
pub(super) type Placed = (AssignmentRule, usize);

/// Adds a rule, before the catch-all or at this place.
///
/// # Errors
///
/// Invalid; a conflict, when there are too many.
pub(super) async fn add(
    app: &App,
    owner: &Writer,
    wanted: RuleChange,
    place: Option<usize>,
) -> Result<Placed, Failure> {
    let (scope, now) = (&owner.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let book = assignment::book_to_use(&mut tx, scope).await?;
    if book.rules().len() >= MOST_RULES {
        let sentence = format!("There are at most {MOST_RULES} rules. Remove one first.");
        return Err(Failure::conflict("too_many_rules", sentence));
    }
    let mut rule = AssignmentRule {
        id: AssignmentRuleId::new(&*app.ids),
        name: String::new(),
        position: book.rules().len() as i64,
        created_at: now,
        ..AssignmentRule::catch_all()
    };
    check_people(&book, &wanted)?;
    rule.apply(wanted, now).map_err(refusal)?;
    assignment::insert(&mut tx, scope, &rule).await?;
    let mut order = in_order(&book);
    order.push(rule.id);
    put(&mut tx, app, owner, (order, rule.id), place).await?;
    note(
        &mut tx,
        app,
        owner,
        (format!("Added the rule of assignment “{}”", rule.name), now),
    )
    .await?;
    let placed = find(&mut tx, owner, rule.id).await?;
    tx.commit().await?;
    Ok(placed)
}

/// Changes a rule that is still what the caller saw, its place too if one is named.
///
/// # Errors
///
/// Not found, stale or invalid.
pub(super) async fn change(
    app: &App,
    owner: &Writer,
    (id, seen): (AssignmentRuleId, &IfMatch),
    wanted: RuleChange,
    place: Option<usize>,
) -> Result<Placed, Failure> {
    let (scope, now) = (&owner.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let book = assignment::book_to_use(&mut tx, scope).await?;
    let mut rule = in_book(&book, id)?.clone();
    seen.allows(Version::of(rule.version))?;
    check_people(&book, &wanted)?;
    if rule.apply(wanted, now).map_err(refusal)? {
        write(&mut tx, owner, &rule).await?;
        let what = format!("Changed the rule of assignment “{}”", rule.name);
        note(&mut tx, app, owner, (what, now)).await?;
    }
    if !rule.is_catch_all() {
        put(&mut tx, app, owner, (in_order(&book), id), place).await?;
    }
    let placed = find(&mut tx, owner, id).await?;
    tx.commit().await?;
    Ok(placed)
}

/// The catch-all is there before anybody stored it.
async fn write(tx: &mut Tx, owner: &Writer, rule: &AssignmentRule) -> Result<(), Failure> {
    let scope = &owner.0.scope;
    if assignment::update(tx, scope, rule).await? {
        return Ok(());
    }
    if !rule.is_catch_all() || rule.version > 1 {
        return Err(Failure::Stale);
    }
    let first = AssignmentRule {
        version: 2,
        created_at: rule.updated_at,
        ..rule.clone()
    };
    match assignment::insert(tx, scope, &first).await {
        Err(db::Error::Conflict { .. }) => Err(Failure::Stale),
        done => Ok(done?),
    }
}

/// Takes a rule away. The catch-all stays.
///
/// # Errors
///
/// Not found or stale; a conflict, for the catch-all.
pub(super) async fn remove(
    app: &App,
    owner: &Writer,
    (id, seen): (AssignmentRuleId, &IfMatch),
) -> Result<AssignmentRule, Failure> {
    let (scope, now) = (&owner.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let book = assignment::book_to_use(&mut tx, scope).await?;
    let rule = in_book(&book, id)?.clone();
    if rule.is_catch_all() {
        let sentence =
            "The last rule stays: without it a lead that no other matches would be lost. Change it instead.";
        return Err(Failure::conflict("catch_all_stays", sentence));
    }
    seen.allows(Version::of(rule.version))?;
    if !assignment::delete(&mut tx, scope, id, rule.version).await? {
        return Err(Failure::Stale);
    }
    let what = format!("Removed the rule of assignment “{}”", rule.name);
    note(&mut tx, app, owner, (what, now)).await?;
    tx.commit().await?;
    Ok(rule)
}

/// Puts a rule at its place among these, if one is named, and numbers them all from 1.
async fn put(
    tx: &mut Tx,
    app: &App,
    owner: &Writer,
    (mut order, id): (Vec<AssignmentRuleId>, AssignmentRuleId),
    place: Option<usize>,
) -> Result<(), Failure> {
    let Some(place) = place else { return Ok(()) };
    let before = order.clone();
    order.retain(|other| *other != id);
    order.insert(place.clamp(1, order.len() + 1) - 1, id);
    if order == before {
        return Ok(());
    }
    let places: Vec<_> = order.into_iter().zip(1..).collect();
    assignment::set_positions(tx, &owner.0.scope, &places, app.clock.now()).await?;
    Ok(())
}

/// The rules that can be moved, in their order.
fn in_order(book: &RuleBook) -> Vec<AssignmentRuleId> {
    let movable = book.rules().iter().filter(|rule| !rule.is_catch_all());
    movable.map(|rule| rule.id).collect()
}

fn in_book(book: &RuleBook, id: AssignmentRuleId) -> Result<&AssignmentRule, Failure> {
    let found = book.rules().iter().find(|rule| rule.id == id);
    found.ok_or(Failure::NotFound)
}

/// Finds a rule and its place.
///
/// # Errors
///
/// Not found, for one that is absent or another tenant's.
pub(super) async fn find(tx: &mut Tx, owner: &Writer, id: AssignmentRuleId) -> Result<Placed, Failure> {
    let book = assignment::book(tx, &owner.0.scope).await?;
    let place = book.rules().iter().position(|rule| rule.id == id);
    let place = place.ok_or(Failure::NotFound)?;
    Ok((book.rules()[place].clone(), place + 1))
}

fn check_people(book: &RuleBook, wanted: &RuleChange) -> Result<(), Failure> {
    for person in wanted.people.iter().flatten() {
        let member = book.members().iter().find(|member| member.person_id == *person);
        let Some(member) = member else {
            let sentence = "Everybody named must be a member of this workspace.";
            return Err(Failure::invalid("/people", "unknown", sentence));
        };
        if !member.role.may_write() {
            let sentence = format!(
                "{} may only look: name somebody who can work on leads.",
                member.name
            );
            return Err(Failure::invalid("/people", "read_only", sentence));
        }
    }
    Ok(())
}

fn refusal(error: RuleError) -> Failure {
    Failure::invalid(format!("/{}", error.field()), "invalid", error.to_string())
}
