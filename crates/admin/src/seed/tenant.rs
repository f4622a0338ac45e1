//! One demo tenant: itself, its members, its contacts, and its leads with their stories.

use std::collections::BTreeMap;

use db::{
    TenantScope, Tx,
    platform::members::{self, NewPerson},
    tenant::{activities, contacts, leads},
};
use serde_json::json;
use types::{AuditAction, Contact, ContactId, PersonId, Phone, Region, TenantId};

use super::{
    Seeded,
    content::{self, Added, Shelf},
    file::{SeedContact, SeedTenant},
    lead::{self, Cast},
    stable::StableIds,
    visit,
};
use crate::{
    Acting, Refusal,
    tenants::{self, NewTenant},
};

/// Seeds a tenant in one transaction, so that a start that was interrupted leaves none half made.
pub(super) async fn seed(
    acting: &Acting<'_>,
    seed: &SeedTenant,
    password_hash: &str,
    seeded: &mut Seeded,
) -> Result<(), Refusal> {
    let since = acting.now - seed.ago.0;
    let new = NewTenant {
        slug: seed.slug.clone(),
        name: seed.name.clone(),
        hostname: seed.hostname.clone(),
        verified_at: Some(since),
        plan: seed.plan,
        features: seed.features.clone(),
    };
    let mut tx = acting.db.write(acting.platform).await?;
    let scope = tenants::insert_whole(&mut tx, acting, &new, (&seed.website, since)).await?;
    let ids = StableIds::new(seed.slug.as_str());
    let members = insert_members(&mut tx, acting, (&scope, seed), password_hash).await?;
    let contacts = insert_contacts(&mut tx, acting, (&scope, seed), &ids).await?;
    let cast = Cast {
        now: acting.now,
        ids: &ids,
        members: &members,
        contacts: &contacts,
    };
    let steps = insert_visits(&mut tx, (&scope, seed), &cast).await?;
    let activities = steps + insert_leads(&mut tx, (&scope, seed), &cast).await?;
    let added = add_content(&mut tx, acting, (&scope, seed)).await?;
    let details = json!({ "contacts": contacts.len(), "leads": seed.leads.len() });
    acting
        .succeeded(&mut tx, AuditAction::SeedDemo, Some(scope.tenant_id()), details)
        .await?;
    tx.commit().await?;
    seeded.tenants += 1;
    seeded.contacts += contacts.len();
    seeded.leads += seed.leads.len();
    seeded.activities += activities;
    seeded.count(added);
    Ok(())
}

/// Brings a tenant that an older seed made what its site has gained since. Its people and their work stay as they are.
pub(super) async fn bring_up_to_date(
    acting: &Acting<'_>,
    seed: &SeedTenant,
    seeded: &mut Seeded,
) -> Result<(), Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let tenant = TenantId::of(&seed.slug);
    let scope = db::door::tenants::enter(&mut tx, acting.platform, &tenant).await?;
    let scope = scope.ok_or_else(|| Refusal::no_tenant(seed.slug.as_str()))?;
    let added = add_content(&mut tx, acting, (&scope, seed)).await?;
    if added == Added::default() {
        return Ok(());
    }
    let details = json!({ "documents": added.documents, "facts": added.facts, "listings": added.listings });
    acting
        .succeeded(&mut tx, AuditAction::SeedDemo, Some(scope.tenant_id()), details)
        .await?;
    tx.commit().await?;
    seeded.count(added);
    Ok(())
}

async fn add_content(
    tx: &mut Tx,
    acting: &Acting<'_>,
    (scope, seed): (&TenantScope, &SeedTenant),
) -> Result<Added, Refusal> {
    let shelf = Shelf {
        scope,
        ids: &StableIds::new(seed.slug.as_str()),
        at: acting.now - seed.ago.0,
        asked_at: acting.now,
    };
    content::insert_missing(tx, &shelf, seed.slug.as_str()).await
}

async fn insert_members(
    tx: &mut Tx,
    acting: &Acting<'_>,
    (scope, seed): (&TenantScope, &SeedTenant),
    password_hash: &str,
) -> Result<BTreeMap<String, PersonId>, Refusal> {
    let ids = StableIds::new("people");
    let since = acting.now - seed.ago.0;
    let mut people = BTreeMap::new();
    for (name, member) in &seed.members {
        // Somebody may have made the person already, with a password of their own.
        let id = match members::find_person(tx, acting.platform, &member.email).await? {
            Some(id) => id,
            None => {
                let person = NewPerson {
                    id: PersonId::from(ids.of(member.email.as_str())),
                    email: member.email.clone(),
                    name: member.name.clone(),
                    password_hash: password_hash.to_owned(),
                    created_at: since,
                };
                members::insert_person(tx, acting.platform, &person).await?;
                person.id
            }
        };
        members::insert(tx, acting.platform, scope.tenant_id(), (id, member.role), since).await?;
        people.insert(name.clone(), id);
    }
    Ok(people)
}

async fn insert_contacts(
    tx: &mut Tx,
    acting: &Acting<'_>,
    (scope, seed): (&TenantScope, &SeedTenant),
    ids: &StableIds,
) -> Result<BTreeMap<String, ContactId>, Refusal> {
    let mut known = BTreeMap::new();
    for (name, seed) in &seed.contacts {
        let contact = contact(seed, ContactId::from(ids.of(&format!("contact/{name}"))), acting);
        if !contacts::insert(tx, scope, &contact).await? {
            let trouble = format!("seeds/demo.json has the address or number of {name} twice");
            return Err(Refusal::Unexpected(anyhow::anyhow!(trouble)));
        }
        known.insert(name.clone(), contact.id);
    }
    Ok(known)
}

fn contact(seed: &SeedContact, id: ContactId, acting: &Acting<'_>) -> Contact {
    let phone = seed.phone.as_deref();
    let since = acting.now - seed.ago.0;
    Contact {
        full_name: seed.name.clone(),
        email: seed.email.clone(),
        phone: phone.map(|text| Phone::parse(text, Region::US).expect("a demo number is one")),
        tags: seed.tags.clone(),
        ..Contact::new(id, seed.source.as_str(), since)
    }
}

/// Says how many steps visitors took.
async fn insert_visits(
    tx: &mut Tx,
    (scope, seed): (&TenantScope, &SeedTenant),
    cast: &Cast<'_>,
) -> Result<usize, Refusal> {
    let homes = content::homes(seed.slug.as_str(), cast.now);
    let mut taken = 0;
    for (name, contact) in &seed.contacts {
        let steps = visit::made((name.as_str(), contact), &homes, cast);
        for step in &steps {
            activities::insert(tx, scope, step).await?;
        }
        taken += steps.len();
    }
    Ok(taken)
}

/// Says how many activities the leads' stories have.
async fn insert_leads(
    tx: &mut Tx,
    (scope, seed): (&TenantScope, &SeedTenant),
    cast: &Cast<'_>,
) -> Result<usize, Refusal> {
    let mut told = 0;
    for (number, seed) in seed.leads.iter().enumerate() {
        let (lead, timeline) = lead::played(seed, number, cast);
        leads::insert(tx, scope, &lead).await?;
        for activity in &timeline {
            activities::insert(tx, scope, activity).await?;
        }
        told += timeline.len();
    }
    Ok(told)
}
