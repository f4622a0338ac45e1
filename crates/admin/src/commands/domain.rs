//! `admin domain …`: the names tenants answer to.

use clap::{Args, Subcommand};
use server::etag::IfMatch;
use types::{Hostname, TenantDomain, text::Text};

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    domains::{self, NewDomain},
    tenants,
};

/// Add hostnames to tenants, vouch for them, and choose the primary one.
#[derive(Debug, Subcommand)]
pub(super) enum Domain {
    Add(Add),
    Verify(Verify),
    SetPrimary(SetPrimary),
    List(List),
}

/// Give a tenant a further hostname. It leads nowhere until it is verified.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain add www.acme.example --tenant acme")]
pub(super) struct Add {
    /// The hostname.
    host: Hostname,
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
}

/// Let a hostname lead to its tenant, on your word that it is theirs.
///
/// No DNS record is looked at. Your name and the reason are kept in the audit trail.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain verify acme.example --by-hand --reason 'registrar account seen on a call with the owner'")]
pub(super) struct Verify {
    /// The hostname.
    host: Hostname,
    /// Say that you checked the ownership yourself: the only way there is so far.
    #[arg(long, required = true)]
    by_hand: bool,
    /// How you know.
    #[arg(long)]
    reason: Text<500>,
}

/// Make a verified hostname the one its tenant is known by.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain set-primary acme.example")]
pub(super) struct SetPrimary {
    /// The hostname.
    host: Hostname,
}

/// List a tenant's hostnames, the primary one first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain list --tenant acme")]
pub(super) struct List {
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
}

impl Domain {
    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        match self {
            Self::Add(Add { host, tenant }) => {
                let new = NewDomain {
                    hostname: host,
                    is_primary: false,
                };
                let domain = domains::add(acting, &tenant, &new, &IfMatch::default()).await?;
                output.one(&domain, |domain| {
                    format!(
                        "Added {} to {}; it leads nowhere until it is verified.",
                        domain.hostname, domain.tenant_id
                    )
                })
            }
            Self::Verify(Verify { host, reason, .. }) => {
                let domain = domains::verify_by_hand(acting, &host, &reason).await?;
                output.one(&domain, |domain| {
                    format!(
                        "{} leads to {} now, on your word.",
                        domain.hostname, domain.tenant_id
                    )
                })
            }
            Self::SetPrimary(SetPrimary { host }) => {
                let domain = domains::set_primary(acting, &host).await?;
                output.one(&domain, |domain| {
                    format!(
                        "{} is the primary hostname of {} now.",
                        domain.hostname, domain.tenant_id
                    )
                })
            }
            Self::List(List { tenant }) => {
                let mut tx = acting.db.read(acting.platform).await?;
                let overview = tenants::find(&mut tx, acting.platform, &tenant).await?;
                output.many(
                    &overview.domains,
                    ["Hostname", "Primary", "Verified", "Status"],
                    row,
                )
            }
        }
    }
}

fn row(domain: &TenantDomain) -> [String; 4] {
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    [
        domain.hostname.to_string(),
        yes_or_no(domain.is_primary),
        yes_or_no(domain.is_verified),
        domain.status.to_string(),
    ]
}
