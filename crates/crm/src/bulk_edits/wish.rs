//! What somebody wants of many leads: read from a form or from JSON.

use std::collections::BTreeMap;

use server::{Failure, FieldErrors, Fields, Submitted};
use types::{BulkChange, CloseReason, LeadId, LeadStatus, MOST_NAMED, Meant, Patch, Text};

use crate::leads::list::PARAMETERS;

/// One change, and which leads it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) change: BulkChange,
    pub(super) meant: Meant,
}

/// The leads that an address names: those ticked, or all of the list it describes.
///
/// # Errors
///
/// Invalid, when none is ticked, too many are, or one is no lead's id.
pub(super) fn meant(typed: &Submitted) -> Result<Meant, Failure> {
    match typed.get("of") {
        "all" => Ok(listed(typed)),
        _ => ticked(typed),
    }
}

/// The same from a form, which carries the list's query as one field: its other fields have the same names.
///
/// # Errors
///
/// The same; malformed, for a query that is none.
pub(super) fn meant_by_form(typed: &Submitted) -> Result<Meant, Failure> {
    match typed.get("of") {
        "all" => Ok(listed(&Submitted::of_query(typed.get("list"))?)),
        _ => ticked(typed),
    }
}

fn listed(list: &Submitted) -> Meant {
    let narrows = |name: &str| PARAMETERS.contains(&name) && !matches!(name, "column" | "density" | "sort");
    Meant::Listed(list.only(narrows).query_with("", None))
}

fn ticked(typed: &Submitted) -> Result<Meant, Failure> {
    let ids = typed
        .all("lead")
        .map(str::parse)
        .collect::<Result<Vec<LeadId>, _>>();
    let ids = ids.map_err(|_| Failure::invalid("/lead", "invalid", "lead must be an id."))?;
    named(ids, "/lead")
}

fn named(mut ids: Vec<LeadId>, pointer: &'static str) -> Result<Meant, Failure> {
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(Failure::invalid(pointer, "required", "Choose at least one lead.")),
        1..=MOST_NAMED => Ok(Meant::Named(ids)),
        _ => Err(Failure::invalid(
            pointer,
            "too_many",
            format!("Choose at most {MOST_NAMED} leads, or all that match."),
        )),
    }
}

/// The change that a form describes: its `what` says which of its fields count.
pub(super) fn change(typed: &Submitted) -> (Option<BulkChange>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let tag = |name: &str, errors: &mut FieldErrors| {
        let tag: Option<Text<50>> = errors.keep(name, "invalid", Text::parse(typed.get(name)));
        tag.map(Text::into_string)
    };
    let change = match typed.get("what") {
        "status" => {
            let to: Option<LeadStatus> = errors.keep("status", "unknown", typed.get("status").parse());
            let reason = typed
                .filled("closeReason")
                .map(str::parse::<CloseReason>)
                .transpose();
            let reason = errors.keep("closeReason", "unknown", reason);
            to.zip(reason)
                .map(|(to, reason)| BulkChange::Status { to, reason })
        }
        "assignedTo" => {
            let person = typed.filled("assignedTo").map(str::parse).transpose();
            let person = person.map_err(|_| "Choose a member.");
            errors
                .keep("assignedTo", "invalid", person)
                .map(BulkChange::AssignedTo)
        }
        "addTag" => tag("addTag", &mut errors).map(BulkChange::AddTag),
        "removeTag" => tag("removeTag", &mut errors).map(BulkChange::RemoveTag),
        _ => {
            errors.add("what", "required", "Choose what is to be different.");
            None
        }
    };
    fitting(change.as_ref(), &mut errors);
    (change.filter(|_| errors.is_empty()), errors)
}

/// A reason belongs to the status it is a reason for.
fn fitting(change: Option<&BulkChange>, errors: &mut FieldErrors) {
    if let Some(BulkChange::Status {
        to,
        reason: Some(reason),
    }) = change
        && reason.status() != *to
    {
        let sentence = format!("“{}” is a reason for {}.", reason.label(), reason.status());
        errors.add("closeReason", "invalid", sentence);
    }
}

/// What a JSON body describes: one change, and `leadIds` or the `filter` of a list.
///
/// # Errors
///
/// Invalid, with everything that is wrong.
pub(super) fn of_body(mut fields: Fields) -> Result<(Wish, bool), Failure> {
    let is_dry_run = fields.optional::<bool>("dryRun").unwrap_or_default();
    let ids = fields.optional::<Vec<LeadId>>("leadIds");
    let filter = fields.optional::<BTreeMap<String, String>>("filter");
    let changes = changes(&mut fields);
    if changes.len() != 1 && fields.is_fine() {
        let sentence = "Name exactly one change: status, assignedTo, addTag or removeTag.";
        fields.refuse("", "one_change", sentence);
    }
    fields.finish()?;
    let meant = match (ids, filter) {
        (Some(ids), None) => named(ids, "/leadIds")?,
        (None, Some(filter)) => {
            let known = |name: &String| PARAMETERS.contains(&name.as_str());
            if let Some(unknown) = filter.keys().find(|name| !known(name)) {
                let sentence = format!("A list of leads has no filter {unknown}.");
                return Err(Failure::invalid("/filter", "unknown", sentence));
            }
            let list = filter.into_iter();
            listed(&list.fold(Submitted::default(), |list, (name, value)| {
                list.with(&name, value)
            }))
        }
        _ => {
            let sentence = "Name the leads by leadIds, or by the filter of a list.";
            return Err(Failure::invalid("/leadIds", "required", sentence));
        }
    };
    let change = changes
        .into_iter()
        .next()
        .ok_or_else(|| Failure::malformed("No change."))?;
    Ok((Wish { change, meant }, is_dry_run))
}

fn changes(fields: &mut Fields) -> Vec<BulkChange> {
    let status = fields.optional::<LeadStatus>("status");
    let reason = fields.optional::<CloseReason>("closeReason");
    let assigned_to = match fields.patch("assignedTo") {
        Patch::Keep => None,
        Patch::Clear => Some(BulkChange::AssignedTo(None)),
        Patch::Set(person_id) => Some(BulkChange::AssignedTo(Some(person_id))),
    };
    let add = fields.optional::<Text<50>>("addTag");
    let remove = fields.optional::<Text<50>>("removeTag");
    let status = status.map(|to| BulkChange::Status { to, reason });
    let mut unfit = FieldErrors::default();
    fitting(status.as_ref(), &mut unfit);
    if let Some(sentence) = unfit.of("closeReason") {
        fields.refuse("closeReason", "invalid", sentence);
    }
    [
        status,
        assigned_to,
        add.map(|tag| BulkChange::AddTag(tag.into_string())),
        remove.map(|tag| BulkChange::RemoveTag(tag.into_string())),
    ]
    .into_iter()
    .flatten()
    .collect()
}
