//! `admin audit list`: who did what.

use clap::{Args, Subcommand};
use db::platform::audit as rows;
use types::{AuditEvent, PageRequest};

use super::{output::Output, tenant::minute, trouble::Trouble};
use crate::{Acting, audit::AuditEventOut, tenants};

/// Read the audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    List(List),
}

/// List who did what, newest first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit list --limit 20
  admin audit list --tenant acme --json")]
pub(super) struct List {
    /// Only of this tenant: its id or slug.
    #[arg(long)]
    tenant: Option<String>,
    /// At most so many, up to 200.
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl Audit {
    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let Self::List(list) = self;
        let mut tx = acting.db.read(acting.platform).await?;
        let tenant_id = match &list.tenant {
            Some(named) => Some(tenants::find(&mut tx, acting.platform, named).await?.tenant.id),
            None => None,
        };
        let page = PageRequest::new(list.limit, 0);
        let page = rows::list(&mut tx, acting.platform, tenant_id.as_ref(), page).await?;
        let events: Vec<AuditEventOut> = page.items.into_iter().map(AuditEventOut::from).collect();
        output.many(
            &events,
            ["When (UTC)", "Who", "What", "How", "Tenant", "Details"],
            row,
        )
    }
}

fn row(AuditEventOut(event): &AuditEventOut) -> [String; 6] {
    let AuditEvent { actor, tenant_id, .. } = event;
    [
        minute(event.occurred_at),
        format!("{} ({})", actor.id, actor.role),
        event.action.to_string(),
        event.status.to_string(),
        tenant_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        event.details.to_string(),
    ]
}
