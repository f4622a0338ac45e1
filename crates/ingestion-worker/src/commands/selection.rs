//! Which dead letters a command is about: its flags, else the variables of the environment.

use db::{
    PlatformScope,
    platform::{jobs::DeadLetterFilter, tenants},
};
use server::{Context, settings::DeadLetterSettings};
use types::TenantId;

use super::Refused;
use crate::cli::Selection;

/// The filter that flags and settings amount to. `--tenant` takes an id or a slug, and must name somebody.
pub(super) async fn filter(
    context: &Context,
    platform: &PlatformScope,
    flags: &Selection,
) -> Result<DeadLetterFilter, Refused> {
    let settings: &DeadLetterSettings = &context.settings.ingestion.dead_letters;
    Ok(DeadLetterFilter {
        tenant_id: tenant(context, platform, flags.tenant.as_deref()).await?,
        reason: flags.reason.clone(),
        limit: flags.limit.unwrap_or(settings.limit).into(),
        offset: flags.offset.unwrap_or(settings.offset).into(),
        ..DeadLetterFilter::all()
    })
}

/// The tenant that a flag means, else the variable.
pub(super) async fn tenant(
    context: &Context,
    platform: &PlatformScope,
    flag: Option<&str>,
) -> Result<Option<TenantId>, Refused> {
    let variable = context.settings.ingestion.dead_letters.tenant_id.as_deref();
    let Some(tenant) = flag.or(variable) else {
        return Ok(None);
    };
    let mut tx = context.db.read(platform).await?;
    let found = tenants::find(&mut tx, platform, tenant).await?;
    Ok(Some(found.ok_or_else(|| no_tenant(tenant))?.id))
}

pub(super) fn no_tenant(tenant: &str) -> Refused {
    Refused::NotFound(format!("there is no tenant {tenant:?}"))
}

/// The tenant as an answer names it.
pub(super) fn tenant_word(filter: &DeadLetterFilter) -> String {
    filter
        .tenant_id
        .as_ref()
        .map_or_else(|| "all".to_owned(), ToString::to_string)
}

/// One thing, or several.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
