//! Builders: a test names what matters to it, the rest is valid and boring.

use jiff::Timestamp;
use types::{
    Clock as _, Contact, ContactId, DomainStatus, Email, Ids, Lead, LeadId, LeadProperty, LeadStatus,
    LeadType, Phone, Plan, Region, Slug, Tenant, TenantControlSettings, TenantDomain, TenantId, TenantStatus,
    TestClock,
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

/// A contact called Ann Example, not inserted.
pub fn a_contact(ids: &dyn Ids) -> ContactBuilder {
    ContactBuilder(Contact {
        id: ContactId::new(ids),
        full_name: Some("Ann Example".to_owned()),
        email: None,
        phone: None,
        source: "contact".to_owned(),
        tags: Vec::new(),
        created_at: now(),
        updated_at: now(),
    })
}

/// A new website lead of nobody, not inserted.
pub fn a_lead(ids: &dyn Ids) -> LeadBuilder {
    LeadBuilder(Lead {
        id: LeadId::new(ids),
        contact_id: None,
        status: LeadStatus::New,
        lead_type: LeadType::WebsiteLead,
        source: "contact".to_owned(),
        timeframe: None,
        notes: None,
        property: LeadProperty::default(),
        assigned_to: None,
        next_action_at: None,
        next_action_note: None,
        last_contact_at: None,
        close_reason: None,
        tags: Vec::new(),
        version: 1,
        created_at: now(),
        updated_at: now(),
    })
}

/// Builds a contact.
#[derive(Debug)]
pub struct ContactBuilder(Contact);

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
pub struct LeadBuilder(Lead);

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
