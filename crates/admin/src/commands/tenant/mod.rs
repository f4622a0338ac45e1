//! `admin tenant …`: makes tenants, looks at them, moves them between their states.

mod text;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use db::platform::tenants::{self as rows, TenantFilter};
use jiff::Timestamp;
use serde_json::json;
use server::{Settings, etag::IfMatch};
use types::{Feature, Hostname, HostnameError, PageRequest, Plan, Slug, TenantStatus, text::Text};

use super::{ask, backup::watched, output::Output, trouble::Trouble};
use crate::{
    Acting, backup,
    tenants::{self, NewTenant, TenantOut},
};

/// Make tenants, look at them, and move them between their states.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin tenant list
  admin tenant show acme --json
  admin tenant explain www.acme.example")]
pub(super) enum Tenant {
    Provision(Provision),
    List(List),
    Show(Show),
    Suspend(Suspend),
    Activate(Activate),
    Archive(Archive),
    Explain(Explain),
    Export(Export),
}

/// Make a tenant with its site, its settings and its first hostname, all or nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant provision --slug acme --name 'Acme Realty' --domain acme.example
  admin tenant provision --slug acme --name 'Acme Realty' --domain acme.localhost --verified \\
      --plan growth --feature behavior_intelligence")]
pub(super) struct Provision {
    /// Short name: lower case letters, digits and dashes.
    #[arg(long)]
    slug: Slug,
    /// Name people read.
    #[arg(long)]
    name: Text<200>,
    /// Hostname the site answers to.
    #[arg(long, value_name = "HOST")]
    domain: Hostname,
    /// Plan: starter, growth, pro or team.
    #[arg(long, default_value = "starter")]
    plan: Plan,
    /// Feature to switch on; may be said several times.
    #[arg(long = "feature", value_name = "FEATURE")]
    features: Vec<Feature>,
    /// Take your word that the hostname is theirs; without it, it leads nowhere yet.
    #[arg(long)]
    verified: bool,
}

/// List tenants by slug.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant list
  admin tenant list --json | jq -r .tenant.slug")]
pub(super) struct List {
    /// At most so many, up to 200.
    #[arg(long, default_value_t = 200)]
    limit: i64,
    /// After so many.
    #[arg(long, default_value_t = 0)]
    offset: i64,
}

/// Show one tenant with its hostnames and settings.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant show fairfield")]
pub(super) struct Show {
    /// Id or slug.
    tenant: String,
}

/// Suspend a tenant: its site answers 503, nobody signs in, its jobs wait.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant suspend acme --dry-run
  admin tenant suspend acme --yes")]
pub(super) struct Suspend {
    #[command(flatten)]
    target: Target,
}

/// Archive a tenant: gone for everybody, its data is kept.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant archive acme --yes")]
pub(super) struct Archive {
    #[command(flatten)]
    target: Target,
}

/// Bring a suspended tenant back. An archived one is suspended first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant activate acme")]
pub(super) struct Activate {
    /// Id or slug.
    tenant: String,
}

/// Say where a hostname leads, and why.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant explain www.acme.example")]
pub(super) struct Explain {
    /// The hostname as a browser would ask for it, with or without a port.
    #[arg(value_parser = without_port)]
    host: Hostname,
}

/// Write everything of a tenant to a file, a JSON object a line.
///
/// The first line says what it is, the last how many rows of each table there are and the SHA-256 of all lines before.
/// Passwords and sessions are left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin tenant export acme acme.jsonl")]
pub(super) struct Export {
    /// Id or slug.
    tenant: String,
    /// The file, which must not be there yet.
    file: PathBuf,
}

/// A tenant about to lose something.
#[derive(Debug, Args)]
struct Target {
    /// Id or slug.
    tenant: String,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
    /// Only say whether it could be done.
    #[arg(long)]
    dry_run: bool,
}

