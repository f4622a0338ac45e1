//! Builders: a test names what matters to it, the rest is valid and boring.

use jiff::Timestamp;
use types::{
    Clock as _, Contact, ContactId, DomainStatus, Email, Ids, Lead, LeadId, LeadStatus, LeadType, PersonId,
    Phone, Plan, ProofSearch, Region, Role, Slug, Tenant, TenantControlSettings, TenantDomain, TenantId,
    TenantStatus, TestClock,
};

use crate::{Db, PlatformScope, TenantScope, platform, tenant};

fn now() -> Timestamp {
    TestClock::default().now()
}

/// An active tenant with this slug and the verified name `<slug>.localhost`, inserted; its key.
pub async fn a_tenant(db: &Db, ids: &dyn Ids, slug: &str) -> TenantScope {
    let slug = Slug::parse(slug).expect("a test's slug is a slug");
    let tenant = Tenant {
        id: TenantId::of(&slug),
        name: format!("{slug} Realty"),
        status: TenantStatus::Active,
        created_at: now(),
        updated_at: now(),
        slug,
    };
    let domain = TenantDomain {
        id: types::DomainId::new(ids),
        tenant_id: tenant.id.clone(),
        hostname: format!("{}.localhost", tenant.slug)
            .parse()
            .expect("a slug makes a hostname"),
        is_primary: true,
        is_verified: true,
        verified_at: Some(now()),
        status: DomainStatus::Active,
        proof: ProofSearch::from(now()),
        created_at: now(),
        updated_at: now(),
    };
    let settings =
        TenantControlSettings::new(tenant.id.clone(), Plan::Starter, &[]).expect("no feature is asked for");
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    platform::tenants::insert(&mut tx, &platform, &tenant, &settings)
        .await
        .expect("the slug is new");
    platform::domains::insert(&mut tx, &platform, &domain)
        .await
        .expect("the hostname is new");
    tx.commit().await.expect("the test database commits");
    TenantScope::new(tenant.id)
}

/// A person with this address and password hash, and their membership with this role, inserted.
pub async fn a_member(
    db: &Db,
    ids: &dyn Ids,
    scope: &TenantScope,
    (email, password_hash): (&str, &str),
    role: Role,
) -> PersonId {
    let person = a_person(db, ids, (email, password_hash)).await;
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    let is_new = platform::members::insert(&mut tx, &platform, scope.tenant_id(), (person, role), now())
        .await
        .expect("the test database takes members");
    assert!(is_new, "the person is a member already");
    tx.commit().await.expect("the test database commits");
    person
}

/// Ends a membership, and nothing else: what they had to do stays theirs, as it did until somebody took it over.
pub async fn leaves(db: &Db, scope: &TenantScope, person: PersonId) {
    let mut tx = db.write(scope).await.expect("the test database takes writes");
    tx.query("UPDATE members SET removed_at = $3 WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(person)
        .bind(now())
        .execute()
        .await
        .expect("members may leave");
    tx.commit().await.expect("the test database commits");
}

/// A person with this address and password hash who is nowhere a member, inserted.
pub async fn a_person(db: &Db, ids: &dyn Ids, (email, password_hash): (&str, &str)) -> PersonId {
    let email = Email::parse(email).expect("a test's e-mail is one");
    let name = email.as_str().split('@').next().unwrap_or_default();
    let person = platform::members::NewPerson {
        id: PersonId::new(ids),
        name: format!("{}{} Member", name[..1].to_uppercase(), &name[1..]),
        password_hash: password_hash.to_owned(),
        created_at: now(),
        email,
    };
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    platform::members::insert_person(&mut tx, &platform, &person)
        .await
        .expect("the address is new");
    tx.commit().await.expect("the test database commits");
    person.id
}

/// A contact called Ann Example, not inserted.
pub fn a_contact(ids: &dyn Ids) -> ContactBuilder {
    ContactBuilder(Contact {
        full_name: Some("Ann Example".to_owned()),
        ..Contact::new(ContactId::new(ids), "contact", now())
    })
}

/// A new website lead of nobody, not inserted.
pub fn a_lead(ids: &dyn Ids) -> LeadBuilder {
    LeadBuilder(Lead::new(
        LeadId::new(ids),
        LeadType::WebsiteLead,
        "contact",
        now(),
    ))
}

/// Builds a contact.
#[derive(Debug)]
pub struct ContactBuilder(pub Contact);

impl ContactBuilder {
    /// With this address.
    #[must_use]
    pub fn email(mut self, email: &str) -> Self {
        self.0.email = Some(Email::parse(email).expect("a test's e-mail is one"));
        self
    }

    /// With this number.
    #[must_use]
    pub fn phone(mut self, phone: &str) -> Self {
        self.0.phone = Some(Phone::parse(phone, Region::US).expect("a test's number is one"));
        self
    }

    /// With this name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.full_name = Some(name.to_owned());
        self
    }

    /// The contact, inserted.
    pub async fn insert(self, db: &Db, scope: &TenantScope) -> Contact {
        let mut tx = db.write(scope).await.expect("the test database takes writes");
        let is_new = tenant::contacts::insert(&mut tx, scope, &self.0)
            .await
            .expect("the contact is valid");
        assert!(is_new, "somebody has this contact's address or number");
        tx.commit().await.expect("the test database commits");
        self.0
    }
}

/// Builds a lead.
#[derive(Debug)]
pub struct LeadBuilder(pub Lead);

impl LeadBuilder {
    /// Of this contact.
    #[must_use]
    pub fn of(mut self, contact: &Contact) -> Self {
        self.0.contact_id = Some(contact.id);
        self
    }

    /// With these tags.
    #[must_use]
    pub fn tagged(mut self, tags: &[&str]) -> Self {
        self.0.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self
    }

    /// Standing here.
    #[must_use]
    pub fn status(mut self, status: LeadStatus) -> Self {
        self.0.status = status;
        self
    }

    /// That came at this time.
    #[must_use]
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.0.created_at = at;
        self
    }

    /// The lead, inserted.
    pub async fn insert(self, db: &Db, scope: &TenantScope) -> Lead {
        let mut tx = db.write(scope).await.expect("the test database takes writes");
        tenant::leads::insert(&mut tx, scope, &self.0)
            .await
            .expect("the lead is valid");
        tx.commit().await.expect("the test database commits");
        self.0
    }
}
