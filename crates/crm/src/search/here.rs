//! What can be done with the lead or contact that is open where somebody searches.

use axum::http::HeaderMap;
use db::{
    Tx,
    tenant::{contacts, leads},
};
use server::{Failure, Params, page};
use types::{Contact, Feature, Lead, LeadStatus};

use super::{
    Entry, Group,
    letters::{is_sure, meant},
};
use crate::workspace::Workspace;

/// Something to do with a record, and other words for it.
struct Deed {
    entry: Entry,
    also: &'static str,
}

impl Deed {
    fn at(label: impl Into<String>, href: String, icon: &'static str, also: &'static str) -> Self {
        Self {
            entry: Entry {
                icon,
                label: label.into(),
                sub: None,
                why: None,
                href,
                posts: None,
            },
            also,
        }
    }

    fn posting(self, fields: Vec<(&'static str, String)>) -> Self {
        Self {
            entry: Entry {
                posts: Some(fields),
                ..self.entry
            },
            ..self
        }
    }
}

/// The address that somebody searches from: our script says it, and without one the browser says where it comes from.
pub(super) fn place(params: &Params, headers: &HeaderMap, host: &str) -> String {
    let said = params.filled("at").and_then(page::own_path);
    let came = page::came_from(headers, host);
    let path = said.or(came).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// What can be done there, as far as it is what was typed; none where no record is open that the member sees.
pub(super) async fn group(
    tx: &mut Tx,
    workspace: &Workspace,
    (place, query): (&str, &str),
) -> Result<Option<Group>, Failure> {
    let scope = &workspace.member.scope;
    let mut parts = place.trim_start_matches('/').split('/');
    let (kind, id) = (parts.next(), parts.next().unwrap_or_default());
    let (name, deeds) = match kind {
        Some("leads") => {
            let Ok(id) = id.parse() else { return Ok(None) };
            let Some(found) = leads::find(tx, scope, id).await? else {
                return Ok(None);
            };
            let name = found
                .contact
                .as_ref()
                .map_or("Unknown visitor", Contact::display_name);
            (name.to_owned(), with_lead(&found.lead, workspace))
        }
        Some("contacts") => {
            let Ok(id) = id.parse() else { return Ok(None) };
            let Some(contact) = contacts::find(tx, scope, id).await? else {
                return Ok(None);
            };
            (
                contact.display_name().to_owned(),
                with_contact(&contact, workspace),
            )
        }
        _ => return Ok(None),
    };
    let mut meant: Vec<_> = deeds
        .into_iter()
        .filter_map(|deed| Some((meant(query, (&deed.entry.label, deed.also))?, deed.entry)))
        .filter(|(how, _)| is_sure(*how))
        .collect();
    meant.sort_by_key(|(how, _)| *how);
    Ok(Some(Group {
        id: "here",
        label: format!("Here: {name}"),
        entries: meant.into_iter().map(|(_, entry)| entry).collect(),
        more: None,
    }))
}

fn with_lead(lead: &Lead, workspace: &Workspace) -> Vec<Deed> {
    let at = format!("/leads/{}", lead.id);
    let mut deeds = Vec::new();
    if workspace.may_write() {
        deeds.extend(writing(&at));
        deeds.extend(moves(lead, &at, workspace));
        if lead.assigned_to.is_none() && !lead.status.is_closed() {
            let claim = Deed::at(
                "Claim this lead",
                format!("{at}/claim"),
                "check",
                "take mine assign",
            );
            deeds.push(claim.posting(Vec::new()));
        }
        deeds.push(Deed::at(
            "Edit this lead",
            format!("{at}?open=edit#wants-h"),
            "status",
            "change request price assign",
        ));
        deeds.push(Deed::at(
            "Delete this lead",
            format!("{at}/delete"),
            "alert",
            "remove",
        ));
    }
    if let Some(id) = lead.contact_id {
        let contact = format!("/contacts/{id}");
        deeds.push(Deed::at("Open the contact", contact, "building", "person go"));
    }
    deeds
}

/// To each status where the lead does not stand; an end is asked about on a page of its own, where there is a pipeline.
fn moves(lead: &Lead, at: &str, workspace: &Workspace) -> Vec<Deed> {
    let has_pipeline = workspace.require(Feature::CrmPipeline).is_ok();
    let others = LeadStatus::ALL.iter().filter(|status| **status != lead.status);
    others
        .filter_map(|status| {
            let (label, also) = (
                format!("Move to {}", status.label()),
                "status stage change mark set",
            );
            match status.is_closed() {
                true => has_pipeline.then(|| {
                    let close = format!("/pipeline/{}/close?to={status}", lead.id);
                    Deed::at(label, close, "status", also)
                }),
                false => {
                    let deed = Deed::at(label, format!("{at}/status"), "status", also);
                    let version = lead.version.to_string();
                    Some(deed.posting(vec![("version", version), ("status", status.to_string())]))
                }
            }
        })
        .collect()
}

fn with_contact(contact: &Contact, workspace: &Workspace) -> Vec<Deed> {
    if !workspace.may_write() {
        return Vec::new();
    }
    let at = format!("/contacts/{}", contact.id);
    let mut deeds = writing(&at);
    deeds.push(Deed::at(
        "Open a lead for them",
        format!("/leads/new?contactId={}", contact.id),
        "leads",
        "new add create enquiry",
    ));
    deeds.push(Deed::at(
        "Edit this contact",
        format!("{at}?open=edit#contact-h"),
        "status",
        "change",
    ));
    deeds.push(Deed::at(
        "Delete this contact",
        format!("{at}/delete"),
        "alert",
        "remove",
    ));
    deeds
}

/// What is written down on the page of a record.
fn writing(at: &str) -> Vec<Deed> {
    vec![
        Deed::at(
            "Log a call, a text, an e-mail or an appointment",
            format!("{at}#summary"),
            "phone",
            "rang met meeting showing activity",
        ),
        Deed::at(
            "Write a note",
            format!("{at}#summary"),
            "note",
            "new add create log",
        ),
        Deed::at(
            "Remind me of this",
            format!("{at}#remind-h"),
            "clock",
            "new add create reminder task",
        ),
    ]
}
