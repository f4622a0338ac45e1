//! Makes a tenant: itself, its name, its site, its plan, and the line in the trail, all or nothing.

use db::{
    TenantScope, Tx,
    platform::{domains, tenants::TenantOverview},
    tenant::websites,
};
use jiff::Timestamp;
use serde_json::json;
use types::{
    AuditAction, DomainId, DomainStatus, Feature, Hostname, ModuleKey, OwnLook, Plan, PostalAddress,
    ProofSearch, Slug, Tenant, TenantControlSettings, TenantDomain, TenantId, TenantStatus, ThemePreset,
    Website, WebsiteModule,
};

use crate::{Acting, Refusal, acting::Attempt, domains::suitable, settings};

/// A tenant to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTenant {
    /// The short name; its id follows from it.
    pub slug: Slug,
    /// The name people read.
    pub name: String,
    /// The first name its site answers to.
    pub hostname: Hostname,
    /// Since when that name is known to be theirs; until then it leads nowhere.
    pub verified_at: Option<Timestamp>,
    /// What it pays for.
    pub plan: Plan,
    /// What it wants beyond what the plan requires.
    pub features: Vec<Feature>,
}

impl NewTenant {
    fn settings(&self) -> Result<TenantControlSettings, Refusal> {
        TenantControlSettings::new(TenantId::of(&self.slug), self.plan, &self.features)
            .map_err(settings::not_allowed)
    }
}

/// Makes a tenant with a site that says no more than its name.
pub async fn provision(acting: &Acting<'_>, new: &NewTenant) -> Result<TenantOverview, Refusal> {
    let id = TenantId::of(&new.slug);
    must_be_free(&new.slug)?;
    suitable(acting, &new.hostname, "/primaryDomain")?;
    let attempt = acting.attempt(AuditAction::TenantProvision, Some(&id)).await?;
    attempt.end(provision_at_once(&attempt, new)).await
}

/// Short names that are kept for the platform's own hosts and addresses, so that none of a tenant's looks like ours.
const RESERVED: [&str; 26] = [
    "account", "admin", "api", "app", "assets", "auth", "billing", "cdn", "console", "crm", "docs",
    "freehold", "help", "internal", "login", "mail", "platform", "root", "security", "sign-in", "static",
    "status", "support", "system", "worker", "www",
];

fn must_be_free(slug: &Slug) -> Result<(), Refusal> {
    if RESERVED.contains(&slug.as_str()) {
        let detail = format!("The slug {slug} is kept for the platform itself; choose another.");
        return Err(Refusal::invalid("/slug", "reserved", detail));
    }
    Ok(())
}

async fn provision_at_once(acting: &Attempt<'_>, new: &NewTenant) -> Result<TenantOverview, Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let website = neutral_website(&new.name);
    let scope = insert_whole(&mut tx, acting, new, (&website, acting.now)).await?;
    let id = scope.tenant_id();
    let overview = super::find(&mut tx, acting.platform, id.as_str()).await?;
    let after = json!({
        "name": new.name,
        "hostname": new.hostname,
        "isVerified": new.verified_at.is_some(),
        "planCode": new.plan,
        "featureFlags": overview.settings.feature_flags,
    });
    acting
        .succeeded(&mut tx, json!({ "before": null, "after": after }))
        .await?;
    tx.commit().await?;
    Ok(overview)
}

/// Inserts a tenant with everything a tenant has, and gives its key. The audit line is the caller's.
pub(crate) async fn insert_whole(
    tx: &mut Tx,
    acting: &Acting<'_>,
    new: &NewTenant,
    (website, since): (&Website, Timestamp),
) -> Result<TenantScope, Refusal> {
    let settings = new.settings()?;
    let tenant = Tenant {
        id: settings.tenant_id.clone(),
        slug: new.slug.clone(),
        name: new.name.clone(),
        status: TenantStatus::Active,
        created_at: since,
        updated_at: since,
    };
    db::platform::tenants::insert(tx, acting.platform, &tenant, &settings)
        .await
        .map_err(|error| taken(error, "slug_taken", &format!("The slug {} is taken.", new.slug)))?;
    let domain = TenantDomain {
        id: DomainId::new(acting.ids),
        tenant_id: tenant.id.clone(),
        hostname: new.hostname.clone(),
        is_primary: true,
        is_verified: new.verified_at.is_some(),
        verified_at: new.verified_at,
        status: DomainStatus::Active,
        proof: match new.verified_at {
            Some(_) => ProofSearch::from(since),
            None => ProofSearch::from(since).begun(),
        },
        created_at: since,
        updated_at: since,
    };
    let hostname_taken = format!("The hostname {} is taken.", new.hostname);
    domains::insert(tx, acting.platform, &domain)
        .await
        .map_err(|error| taken(error, "hostname_taken", &hostname_taken))?;
    let scope = db::door::tenants::enter(tx, acting.platform, &tenant.id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant.id.as_str()))?;
    insert_website(tx, &scope, (website, since)).await?;
    Ok(scope)
}

async fn insert_website(
    tx: &mut Tx,
    scope: &TenantScope,
    (website, since): (&Website, Timestamp),
) -> Result<(), Refusal> {
    websites::upsert(tx, scope, website, since).await?;
    for (sort_order, key) in (0..).zip(ModuleKey::ALL.iter().copied()) {
        let module = WebsiteModule {
            key,
            enabled: true,
            sort_order,
        };
        websites::upsert_module(tx, scope, &module).await?;
    }
    Ok(())
}

/// Whose it is stays untold: an operator of one tenant's business has no business with another's.
pub(crate) fn taken(error: db::Error, code: &'static str, detail: &str) -> Refusal {
    match error {
        db::Error::Conflict { .. } => Refusal::conflict(code, detail),
        other => other.into(),
    }
}

/// A site that is true of any business. What nobody told us stays empty, and the site leaves it out.
pub(crate) fn neutral_website(name: &str) -> Website {
    Website {
        theme: ThemePreset::IvoryForest,
        accent: None,
        look: OwnLook::default(),
        draft_theme: None,
        headline: format!("Welcome to {name}"),
        tagline: "Tell us what you are looking for, or ask what your home is worth.".to_owned(),
        about: String::new(),
        agent_name: String::new(),
        agent_title: String::new(),
        phone: String::new(),
        email: String::new(),
        brokerage: name.to_owned(),
        license: String::new(),
        areas: Vec::new(),
        response_promise: "as soon as we can".to_owned(),
        postal_address: PostalAddress::default(),
        asks_first: false,
    }
}
