use db::{
    door::feeds,
    tenant::{
        changes::{self, NewChange},
        contacts, leads,
    },
    testing::{a_contact, a_lead, a_member},
};
use types::{ChangeKind, Clock as _, LeadType, PersonId, Role};

use super::round;
use crate::testing::Houses;

/// A lead of Ann's as the worker leaves it behind.
async fn a_lead_comes(houses: &Houses, lead_type: LeadType, holder: Option<PersonId>) {
    let scope = &houses.fairfield;
    let mut contact = a_contact(&*houses.ids).0;
    contact.email = Some("ann@example.com".parse().unwrap());
    let mut lead = a_lead(&*houses.ids).0;
    lead.assigned_to = holder;
    lead.contact_id = Some(contact.id);
    lead.lead_type = lead_type;
    lead.notes = Some("Is the <attic> dry?".to_owned());
    lead.property.listing_address = Some("12 Elm Street, Wilton".to_owned());
    let mut tx = houses.db.db.write(scope).await.unwrap();
    contacts::insert(&mut tx, scope, &contact).await.unwrap();
    leads::insert(&mut tx, scope, &lead).await.unwrap();
    let change = NewChange {
        kind: ChangeKind::LeadCreated,
        lead_id: Some(lead.id),
        contact_id: Some(contact.id),
        activity_id: None,
    };
    changes::append(&mut tx, scope, &change, houses.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_lead_is_told_of_once_with_tags_that_programs_read() {
    let houses = Houses::new().await;
    a_lead_comes(&houses, LeadType::WebsiteLead, None).await;

    round(&houses.app).await.unwrap();
    round(&houses.app).await.unwrap();

    let mails = houses.mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0].mail;
    assert_eq!(mail.to.as_str(), "hello@example.com");
    assert_eq!(mail.reply_to.as_ref().unwrap().as_str(), "ann@example.com");
    assert_eq!(mail.subject, "Ann Example asks about 12 Elm Street, Wilton");
    let html = mail.html.as_deref().unwrap();
    for tag in [
        r#"<meta name="lead_information_version" content="1.0">"#,
        r#"<meta name="lead_source" content="fairfield.localhost">"#,
        r#"<meta name="lead_email" content="ann@example.com">"#,
        r#"<meta name="lead_message" content="Is the &#60;attic&#62; dry?">"#,
    ] {
        assert!(html.contains(tag), "{tag} in {html}");
    }
    assert!(feeds::behind(&houses.db.db, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_was_given_a_lead_is_told_as_well_as_the_business() {
    let houses = Houses::new().await;
    let bob = ("bob@example.com", "");
    let bob = a_member(&houses.db.db, &*houses.ids, &houses.fairfield, bob, Role::Agent).await;
    a_lead_comes(&houses, LeadType::WebsiteLead, Some(bob)).await;

    round(&houses.app).await.unwrap();
    round(&houses.app).await.unwrap();

    let mut told: Vec<_> = (houses.mails().await.iter())
        .map(|mail| mail.mail.to.to_string())
        .collect();
    told.sort();
    assert_eq!(told, ["bob@example.com", "hello@example.com"]);
}

#[tokio::test]
async fn who_typed_a_lead_in_is_not_told_of_it() {
    let houses = Houses::new().await;
    a_lead_comes(&houses, LeadType::Buyer, None).await;

    round(&houses.app).await.unwrap();

    assert!(houses.mails().await.is_empty());
    assert!(feeds::behind(&houses.db.db, 10).await.unwrap().is_empty());
}