impl Tenant {
    /// Asks what must be asked before the database is opened.
    pub(super) fn confirm(&self) -> Result<(), Trouble> {
        let (target, what, loss) = match self {
            Self::Suspend(suspend) => (
                &suspend.target,
                "Suspend",
                "Its site answers 503 and nobody signs in.",
            ),
            Self::Archive(archive) => (
                &archive.target,
                "Archive",
                "It is gone for everybody; its data is kept.",
            ),
            _ => return Ok(()),
        };
        if target.yes || target.dry_run {
            return Ok(());
        }
        ask::confirm(&format!("{what} {}? {loss}", target.tenant))
    }

    pub(super) async fn run(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        match self {
            Self::Provision(provision) => provision.run(acting, output).await,
            Self::List(list) => list.run(acting, output).await,
            Self::Show(show) => show.run(acting, output).await,
            Self::Suspend(suspend) => suspend.target.run(acting, TenantStatus::Suspended, output).await,
            Self::Archive(archive) => archive.target.run(acting, TenantStatus::Archived, output).await,
            Self::Activate(activate) => {
                let overview = tenants::set_status(
                    acting,
                    &activate.tenant,
                    TenantStatus::Active,
                    &IfMatch::default(),
                )
                .await?;
                output.one(&TenantOut::from(overview), text::moved)
            }
            Self::Explain(explain) => explain.run(settings, acting, output).await,
            Self::Export(export) => export.run(acting, output).await,
        }
    }
}

impl Provision {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let new = NewTenant {
            slug: self.slug,
            name: self.name.into_string(),
            hostname: self.domain,
            verified_at: self.verified.then_some(acting.now),
            plan: self.plan,
            features: self.features,
        };
        let overview = tenants::provision(acting, &new).await?;
        output.one(&TenantOut::from(overview), text::provisioned)
    }
}

impl List {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let mut tx = acting.db.read(acting.platform).await?;
        let page = rows::list(
            &mut tx,
            acting.platform,
            &TenantFilter::default(),
            PageRequest::new(self.limit, self.offset),
        )
        .await?;
        if let Some(next) = page.next_offset() {
            output.note(&format!("more follow: --offset {next}"));
        }
        let tenants: Vec<TenantOut> = page.items.into_iter().map(TenantOut::from).collect();
        output.many(&tenants, text::HEADER, text::row)
    }
}

impl Show {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let mut tx = acting.db.read(acting.platform).await?;
        let overview = tenants::find(&mut tx, acting.platform, &self.tenant).await?;
        output.one(&TenantOut::from(overview), text::shown)
    }
}

impl Target {
    async fn run(
        self,
        acting: &Acting<'_>,
        to: TenantStatus,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        if self.dry_run {
            let tenant = tenants::may_set_status(acting, &self.tenant, to).await?;
            let result = json!({ "dryRun": true, "tenant": tenant, "to": to });
            return output.one(&result, |_| {
                format!("Would move {} from {} to {to}.", tenant.slug, tenant.status)
            });
        }
        let overview = tenants::set_status(acting, &self.tenant, to, &IfMatch::default()).await?;
        output.one(&TenantOut::from(overview), text::moved)
    }
}

impl Explain {
    async fn run(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let fallback = settings.tenant_fallback.as_ref();
        let explanation =
            tenants::explain(acting.db, acting.platform, &self.host, (fallback, acting.now)).await?;
        output.one(&explanation, text::explained)
    }
}

impl Export {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let exporting = backup::export_tenant(acting, &self.tenant, &self.file);
        let exported = watched((&backup::draft_of(&self.file), None), exporting).await?;
        output.one(&exported, |exported| {
            let rows: u64 = exported.rows.values().sum();
            let (bytes, file) = (exported.bytes, exported.file.display());
            format!("Wrote {rows} rows of {}, {bytes} bytes, to {file}.", self.tenant)
        })
    }
}

/// A port says which process is asked, not which tenant.
fn without_port(host: &str) -> Result<Hostname, HostnameError> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.parse()
}

/// A time as a table shows it: to the minute, UTC.
pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
