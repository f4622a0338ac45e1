//! Looks for the proof of a hostname, and verifies it when the proof is there.

use db::{Tx, platform::domains as rows};
use serde_json::json;
use server::etag::IfMatch;
use types::{AuditAction, DomainChange, DomainCheck, DomainStatus, Findings, TenantDomain};

use super::{find_in, resolver::Resolver, write_change};
use crate::{Acting, Refusal, acting::Attempt};

/// What came of a look, in a sentence.
pub(crate) fn outcome(domain: &TenantDomain) -> String {
    let (hostname, record) = (domain.hostname.to_unicode(), domain.proof_record().name);
    match domain.proof.last_check {
        Some(DomainCheck::Proved) => format!("{hostname} is proved and leads to its site."),
        Some(DomainCheck::Missing) => format!("There is no TXT record at {record} yet."),
        Some(DomainCheck::Wrong) => format!("The TXT record at {record} has another text."),
        Some(DomainCheck::Unreachable) => "DNS did not answer; nothing was changed.".to_owned(),
        None => format!("Nobody has looked for the proof of {hostname} yet."),
    }
}

/// Looks now, because somebody wants to know. A hostname that is verified stays so, whatever DNS says.
pub(crate) async fn check(
    acting: &Acting<'_>,
    domain: &TenantDomain,
    resolver: &Resolver,
) -> Result<TenantDomain, Refusal> {
    if domain.status == DomainStatus::Archived {
        let detail = format!("{} was given up: take it back first.", domain.hostname);
        return Err(Refusal::conflict("domain_archived", detail));
    }
    let attempt = acting
        .attempt(AuditAction::TenantDomainCheck, Some(&domain.tenant_id))
        .await?;
    // Before the transaction: nobody waits for somebody else's DNS.
    let found = ask(resolver, domain).await;
    attempt.end(note_audited(&attempt, domain, &found)).await
}

/// Looks because it is time to. Only a look that changes something is written to the trail.
pub(super) async fn check_by_itself(
    acting: &Acting<'_>,
    domain: &TenantDomain,
    resolver: &Resolver,
) -> Result<(), Refusal> {
    let found = ask(resolver, domain).await;
    if proves(acting, domain, &found) {
        let attempt = acting
            .attempt(AuditAction::TenantDomainCheck, Some(&domain.tenant_id))
            .await?;
        attempt.end(note_audited(&attempt, domain, &found)).await?;
        return Ok(());
    }
    let mut tx = acting.db.write(acting.platform).await?;
    note(&mut tx, acting, domain, &found).await?;
    Ok(tx.commit().await?)
}

fn proves(acting: &Acting<'_>, domain: &TenantDomain, found: &Findings) -> bool {
    let search = domain.looked_for(found, acting.now);
    search.last_check == Some(DomainCheck::Proved) && !domain.is_verified
}

async fn ask(resolver: &Resolver, domain: &TenantDomain) -> Findings {
    resolver.look(&domain.proof_record().name, &domain.hostname).await
}

async fn note_audited(
    attempt: &Attempt<'_>,
    domain: &TenantDomain,
    found: &Findings,
) -> Result<TenantDomain, Refusal> {
    let mut tx = attempt.db.write(attempt.platform).await?;
    if proves(attempt, domain, found) {
        // First of all, as every change of a tenant does: two that wait for each other would wait for ever.
        attempt.touch(&mut tx, &IfMatch::default()).await?;
    }
    let before = note(&mut tx, attempt, domain, found).await?;
    let after = match proves(attempt, &before, found) {
        true => verify(&mut tx, attempt, &before).await?,
        false => before.clone(),
    };
    let details = json!({
        "hostname": after.hostname,
        "outcome": after.proof.last_check,
        "before": { "isVerified": before.is_verified },
        "after": { "isVerified": after.is_verified },
    });
    attempt.succeeded(&mut tx, details).await?;
    tx.commit().await?;
    Ok(after)
}

/// Writes down what was found. Whatever became of the hostname meanwhile, goes before what it was when we asked.
async fn note(
    tx: &mut Tx,
    acting: &Acting<'_>,
    domain: &TenantDomain,
    found: &Findings,
) -> Result<TenantDomain, Refusal> {
    let mut now = find_in(tx, acting, &domain.tenant_id, domain.id).await?;
    now.proof = now.looked_for(found, acting.now);
    if now.status == DomainStatus::Archived {
        now.proof = now.proof.over();
    }
    rows::note_search(tx, acting.platform, &now).await?;
    Ok(now)
}

async fn verify(tx: &mut Tx, attempt: &Attempt<'_>, domain: &TenantDomain) -> Result<TenantDomain, Refusal> {
    let verified = DomainChange {
        is_verified: Some(true),
        ..DomainChange::default()
    };
    let mut after = write_change(attempt, tx, domain, verified).await?;
    // Somebody's word ends the search; a record is looked at again now and then.
    after.proof = domain.proof.clone();
    rows::note_search(tx, attempt.platform, &after).await?;
    Ok(after)
}
