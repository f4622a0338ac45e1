//! `/api/tenants/{id}/website`: modules, theme and words of a site.

use axum::response::Response;
use serde_json::{Value, json};
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json as answer,
};

use super::{Site, WebsiteChange, theme};
use crate::{Acting, domains::api::nothing_to_change, operator::Operator, tenants};

/// Shows a site.
pub(crate) async fn show(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    one(&operator.acting(), &id).await
}

/// Changes what the body mentions.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<String>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let change = WebsiteChange {
        modules: fields.optional("modules").unwrap_or_default(),
        theme: fields.optional("theme"),
        copy: fields.optional("copy"),
        drafts: fields.optional("drafts"),
        privacy: fields.optional("privacy"),
    };
    fields.finish()?;
    change.mistakes().finish()?;
    if change.is_nothing() {
        return Err(nothing_to_change());
    }
    super::change(&acting, &id, &change, &seen).await?;
    one(&acting, &id).await
}

async fn one(acting: &Acting<'_>, id: &str) -> Result<Response, Failure> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let (_, site) = super::find(&mut tx, acting, &overview.tenant.id).await?;
    let mut body = told(&site);
    body["tenantId"] = json!(overview.tenant.id);
    Ok(Version::of(overview.version).on(answer::ok(body)))
}

fn told(site: &Site) -> Value {
    let website = &site.website;
    let mut copy = json!(website);
    copy["postalAddress"] = json!(website.postal_address);
    copy["pages"] = json!(site.pages);
    if let Some(members) = copy.as_object_mut() {
        for name in ["theme", "accent", "look", "draftTheme", "asksFirst"] {
            members.remove(name);
        }
    }
    json!({
        "modules": site.modules,
        "theme": theme::told(&website.worn()),
        "copy": copy,
        "privacy": { "strict": website.asks_first },
        "drafts": { "pages": site.drafts, "theme": website.draft_theme.as_ref().map(theme::told) },
    })
}
