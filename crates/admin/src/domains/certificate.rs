//! Certificates of a tenant's hostnames: reported by whoever ends TLS before us, told apart from who owns the name.

use axum::response::Response;
use db::platform::certificates as rows;
use jiff::Timestamp;
use serde_json::{Value, json};
use server::{Failure, Fields, Path, json as answer};
use types::{AuditAction, Certificate, CertificateStatus, DomainId, Hostname, TenantDomain, Text};

use super::{find, of_path};
use crate::{
    Acting, Refusal,
    operator::Operator,
    tenants::look_up,
    view::{Badge, Time},
};

/// What somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) status: CertificateStatus,
    pub(crate) issuer: Option<Text<200>>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) error: Option<Text<500>>,
}

/// Keeps what is reported of a hostname's certificate.
pub(crate) async fn report(
    acting: &Acting<'_>,
    domain: &TenantDomain,
    report: Report,
) -> Result<Certificate, Refusal> {
    let attempt = acting
        .attempt(AuditAction::TenantDomainCertificate, Some(&domain.tenant_id))
        .await?;
    let certificate = Certificate {
        domain_id: domain.id,
        status: report.status,
        issuer: report.issuer.map(Text::into_string),
        expires_at: report.expires_at,
        error: report.error.map(Text::into_string),
        reported_by: attempt.actor.id.clone(),
        reported_at: attempt.now,
    };
    let reporting = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let before = rows::list(&mut tx, attempt.platform, &domain.tenant_id).await?;
        let before = before.into_iter().find(|known| known.domain_id == domain.id);
        rows::upsert(&mut tx, attempt.platform, &domain.tenant_id, &certificate).await?;
        let details = json!({ "hostname": domain.hostname, "before": before, "after": certificate });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(certificate.clone())
    };
    attempt.end(reporting).await
}

/// The same for a command, which names the hostname.
pub(crate) async fn report_of(
    acting: &Acting<'_>,
    host: &Hostname,
    what: Report,
) -> Result<Certificate, Refusal> {
    let domain = find(acting, host).await?;
    report(acting, &domain, what).await
}

/// `GET /api/tenants/{id}/certificates`: what is known of each hostname's.
pub(crate) async fn list(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let tenant = look_up(&acting, &id).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let all = rows::list(&mut tx, acting.platform, &tenant.id).await?;
    let all: Vec<Value> = all.iter().map(|found| told(found, acting.now)).collect();
    Ok(answer::ok(json!({ "certificates": all })))
}

/// `PATCH /api/tenants/{id}/domains/{domain}/certificate`: reports one.
pub(crate) async fn update(
    operator: Operator,
    Path((id, domain)): Path<(String, DomainId)>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let domain = of_path(&acting, (&id, domain)).await?;
    let status = fields.required::<CertificateStatus>("status");
    let issuer = fields.optional("issuer");
    let expires_at = fields.optional("expiresAt");
    let error = fields.optional("error");
    fields.finish()?;
    let what = Report {
        status: status.expect("a required field that is missing was refused"),
        issuer,
        expires_at,
        error,
    };
    let certificate = report(&acting, &domain, what).await?;
    Ok(answer::ok(
        json!({ "certificate": told(&certificate, acting.now) }),
    ))
}

fn told(certificate: &Certificate, now: Timestamp) -> Value {
    let mut told = json!(certificate);
    told["state"] = json!(certificate.state(now));
    told
}

/// A certificate on its domain's row.
pub(super) struct Shown {
    pub(super) state: Badge,
    pub(super) until: Option<Time>,
    pub(super) note: String,
}

impl Shown {
    pub(super) fn of(certificate: &Certificate, now: Timestamp) -> Self {
        Self {
            state: Badge::of_state(certificate.state(now)),
            until: certificate.expires_at.map(Time::new),
            note: match (certificate.status, &certificate.error, &certificate.issuer) {
                (CertificateStatus::Failed, Some(error), _) => error.clone(),
                (CertificateStatus::Issued, _, Some(issuer)) => format!("by {issuer}"),
                (CertificateStatus::Ordered, ..) => "asked for".to_owned(),
                _ => String::new(),
            },
        }
    }
}
