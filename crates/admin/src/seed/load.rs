//! Synthetic volume: many tenants with many contacts, to see how everything behaves when there is much of it.

use db::{
    TenantScope,
    tenant::{activities, contacts, leads},
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use types::{
    Activity, ActivityId, ActivityType, AuditAction, Contact, ContactId, Email, Hostname, Lead, LeadId,
    LeadStatus, LeadType, Plan, Slug,
};

use super::stable::StableIds;
use crate::{
    Acting, Refusal,
    tenants::{self, NewTenant},
};

/// How much there is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many tenants.
    pub tenants: u32,
    /// How many contacts each has; each has one lead.
    pub contacts: u32,
}

/// What was written. What was there already is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// Tenants.
    pub tenants: u64,
    /// Contacts, each with a lead and an activity.
    pub contacts: u64,
}

/// Contacts that are written in one transaction: others get their turn in between.
const BATCH: u32 = 500;

/// Leads are spread over so many days.
const DAYS: u32 = 90;

/// Makes what is missing. `done` hears how many contacts were looked at, as it goes on.
pub async fn load(acting: &Acting<'_>, load: Load, done: &(dyn Fn(u64) + Sync)) -> Result<Loaded, Refusal> {
    let mut loaded = Loaded::default();
    for number in 1..=load.tenants {
        let name = format!("load-{number:05}");
        let scope = tenant(acting, &name, &mut loaded).await?;
        let mut first = 0;
        while first < load.contacts {
            let next = (first + BATCH).min(load.contacts);
            loaded.contacts += batch(acting, (&scope, &name), first..next).await?;
            first = next;
            done(u64::from(number - 1) * u64::from(load.contacts) + u64::from(next));
        }
    }
    Ok(loaded)
}

/// The key of a synthetic tenant, made now if there is none.
async fn tenant(acting: &Acting<'_>, name: &str, loaded: &mut Loaded) -> Result<TenantScope, Refusal> {
    let slug = Slug::parse(name).expect("letters, a dash and digits are a slug");
    let mut tx = acting.db.write(acting.platform).await?;
    let known = db::platform::tenants::find(&mut tx, acting.platform, name).await?;
    if let Some(tenant) = known {
        let scope = db::door::tenants::enter(&mut tx, acting.platform, &tenant.id).await?;
        return scope.ok_or_else(|| Refusal::no_tenant(name));
    }
    let host = format!("{name}.localhost");
    let new = NewTenant {
        slug,
        name: format!("Load {}", &name[5..]),
        hostname: Hostname::parse(&host).expect("a slug makes a hostname"),
        verified_at: Some(acting.now),
        plan: Plan::Starter,
        features: Vec::new(),
    };
    let website = tenants::neutral_website(&new.name);
    let scope = tenants::insert_whole(&mut tx, acting, &new, (&website, acting.now)).await?;
    acting
        .succeeded(&mut tx, AuditAction::SeedLoad, Some(scope.tenant_id()), json!({}))
        .await?;
    tx.commit().await?;
    loaded.tenants += 1;
    Ok(scope)
}

/// Says how many of them were not there.
async fn batch(
    acting: &Acting<'_>,
    (scope, name): (&TenantScope, &str),
    numbers: std::ops::Range<u32>,
) -> Result<u64, Refusal> {
    let ids = StableIds::new(name);
    let mut tx = acting.db.write(scope).await?;
    let mut made = 0;
    for number in numbers {
        let at = acting.now - SignedDuration::from_hours(i64::from(number % (DAYS * 24)));
        let contact = contact((&ids, name), number, at);
        if !contacts::insert(&mut tx, scope, &contact).await? {
            continue;
        }
        let lead = lead(&ids, (number, contact.id), at);
        leads::insert(&mut tx, scope, &lead).await?;
        activities::insert(&mut tx, scope, &activity(&ids, number, &lead)).await?;
        made += 1;
    }
    tx.commit().await?;
    Ok(made)
}

fn contact((ids, name): (&StableIds, &str), number: u32, at: Timestamp) -> Contact {
    const FIRST: [&str; 8] = ["Ann", "Ben", "Cora", "Dan", "Eve", "Finn", "Gus", "Hana"];
    const LAST: [&str; 7] = ["Quince", "Marsh", "Alder", "Reed", "Stone", "Lark", "Wells"];

    let place = number as usize;
    let email = format!("person-{number}@{name}.example.com");
    Contact {
        full_name: Some(format!(
            "{} {}",
            FIRST[place % FIRST.len()],
            LAST[place % LAST.len()]
        )),
        email: Some(Email::parse(&email).expect("a synthetic address is one")),
        ..Contact::new(
            ContactId::from(ids.of(&format!("contact/{number}"))),
            "home-value",
            at,
        )
    }
}

fn lead(ids: &StableIds, (number, contact_id): (u32, ContactId), at: Timestamp) -> Lead {
    let statuses = LeadStatus::ALL;
    Lead {
        contact_id: Some(contact_id),
        status: statuses[number as usize % statuses.len()],
        ..Lead::new(
            LeadId::from(ids.of(&format!("lead/{number}"))),
            LeadType::WebsiteLead,
            "home-value",
            at,
        )
    }
}

fn activity(ids: &StableIds, number: u32, lead: &Lead) -> Activity {
    Activity {
        id: ActivityId::from(ids.of(&format!("activity/{number}"))),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadSubmitted,
        occurred_at: lead.created_at,
        summary: "Sent the form on the home value page".to_owned(),
        metadata: json!({}),
        actor: None,
    }
}
