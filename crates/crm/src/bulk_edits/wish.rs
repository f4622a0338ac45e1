//! What somebody wants of many leads or contacts: read from a form or from JSON.

use std::collections::BTreeMap;

use server::{Failure, FieldErrors, Fields, Submitted};
use types::{BulkChange, CloseReason, EditSubject, LeadStatus, MOST_NAMED, Meant, Patch, Text};
use uuid::Uuid;

use crate::{
    contacts,
    leads::{
        self,
        filter::{Asker, settled},
    },
};

/// What a form says where leads are to be nobody's.
pub(super) const NOBODY: &str = "none";

/// One change, and which records it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) change: BulkChange,
    pub(super) subject: EditSubject,
    pub(super) meant: Meant,
}

/// What kind of record a form or an address is about: leads, unless it says something else.
pub(super) fn subject(typed: &Submitted) -> EditSubject {
    typed.get("about").parse().unwrap_or(EditSubject::Leads)
}

/// What the list of such records may be asked.
pub(super) const fn parameters(subject: EditSubject) -> &'static [&'static str] {
    match subject {
        EditSubject::Leads => leads::list::PARAMETERS,
        EditSubject::Contacts => contacts::list::PARAMETERS,
    }
}

/// The records that an address names: those ticked, or all of the list it describes, whose days are the reader's.
///
/// # Errors
///
/// Invalid, when none is ticked, too many are, or one is no id.
pub(super) fn meant(typed: &Submitted, asker: Asker<'_>) -> Result<Meant, Failure> {
    match typed.get("of") {
        "all" => Ok(listed(subject(typed), &settled(typed, asker))),
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
        "all" => Ok(listed(subject(typed), &Submitted::of_query(typed.get("list"))?)),
        _ => ticked(typed),
    }
}

fn listed(subject: EditSubject, list: &Submitted) -> Meant {
    let known = parameters(subject);
    let narrows =
        |name: &str| known.contains(&name) && !matches!(name, "column" | "density" | "limit" | "sort");
    Meant::Listed(list.only(narrows).query_with("", None))
}

fn ticked(typed: &Submitted) -> Result<Meant, Failure> {
    let subject = subject(typed);
    let one = subject.one();
    let ids = typed.all(one).map(str::parse).collect::<Result<Vec<Uuid>, _>>();
    let pointer = format!("/{one}");
    let ids = ids.map_err(|_| Failure::invalid(&*pointer, "invalid", format!("{one} must be an id.")))?;
    named(subject, ids, &pointer)
}

fn named(subject: EditSubject, mut ids: Vec<Uuid>, pointer: &str) -> Result<Meant, Failure> {
    let one = subject.one();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(Failure::invalid(
            pointer,
            "required",
            format!("Choose at least one {one}."),
        )),
        1..=MOST_NAMED => Ok(Meant::Named(ids)),
        _ => Err(Failure::invalid(
            pointer,
            "too_many",
            format!("Choose at most {MOST_NAMED} {subject}, or all that match."),
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
            let person = match typed.filled("assignedTo") {
                None => Err("Choose who, or nobody."),
                Some(NOBODY) => Ok(None),
                Some(id) => id.parse().map(Some).map_err(|_| "Choose a member."),
            };
            errors
                .keep("assignedTo", "invalid", person)
                .map(BulkChange::AssignedTo)
        }
        "addTag" => tag("addTag", &mut errors).map(BulkChange::AddTag),
        "removeTag" => tag("removeTag", &mut errors).map(BulkChange::RemoveTag),
        "delete" => Some(BulkChange::Delete),
        _ => {
            errors.add("what", "required", "Choose what is to be different.");
            None
        }
    };
    fitting(change.as_ref(), &mut errors);
    (change.filter(|_| errors.is_empty()), errors)
}

