//! How a tenant's site looks and what it says: modules, theme, words, and those of its pages.

pub(crate) mod api;
mod change;
pub(crate) mod pages;
#[cfg(test)]
mod tests;
pub(crate) mod theme;
pub(crate) mod words;

use db::{TenantScope, Tx, tenant::websites as rows};
use serde_json::{Value, json};
use server::etag::IfMatch;
use types::{AuditAction, TenantId, Website, WebsiteModule, content::RevisionStatus};

pub(crate) use change::WebsiteChange;
use words::Pages;

use crate::{Acting, Refusal, tenants};

/// A tenant's site, but for its articles and places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) website: Website,
    pub(crate) modules: Vec<WebsiteModule>,
    /// The pages it has words of its own for.
    pub(crate) pages: Pages,
    /// Words that are being written.
    pub(crate) drafts: Pages,
}

/// Reads a tenant's site.
pub(crate) async fn find(
    tx: &mut Tx,
    acting: &Acting<'_>,
    tenant_id: &TenantId,
) -> Result<(TenantScope, Site), Refusal> {
    let gone = || Refusal::no_tenant(tenant_id.as_str());
    let scope = db::door::tenants::enter(tx, acting.platform, tenant_id)
        .await?
        .ok_or_else(gone)?;
    let website = rows::find(tx, &scope).await?.ok_or_else(gone)?;
    let modules = rows::modules(tx, &scope).await?;
    let pages = words::find(tx, &scope, RevisionStatus::Published).await?;
    let drafts = words::find(tx, &scope, RevisionStatus::Draft).await?;
    let site = Site {
        website,
        modules,
        pages,
        drafts,
    };
    Ok((scope, site))
}

/// Changes what is mentioned. The site shows it with its next page.
pub(crate) async fn change(
    acting: &Acting<'_>,
    id_or_slug: &str,
    change: &WebsiteChange,
    seen: &IfMatch,
) -> Result<Site, Refusal> {
    let tenant = tenants::look_up(acting, id_or_slug).await?;
    let attempt = acting
        .attempt(AuditAction::TenantWebsiteUpdate, Some(&tenant.id))
        .await?;
    let changing = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt.touch(&mut tx, seen).await?;
        let (scope, before) = find(&mut tx, acting, &tenant.id).await?;
        let after = change.apply(&before)?;
        rows::upsert(&mut tx, &scope, &after.website, attempt.now).await?;
        for module in &after.modules {
            rows::upsert_module(&mut tx, &scope, module).await?;
        }
        let published = (&scope, RevisionStatus::Published);
        words::store(&mut tx, &attempt, published, (&before.pages, &after.pages)).await?;
        let drafted = (&scope, RevisionStatus::Draft);
        words::store(&mut tx, &attempt, drafted, (&before.drafts, &after.drafts)).await?;
        attempt.succeeded(&mut tx, difference(&before, &after)).await?;
        tx.commit().await?;
        Ok(after)
    };
    attempt.end(changing).await
}

/// What the trail tells: the members that are not what they were.
fn difference(before: &Site, after: &Site) -> Value {
    let whole = |site: &Site| {
        let website = theme::without_drawings(json!(site.website));
        json!({ "website": website, "modules": site.modules })
    };
    let (old, new) = (whole(before), whole(after));
    let mut told = json!({ "before": {}, "after": {} });
    if old["modules"] != new["modules"] {
        told["before"]["modules"] = old["modules"].clone();
        told["after"]["modules"] = new["modules"].clone();
    }
    let (old, new) = (&old["website"], &new["website"]);
    for name in new
        .as_object()
        .into_iter()
        .chain(old.as_object())
        .flat_map(|members| members.keys())
    {
        if old[name] != new[name] {
            told["before"][name] = old[name].clone();
            told["after"][name] = new[name].clone();
        }
    }
    for (name, old, new) in [
        ("pages", &before.pages, &after.pages),
        ("drafts", &before.drafts, &after.drafts),
    ] {
        if let Some((old, new)) = words::told(old, new) {
            told["before"][name] = old;
            told["after"][name] = new;
        }
    }
    told
}
