//! Who asks, in their own words. Whoever gives the number of somebody the CRM knows becomes a lead of that person's, and
//! what they typed is all that leads back to them.

use db::{
    TenantScope, Tx,
    tenant::{
        activities::{self, ActivityFilter},
        leads::LeadWithContact,
    },
};
use serde::Deserialize;
use types::{ActivityType, Contact, Email, Lead, LeadType, PageRequest, events::ValuationContact};

/// Whom an answer goes to.
pub(super) struct Asker {
    pub(super) name: Option<String>,
    pub(super) email: Option<Email>,
    /// As typed.
    pub(super) phone: Option<String>,
    /// Where their form asks to be answered. None for a lead without a form.
    pub(super) typed: Option<Email>,
    /// Whom the CRM took them for, where name or address are not what they typed.
    pub(super) known_as: Option<String>,
}

impl Asker {
    /// By what was submitted. A lead without a form is from whoever its contact is.
    pub(super) async fn of(tx: &mut Tx, scope: &TenantScope, found: &LeadWithContact) -> db::Result<Self> {
        let said = submitted(tx, scope, &found.lead).await?;
        let contact = found.contact.as_ref();
        Ok(match said {
            Some(said) => Self {
                known_as: contact.and_then(|contact| known_as(&said, contact)),
                typed: said.email.clone(),
                name: said.name.map(|name| name.0.into_string()),
                email: said.email,
                phone: said.phone.map(|phone| phone.0.into_string()),
            },
            None => Self {
                name: contact.and_then(|contact| contact.full_name.clone()),
                email: contact.and_then(|contact| contact.email.clone()),
                phone: contact.and_then(|contact| Some(contact.phone.as_ref()?.original().to_owned())),
                known_as: None,
                typed: None,
            },
        })
    }

    /// What to call them.
    pub(super) fn called(&self) -> &str {
        let address = || self.email.as_ref().map(Email::as_str);
        let name = self.name.as_deref().or_else(address);
        name.or(self.phone.as_deref()).unwrap_or("A visitor")
    }
}

/// What the form said of its sender that opened the lead.
async fn submitted(tx: &mut Tx, scope: &TenantScope, lead: &Lead) -> db::Result<Option<ValuationContact>> {
    let activity_type = match lead.lead_type {
        LeadType::ValuationRequest => ActivityType::ValuationRequested,
        _ => ActivityType::LeadSubmitted,
    };
    let forms = ActivityFilter {
        lead_id: Some(lead.id),
        activity_type: Some(activity_type),
        ..ActivityFilter::default()
    };
    let oldest = activities::list_before(tx, scope, &forms, PageRequest::new(1, 0)).await?;
    let form = oldest.items.into_iter().next();
    // The contact of a valuation is that of a lead with every field optional, so it reads both.
    Ok(form.and_then(|form| ValuationContact::deserialize(&form.activity.metadata["contact"]).ok()))
}

/// `Theo Example, theo@example.com`, unless that is who they said they are.
fn known_as(said: &ValuationContact, contact: &Contact) -> Option<String> {
    let (name, email) = (contact.full_name.as_deref(), contact.email.as_ref());
    let said_name = said.name.as_ref().map(|name| name.as_str());
    let is_their_name = name.is_none_or(|name| said_name.is_some_and(|said| is_same(said, name)));
    let is_their_email = email.is_none_or(|email| said.email.as_ref() == Some(email));
    if is_their_name && is_their_email {
        return None;
    }
    let known = [name, email.map(Email::as_str)].into_iter().flatten();
    Some(known.collect::<Vec<_>>().join(", "))
}

fn is_same(said: &str, known: &str) -> bool {
    said.trim().to_lowercase() == known.trim().to_lowercase()
}