/// A reason belongs to the status it is a reason for, and a tag is one.
fn fitting(change: Option<&BulkChange>, errors: &mut FieldErrors) {
    if let Some(BulkChange::AddTag(tag)) = change
        && tag.contains(',')
    {
        let sentence = "A tag has no comma: that is what stands between two of them.";
        errors.add("addTag", "invalid", sentence);
    }
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

/// What a JSON body describes: one change, and `leadIds`, for contacts `contactIds`, or the `filter` of a list.
///
/// # Errors
///
/// Invalid, with everything that is wrong.
pub(super) fn of_body(
    subject: EditSubject,
    mut fields: Fields,
    asker: Asker<'_>,
) -> Result<(Wish, bool), Failure> {
    let is_dry_run = fields.optional::<bool>("dryRun").unwrap_or_default();
    let named_by = match subject {
        EditSubject::Leads => "leadIds",
        EditSubject::Contacts => "contactIds",
    };
    let ids = fields.optional::<Vec<Uuid>>(named_by);
    let filter = fields.optional::<BTreeMap<String, String>>("filter");
    let changes = changes(subject, &mut fields);
    if changes.len() != 1 && fields.is_fine() {
        let sentence = match subject {
            EditSubject::Leads => "Name exactly one change: status, assignedTo, addTag, removeTag or delete.",
            EditSubject::Contacts => "Name exactly one change: addTag, removeTag or delete.",
        };
        fields.refuse("", "one_change", sentence);
    }
    fields.finish()?;
    let pointer = format!("/{named_by}");
    let meant = match (ids, filter) {
        (Some(ids), None) => named(subject, ids, &pointer)?,
        (None, Some(filter)) => of_filter(subject, filter, asker)?,
        _ => {
            let sentence = format!("Name the {subject} by {named_by}, or by the filter of a list.");
            return Err(Failure::invalid(pointer, "required", sentence));
        }
    };
    let change = changes
        .into_iter()
        .next()
        .ok_or_else(|| Failure::malformed("No change."))?;
    let wish = Wish {
        change,
        subject,
        meant,
    };
    Ok((wish, is_dry_run))
}

fn of_filter(
    subject: EditSubject,
    filter: BTreeMap<String, String>,
    asker: Asker<'_>,
) -> Result<Meant, Failure> {
    let known = parameters(subject);
    if let Some(unknown) = filter.keys().find(|name| !known.contains(&name.as_str())) {
        let sentence = format!("A list of {subject} has no filter {unknown}.");
        return Err(Failure::invalid("/filter", "unknown", sentence));
    }
    let list = filter.into_iter();
    let list = list.fold(Submitted::default(), |list, (name, value)| {
        list.with(&name, value)
    });
    Ok(listed(subject, &settled(&list, asker)))
}

fn changes(subject: EditSubject, fields: &mut Fields) -> Vec<BulkChange> {
    let add = fields.optional::<Text<50>>("addTag");
    let remove = fields.optional::<Text<50>>("removeTag");
    let delete = fields.optional::<bool>("delete").unwrap_or_default();
    let others = [
        add.map(|tag| BulkChange::AddTag(tag.into_string())),
        remove.map(|tag| BulkChange::RemoveTag(tag.into_string())),
        delete.then_some(BulkChange::Delete),
    ];
    let mut unfit = FieldErrors::default();
    fitting(others[0].as_ref(), &mut unfit);
    if let Some(sentence) = unfit.of("addTag") {
        fields.refuse("addTag", "invalid", sentence);
    }
    let of_leads = match subject {
        EditSubject::Leads => changes_of_leads(fields),
        EditSubject::Contacts => [None, None],
    };
    of_leads.into_iter().chain(others).flatten().collect()
}

fn changes_of_leads(fields: &mut Fields) -> [Option<BulkChange>; 2] {
    let status = fields.optional::<LeadStatus>("status");
    let reason = fields.optional::<CloseReason>("closeReason");
    let assigned_to = match fields.patch("assignedTo") {
        Patch::Keep => None,
        Patch::Clear => Some(BulkChange::AssignedTo(None)),
        Patch::Set(person_id) => Some(BulkChange::AssignedTo(Some(person_id))),
    };
    let status = status.map(|to| BulkChange::Status { to, reason });
    let mut unfit = FieldErrors::default();
    fitting(status.as_ref(), &mut unfit);
    if let Some(sentence) = unfit.of("closeReason") {
        fields.refuse("closeReason", "invalid", sentence);
    }
    [status, assigned_to]
}
