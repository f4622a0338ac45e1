//! What was planned with leads and is due: next actions, which stand in the lead and not among the reminders.

use std::collections::HashMap;

use db::{
    Tx,
    tenant::{
        leads::{self, LeadFilter, LeadSort, LeadWithContact},
        members,
    },
};
use server::Failure;
use types::{Contact, PageRequest, PersonId};

use crate::{leads::list::question, workspace::Workspace, zone::When};

/// Rows of next actions.
const MOST: i64 = 6;

/// Something to be done with a lead.
pub(super) struct Planned {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) due: When,
    pub(super) is_overdue: bool,
    /// Who has the lead, unless it is the reader.
    pub(super) whose: Option<String>,
}

/// What is to be done by the end of the reader's day with any lead they see, soonest first.
pub(super) async fn rows(tx: &mut Tx, workspace: &Workspace) -> Result<Vec<Planned>, Failure> {
    let scope = &workspace.member.scope;
    let filter = LeadFilter {
        sort: LeadSort::SoonestAction,
        ..by_tonight(workspace)
    };
    let found = leads::list(tx, scope, &filter, PageRequest::new(MOST, 0)).await?;
    let members = members::list(tx, scope).await?;
    let names: HashMap<_, _> = members
        .into_iter()
        .filter(|member| member.person_id != workspace.member.person_id())
        .map(|member| (member.person_id, member.name))
        .collect();
    let row = |found| planned(found, workspace, &names);
    Ok(found.items.into_iter().filter_map(row).collect())
}

fn planned(
    found: LeadWithContact,
    workspace: &Workspace,
    names: &HashMap<PersonId, String>,
) -> Option<Planned> {
    let (lead, contact) = (found.lead, found.contact);
    let at = lead.next_action_at?;
    let name = contact.as_ref().map_or("Unknown visitor", Contact::display_name);
    Some(Planned {
        id: lead.id.to_string(),
        name: name.to_owned(),
        what: lead.next_action_note.unwrap_or_else(|| "Next action".to_owned()),
        due: workspace.zone.due(at, workspace.now),
        is_overdue: at < workspace.now,
        whose: lead.assigned_to.and_then(|id| names.get(&id).cloned()),
    })
}

/// What is to be done by the end of the reader's day.
fn by_tonight(workspace: &Workspace) -> LeadFilter {
    LeadFilter {
        next_action_before: Some(workspace.zone.midnight(workspace.now)),
        ..LeadFilter::default()
    }
}

/// How many are overdue, and how many more are due by the end of the reader's day.
pub(super) async fn count(tx: &mut Tx, workspace: &Workspace) -> Result<(i64, i64), Failure> {
    let scope = &workspace.member.scope;
    let overdue = LeadFilter {
        is_overdue: true,
        ..LeadFilter::default()
    };
    let today = by_tonight(workspace);
    let count = async |tx: &mut Tx| leads::count(tx, scope, &overdue).await;
    let overdue = workspace.counted(tx, question(&overdue), count).await?;
    let count = async |tx: &mut Tx| leads::count(tx, scope, &today).await;
    let today = workspace.counted(tx, question(&today), count).await?;
    Ok((overdue, (today - overdue).max(0)))
}
