//! `admin domain …`: the names tenants answer to.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use server::{Settings, etag::IfMatch};
use types::{CertificateStatus, DomainCheck, Hostname, TenantDomain, text::Text};

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    domains::{self, NewDomain, Resolver, api::DomainOut, certificate::Report},
    tenants,
};

/// Add hostnames to tenants, have them proved, and choose the primary one.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin domain add www.acme.example --tenant acme
  admin domain verify www.acme.example
  admin domain list --tenant acme --json")]
pub(super) enum Domain {
    Add(Add),
    Verify(Verify),
    SetPrimary(SetPrimary),
    List(List),
    Certificate(ReportCertificate),
}

/// Report what is known of a hostname's certificate: for the hook of whatever ends TLS before Freehold.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain certificate www.acme.example --status issued --issuer 'An Authority' --expires 2026-12-31T00:00:00Z
  admin domain certificate www.acme.example --status failed --error 'the challenge was not found'")]
pub(super) struct ReportCertificate {
    /// Hostname of a tenant.
    host: Hostname,
    /// Status: ordered, issued or failed.
    #[arg(long)]
    status: CertificateStatus,
    /// Who issued it.
    #[arg(long)]
    issuer: Option<Text<200>>,
    /// When it ends.
    #[arg(long)]
    expires: Option<Timestamp>,
    /// Why none could be had.
    #[arg(long)]
    error: Option<Text<500>>,
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

/// Look for the DNS record that proves a hostname, which leads to its tenant from then on. Leaves with 5 without one.
///
/// With --by-hand no DNS record is looked at: your name and the reason are kept in the audit trail.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin domain verify acme.example
  admin domain verify acme.example --by-hand --reason 'registrar account seen on a call with the owner'")]
pub(super) struct Verify {
    /// The hostname.
    host: Hostname,
    /// Say that you checked the ownership yourself; no DNS record is looked at.
    #[arg(long, requires = "reason")]
    by_hand: bool,
    /// How you know.
    #[arg(long, requires = "by_hand")]
    reason: Option<Text<500>>,
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
    pub(super) async fn run(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        match self {
            Self::Add(Add { host, tenant }) => {
                let new = NewDomain {
                    hostname: host,
                    is_primary: false,
                };
                let domain = domains::add(acting, &tenant, &new, &IfMatch::default()).await?;
                output.one(&DomainOut::from(domain), |added| {
                    let TenantDomain {
                        hostname, tenant_id, ..
                    } = &added.domain;
                    format!(
                        "Added {hostname} to {tenant_id}; it leads nowhere until it is verified.\n{}",
                        wanted(&added.domain)
                    )
                })
            }
            Self::Verify(Verify {
                host, reason: None, ..
            }) => look(settings, acting, &host, output).await,
            Self::Verify(Verify {
                host,
                reason: Some(reason),
                ..
            }) => {
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
            Self::Certificate(report) => report.keep(acting, output).await,
            Self::List(List { tenant }) => {
                let mut tx = acting.db.read(acting.platform).await?;
                let overview = tenants::find(&mut tx, acting.platform, &tenant).await?;
                let domains: Vec<DomainOut> = overview.domains.into_iter().map(DomainOut::from).collect();
                output.many(&domains, ["Hostname", "Primary", "Verified", "State"], row)
            }
        }
    }
}

impl ReportCertificate {
    async fn keep(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let what = Report {
            status: self.status,
            issuer: self.issuer,
            expires_at: self.expires,
            error: self.error,
        };
        let known = domains::certificate::report_of(acting, &self.host, what).await?;
        let state = known.state(acting.now);
        output.one(&known, |_| {
            format!("The certificate of {} is noted: {state}.", self.host)
        })
    }
}

async fn look(
    settings: &Settings,
    acting: &Acting<'_>,
    host: &Hostname,
    output: &mut Output<'_>,
) -> Result<(), Trouble> {
    let domain = domains::find(acting, host).await?;
    let resolver = Resolver::at(settings.dns_resolver);
    let domain = domains::check(acting, &domain, &resolver).await?;
    let sentence = domains::outcome(&domain);
    let is_proved = domain.proof.last_check == Some(DomainCheck::Proved);
    output.one(&DomainOut::from(domain), |looked| match is_proved {
        true => sentence.clone(),
        false => wanted(&looked.domain),
    })?;
    match is_proved {
        true => Ok(()),
        false => Err(Trouble::CheckFailed(sentence)),
    }
}

/// What its owner has to write.
pub(super) fn wanted(domain: &TenantDomain) -> String {
    let record = domain.proof_record();
    format!(
        "Its owner proves it with a TXT record:\n  {}\n  {}",
        record.name, record.value
    )
}

fn row(DomainOut { domain, state, .. }: &DomainOut) -> [String; 4] {
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    [
        domain.hostname.to_string(),
        yes_or_no(domain.is_primary),
        yes_or_no(domain.is_verified),
        state.to_string(),
    ]
}
