//! Demo data: two tenants that look alive, and the people who may look.

mod content;
mod file;
mod lead;
mod load;
mod stable;
mod tenant;
#[cfg(test)]
mod tests;
mod visit;

use db::{Db, PlatformScope, Tx, platform::operators};
use serde_json::json;
use server::password::{self, NewPassword};
use types::{Actor, AuditAction, Clock, Ids, Operator, OperatorId, TenantId};

pub use load::{Load, Loaded, load};

use crate::{Acting, Refusal};
use content::Added;
use file::{Demo, SeedOperator, SeedTenant};
use stable::StableIds;

/// The password of every demo sign-in. Known to everybody, which is why production refuses the demo.
pub const DEMO_PASSWORD: &str = "freehold-demo-2026";

/// Somebody who can sign in after seeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSignIn {
    /// Where: a tenant's slug, or none for the console.
    pub tenant: Option<&'static str>,
    /// With which address.
    pub email: &'static str,
    /// As what.
    pub role: &'static str,
}

/// Everybody who can sign in after seeding, in the order worth telling.
pub const DEMO_SIGN_INS: &[DemoSignIn] = &[
    member("fairfield", "ava@fairfield.example.com", "owner"),
    member("fairfield", "ben@fairfield.example.com", "agent"),
    member("hudson", "hugo@hudson.example.com", "owner"),
    operator("ops@freehold.example.com", "admin"),
    operator("olivia@freehold.example.com", "operator"),
    operator("sam@freehold.example.com", "support"),
    operator("vera@freehold.example.com", "viewer"),
];

const fn member(tenant: &'static str, email: &'static str, role: &'static str) -> DemoSignIn {
    let tenant = Some(tenant);
    DemoSignIn { tenant, email, role }
}

const fn operator(email: &'static str, role: &'static str) -> DemoSignIn {
    let tenant = None;
    DemoSignIn { tenant, email, role }
}

/// What one seeding wrote; nothing of what was there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Seeded {
    /// Tenants, each with its site and its members.
    pub tenants: usize,
    /// Operators of the console.
    pub operators: usize,
    /// Contacts.
    pub contacts: usize,
    /// Leads.
    pub leads: usize,
    /// Activities.
    pub activities: usize,
    /// What the sites publish: towns, posts, answers.
    pub documents: usize,
    /// What the sites know of places, module by module.
    pub facts: usize,
    /// Homes for sale.
    pub listings: usize,
}

impl Seeded {
    const fn count(&mut self, added: Added) {
        self.documents += added.documents;
        self.facts += added.facts;
        self.listings += added.listings;
    }
}

/// Seeds on the process's own account: the first start of `freehold`.
pub async fn demo(db: &Db, clock: &dyn Clock, ids: &dyn Ids) -> Result<Seeded, Refusal> {
    let acting = Acting {
        db,
        platform: &PlatformScope::of_command_line(),
        actor: Actor {
            id: "freehold".to_owned(),
            role: "system".to_owned(),
        },
        request_id: None,
        now: clock.now(),
        ids,
        platform_hosts: &[],
    };
    demo_by(&acting).await
}

/// Seeds what is missing. An operator or a tenant that is there is left alone, whatever people made of it since; but
/// the site of a tenant that an older seed made gets what the seed has gained.
pub async fn demo_by(acting: &Acting<'_>) -> Result<Seeded, Refusal> {
    let demo = Demo::read();
    let mut seeded = Seeded::default();
    let missing = Missing::look(acting, &demo).await?;
    for tenant in &missing.older {
        tenant::bring_up_to_date(acting, tenant, &mut seeded).await?;
    }
    if missing.needs_no_password() {
        return Ok(seeded);
    }
    // One hash for all of them: the password is printed at every start, so that a salt of one's own would protect
    // nothing, and seven hashes would be most of the time that the first start takes.
    let accepted = NewPassword::parse(DEMO_PASSWORD).expect("the demo password is long enough");
    let password_hash = password::hash(accepted).await.map_err(Refusal::Unexpected)?;
    seeded.operators = insert_operators(acting, &missing.operators, &password_hash).await?;
    for tenant in missing.tenants {
        tenant::seed(acting, tenant, &password_hash, &mut seeded).await?;
    }
    Ok(seeded)
}

/// What of the demo is not there yet.
struct Missing<'a> {
    operators: Vec<&'a SeedOperator>,
    tenants: Vec<&'a SeedTenant>,
    /// Tenants that an older seed made, and may not have given all.
    older: Vec<&'a SeedTenant>,
}

impl<'a> Missing<'a> {
    async fn look(acting: &Acting<'_>, demo: &'a Demo) -> Result<Self, Refusal> {
        let mut tx = acting.db.read(acting.platform).await?;
        let mut missing = Self {
            operators: Vec::new(),
            tenants: Vec::new(),
            older: Vec::new(),
        };
        for operator in &demo.operators {
            let found = operators::find_by_email(&mut tx, acting.platform, &operator.email).await?;
            missing.operators.extend(found.is_none().then_some(operator));
        }
        for tenant in &demo.tenants {
            match db::platform::tenants::find(&mut tx, acting.platform, tenant.slug.as_str()).await? {
                None => missing.tenants.push(tenant),
                Some(found) if is_of_a_seed(&mut tx, acting, &found.id).await? => missing.older.push(tenant),
                // Somebody's own, by chance of the same name.
                Some(_) => {}
            }
        }
        Ok(missing)
    }

    fn needs_no_password(&self) -> bool {
        self.operators.is_empty() && self.tenants.is_empty()
    }
}

async fn is_of_a_seed(tx: &mut Tx, acting: &Acting<'_>, tenant: &TenantId) -> db::Result<bool> {
    db::platform::audit::was_done(tx, acting.platform, AuditAction::SeedDemo, tenant).await
}

async fn insert_operators(
    acting: &Acting<'_>,
    missing: &[&SeedOperator],
    password_hash: &str,
) -> Result<usize, Refusal> {
    if missing.is_empty() {
        return Ok(0);
    }
    let ids = StableIds::new("operators");
    let mut tx = acting.db.write(acting.platform).await?;
    for seed in missing {
        let operator = Operator {
            id: OperatorId::from(ids.of(seed.email.as_str())),
            email: seed.email.clone(),
            name: seed.name.clone(),
            role: seed.role,
            created_at: acting.now,
        };
        operators::insert(&mut tx, acting.platform, &operator, password_hash).await?;
    }
    let details = json!({ "operators": missing.len() });
    acting
        .succeeded(&mut tx, AuditAction::SeedDemo, None, details)
        .await?;
    tx.commit().await?;
    Ok(missing.len())
}
