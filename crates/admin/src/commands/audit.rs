//! `admin audit …`: who did what, whether the trail of it is whole, proofs of its lines, and the trail as a file.

use clap::{Args, Subcommand};
use db::platform::audit::{self as rows, AuditFilter};
use jiff::Timestamp;
use server::{
    Duty, Settings,
    trail::{self, TrailKeys},
};
use types::{AuditAction, AuditEvent, AuditStatus, PageRequest, TenantId};

use super::{
    output::Output,
    proof::{Alone, Prove},
    tenant::minute,
    trouble::Trouble,
};
use crate::{
    Acting, Refusal,
    audit::{
        self, AuditEventOut, Broken, Verification, Witnesses,
        export::{ExportFormat, next_page},
    },
    tenants,
};

/// Read, check, prove and write out the audit trail.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin audit list --limit 20
  admin audit verify
  admin audit prove 01930000-0000-7000-8000-000000000001 > proof.json
  admin audit export > trail.csv")]
pub(super) enum Audit {
    List(List),
    Verify(Verify),
    Prove(Prove),
    #[command(flatten)]
    Alone(Alone),
    Export(Export),
}

/// Check that no line of the trail was changed, moved, removed or written anew. Leaves with 5 when one was.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit verify
  admin audit verify --json || page-somebody

Checkpoints are signed with SESSION_SECRET, and kept in the database and in the file AUDIT_CHECKPOINTS.")]
pub(super) struct Verify {}

/// Write the trail to standard output, newest first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit export > trail.csv
  admin audit export --tenant acme --from 2026-01-01T00:00:00Z --json > trail.jsonl")]
pub(super) struct Export {
    /// Only of this tenant: its id or slug.
    #[arg(long)]
    tenant: Option<String>,
    /// Only what was done so: tenant.provision, ….
    #[arg(long)]
    action: Option<AuditAction>,
    /// Only what ended so: allowed, denied, succeeded or failed.
    #[arg(long)]
    status: Option<AuditStatus>,
    /// Not before this time.
    #[arg(long)]
    from: Option<Timestamp>,
    /// Before this time.
    #[arg(long)]
    to: Option<Timestamp>,
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
    /// Checking signatures takes the secret that they are signed with.
    pub(super) const fn duty(&self) -> Duty {
        match self {
            Self::Verify(_) => Duty::Answers,
            Self::Alone(alone) => alone.duty(),
            Self::List(_) | Self::Export(_) | Self::Prove(_) => Duty::Works,
        }
    }

    pub(super) async fn run(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        match self {
            Self::List(list) => list.run(acting, output).await,
            Self::Verify(_) => verify(settings, acting, output).await,
            Self::Prove(prove) => prove.run(acting, output).await,
            Self::Alone(alone) => alone.run(settings, output).await,
            Self::Export(export) => export.run(acting, output).await,
        }
    }
}

impl List {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let tenant_id = tenant_id(acting, self.tenant.as_deref()).await?;
        let mut tx = acting.db.read(acting.platform).await?;
        let filter = AuditFilter {
            tenant_id,
            ..AuditFilter::default()
        };
        let page = PageRequest::new(self.limit, 0);
        let page = rows::list(&mut tx, acting.platform, &filter, page).await?;
        let events: Vec<AuditEventOut> = page.items.into_iter().map(AuditEventOut::from).collect();
        output.many(
            &events,
            ["When (UTC)", "Who", "What", "How", "Tenant", "Details"],
            row,
        )
    }
}

async fn tenant_id(acting: &Acting<'_>, named: Option<&str>) -> Result<Option<TenantId>, Trouble> {
    let Some(named) = named else { return Ok(None) };
    Ok(Some(tenants::look_up(acting, named).await?.id))
}

async fn verify(settings: &Settings, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
    let file = trail::kept(&settings.audit_checkpoints)
        .await
        .map_err(Refusal::Unexpected)?;
    if file.is_none() {
        let place = settings.audit_checkpoints.display();
        output.note(&format!(
            "there are no checkpoints at {place}, only those in the database"
        ));
    }
    let witnesses = Witnesses {
        keys: &TrailKeys::of(&settings.secrets),
        file: file.as_ref(),
    };
    let found = audit::verify(acting, witnesses).await?;
    output.one(&found, |found| match &found.broken {
        None => whole(found),
        Some(_) => format!("The first {} lines are whole.", found.lines),
    })?;
    match found.broken {
        None => Ok(()),
        Some(Broken {
            id: Some(id), why, ..
        }) => Err(Trouble::CheckFailed(format!("{why} (id {id})"))),
        Some(Broken { why, .. }) => Err(Trouble::CheckFailed(why)),
    }
}

fn whole(found: &Verification) -> String {
    let Verification {
        lines,
        checkpoints,
        provable,
        ..
    } = found;
    let mut told = format!("The trail is whole: {lines} lines, {checkpoints} signed checkpoints agree.");
    if provable < lines {
        told.push_str(&format!(
            " {provable} lines can be proved; the others were signed before there were proofs, or are not signed yet."
        ));
    }
    told
}

impl Export {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let format = match output.is_json() {
            true => ExportFormat::JsonLines,
            false => ExportFormat::Csv,
        };
        let mut filter = AuditFilter {
            tenant_id: tenant_id(acting, self.tenant.as_deref()).await?,
            action: self.action,
            status: self.status,
            from: self.from,
            to: self.to,
            ..AuditFilter::default()
        };
        output.raw(&format.head())?;
        loop {
            let events = next_page(acting, &mut filter).await?;
            if events.is_empty() {
                return Ok(());
            }
            for event in &events {
                output.raw(&format.line(event))?;
            }
        }
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
