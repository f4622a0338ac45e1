//! `dead-letter groups`: what the dead letters died of, the most frequent cause first.

use std::process::ExitCode;

use db::{
    PlatformScope,
    platform::error_groups::{self, ErrorGroup},
};
use jiff::Timestamp;
use serde::Serialize;
use server::Context;

use super::{
    Refused,
    output::{self, Answer, Form},
    selection,
};
use crate::cli::GroupsArgs;

/// The causes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Groups {
    event: &'static str,
    tenant_id: String,
    /// How many causes there are.
    count: usize,
    groups: Vec<GroupOut>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupOut {
    fingerprint: String,
    pattern: String,
    count: i64,
    tenant_ids: Vec<String>,
    event_types: Vec<String>,
    first_at: Timestamp,
    last_at: Timestamp,
    example_job_id: String,
}

/// Lists the causes.
pub(crate) async fn groups(context: &Context, args: &GroupsArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&error_groups(context, args).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn error_groups(context: &Context, args: &GroupsArgs) -> Result<Groups, Refused> {
    let platform = PlatformScope::of_command_line();
    let tenant_id = selection::tenant(context, &platform, args.tenant.as_deref()).await?;
    let mut tx = context.db.read(&platform).await?;
    let groups = error_groups::list_groups(&mut tx, &platform, tenant_id.as_ref()).await?;
    Ok(Groups {
        event: "dead_letter_groups_result",
        tenant_id: tenant_id.map_or_else(|| "all".to_owned(), |id| id.to_string()),
        count: groups.len(),
        groups: groups.into_iter().map(GroupOut::of).collect(),
    })
}

impl GroupOut {
    fn of(group: ErrorGroup) -> Self {
        Self {
            fingerprint: group.fingerprint.to_string(),
            pattern: group.pattern,
            count: group.jobs,
            tenant_ids: group.tenants.iter().map(ToString::to_string).collect(),
            event_types: group.event_types.into_iter().collect(),
            first_at: group.first_at,
            last_at: group.last_at,
            example_job_id: group.example.to_string(),
        }
    }

    fn row(&self) -> [String; 6] {
        [
            self.fingerprint.clone(),
            self.count.to_string(),
            self.tenant_ids.len().to_string(),
            format!("{:.0}", self.last_at),
            self.example_job_id.clone(),
            output::printable(&self.pattern),
        ]
    }
}

impl Answer for Groups {
    fn words(&self) -> String {
        if self.groups.is_empty() {
            return "There are no dead letters.".to_owned();
        }
        let mut table = output::table(&["GROUP", "JOBS", "TENANTS", "LAST BURIED", "FOR EXAMPLE", "ERROR"]);
        table.add_rows(self.groups.iter().map(GroupOut::row));
        output::lines_of(&table)
    }
}
