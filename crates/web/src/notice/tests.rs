use db::{
    TenantScope,
    door::feeds,
    tenant::{
        activities,
        changes::{self, NewChange},
        contacts, leads,
    },
    testing::{a_contact, a_lead, a_listing, a_member, a_tenant, by_sql},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, Clock as _, Contact, Lead, LeadType, Mail, PersonId,
    Phone, Region, Role,
};

use super::round;
use crate::testing::{Houses, an_address};

/// A lead of Ann's as the worker leaves it behind.
async fn a_lead_comes(houses: &Houses, lead_type: LeadType, holder: Option<PersonId>) {
    let mut contact = a_contact(&*houses.ids).0;
    contact.email = Some("ann@example.com".parse().unwrap());
    let mut lead = a_lead(&*houses.ids).0;
    lead.assigned_to = holder;
    lead.lead_type = lead_type;
    lead.notes = Some("Is the <attic> dry?".to_owned());
    lead.property.listing_address = Some("12 Elm Street, Wilton".to_owned());
    comes(houses, contact, lead, None).await;
}

/// A lead of this contact's, and what its form said of who sent it.
async fn comes(houses: &Houses, contact: Contact, lead: Lead, said: Option<Value>) {
    comes_to((houses, &houses.fairfield), contact, lead, said).await;
}

async fn comes_to(
    (houses, scope): (&Houses, &TenantScope),
    contact: Contact,
    mut lead: Lead,
    said: Option<Value>,
) {
    lead.contact_id = Some(contact.id);
    let mut tx = houses.db.db.write(scope).await.unwrap();
    contacts::insert(&mut tx, scope, &contact).await.unwrap();
    leads::insert(&mut tx, scope, &lead).await.unwrap();
    if let Some(said) = said {
        let form = Activity {
            id: ActivityId::new(&*houses.ids),
            contact_id: Some(contact.id),
            lead_id: Some(lead.id),
            activity_type: match lead.lead_type {
                LeadType::ValuationRequest => ActivityType::ValuationRequested,
                _ => ActivityType::LeadSubmitted,
            },
            occurred_at: lead.created_at,
            summary: "Sent a form".to_owned(),
            metadata: json!({ "contact": said }),
            actor: None,
        };
        activities::insert(&mut tx, scope, &form).await.unwrap();
    }
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
async fn one_tenants_unreadable_lead_keeps_no_other_tenant_waiting() {
    let houses = Houses::new().await;
    let (db, ids) = (&houses.db.db, &*houses.ids);
    // Before fairfield in every order there is.
    let acme = a_tenant(db, ids, "acme").await;
    comes_to((&houses, &acme), a_contact(ids).0, a_lead(ids).0, None).await;
    by_sql(
        db,
        "UPDATE leads SET lead_type = 'unheard_of' WHERE tenant_id = 'tenant_acme'",
    )
    .await
    .unwrap();
    a_lead_comes(&houses, LeadType::WebsiteLead, None).await;

    round(&houses.app).await.unwrap();
    let told = houses.mails().await.len();
    by_sql(
        db,
        "UPDATE leads SET lead_type = 'website_lead' WHERE tenant_id = 'tenant_acme'",
    )
    .await
    .unwrap();
    houses.clock.advance(SignedDuration::from_mins(1));
    round(&houses.app).await.unwrap();

    assert_eq!(told, 1);
    let behind = feeds::behind(db, None, 10).await.unwrap();
    assert_eq!(behind, [], "acme's is told of once it can be read");
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
    assert!(feeds::behind(&houses.db.db, None, 10).await.unwrap().is_empty());
}

/// What went to the business.
async fn to_the_agent(houses: &Houses) -> Vec<Mail> {
    let mails = houses.mails().await.into_iter().map(|stored| stored.mail);
    mails
        .filter(|mail| mail.to.as_str() == "hello@example.com")
        .collect()
}

/// The mail to the agent of a lead that the CRM took for Theo's.
async fn told_of_theos_lead(lead_type: LeadType, said: Value) -> Mail {
    let houses = Houses::new().await;
    let mut theo = a_contact(&*houses.ids).0;
    theo.full_name = Some("Theo Example".to_owned());
    theo.email = Some("theo@example.com".parse().unwrap());
    theo.phone = Some(Phone::parse("203 555 0101", Region::US).unwrap());
    let mut lead = a_lead(&*houses.ids).0;
    lead.lead_type = lead_type;
    comes(&houses, theo, lead, Some(said)).await;
    round(&houses.app).await.unwrap();
    let mut mails = to_the_agent(&houses).await;
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}

#[tokio::test]
async fn the_agent_is_told_who_wrote_and_not_whose_number_they_gave() {
    let said = json!({ "name": "Zoë", "email": "zoe@example.com", "phone": "203 555 0101" });

    let mail = told_of_theos_lead(LeadType::WebsiteLead, said).await;

    assert_eq!(mail.subject, "Zoë would like to hear from you");
    assert_eq!(mail.reply_to.unwrap().as_str(), "zoe@example.com");
    for line in [
        "Name: Zoë\n",
        "E-mail: zoe@example.com\n",
        "Phone: 203 555 0101\n",
        "In your CRM: Theo Example, theo@example.com\n",
        "\nAn answer to this message goes to them.\n",
    ] {
        assert!(mail.text.contains(line), "{line} in {}", mail.text);
    }
    let html = mail.html.unwrap();
    for tag in [
        r#"<meta name="lead_name" content="Zoë">"#,
        r#"<meta name="lead_email" content="zoe@example.com">"#,
    ] {
        assert!(html.contains(tag), "{tag} in {html}");
    }
    assert!(!html.contains("<meta name=\"\""), "{html}");
}

#[tokio::test]
async fn a_home_is_named_to_programs_by_its_number_in_the_listing_service() {
    let asks_about = async |id: &str| {
        let houses = Houses::new().await;
        a_listing("FB1").insert(&houses.db.db, &houses.fairfield).await;
        let unnumbered = a_listing("FB2").with(|home| home.mls_number = None);
        unnumbered.insert(&houses.db.db, &houses.fairfield).await;
        let mut lead = a_lead(&*houses.ids).0;
        lead.lead_type = LeadType::WebsiteLead;
        "fairfield.localhost".clone_into(&mut lead.source);
        lead.property.listing_id = Some(id.to_owned());
        comes(&houses, a_contact(&*houses.ids).0, lead, None).await;
        round(&houses.app).await.unwrap();
        to_the_agent(&houses).await.remove(0)
    };

    let numbered = asks_about("FB1").await;
    let tag = r#"<meta name="lead_property_mls" content="DEMO-1">"#;
    let html = numbered.html.unwrap();
    assert!(
        html.contains(tag) && numbered.text.contains("Listing: DEMO-1\n"),
        "{html}"
    );
    for id in ["FB2", "FB3", "no id"] {
        let html = asks_about(id).await.html.unwrap();
        assert!(!html.contains("lead_property_mls"), "{id}: {html}");
    }
}

#[tokio::test]
async fn an_answer_goes_to_nobody_whose_address_was_not_typed() {
    let said = json!({ "phone": "203-555-0101" });

    let mail = told_of_theos_lead(LeadType::ValuationRequest, said).await;

    assert_eq!(mail.subject, "203-555-0101 would like to hear from you");
    assert_eq!(mail.reply_to, None);
    assert!(!mail.text.contains("Name:") && !mail.text.contains("E-mail:"));
    assert!(mail.text.contains("does not reach them."), "{}", mail.text);
}

#[tokio::test]
async fn who_is_who_they_say_is_not_said_to_be_known_as_somebody() {
    let said = json!({ "name": "theo example", "email": "theo@example.com", "phone": "203 555 0199" });

    let mail = told_of_theos_lead(LeadType::WebsiteLead, said).await;

    assert!(mail.text.contains("Phone: 203 555 0199\n"), "{}", mail.text);
    assert!(!mail.text.contains("In your CRM"), "{}", mail.text);
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
    assert!(feeds::behind(&houses.db.db, None, 10).await.unwrap().is_empty());
}

/// A lead whose form said this came from Zoë, about that.
async fn zoe_writes(houses: &Houses, holder: Option<PersonId>, message: &str) {
    let mut lead = a_lead(&*houses.ids).0;
    lead.lead_type = LeadType::WebsiteLead;
    lead.assigned_to = holder;
    lead.notes = Some(message.to_owned());
    lead.property.listing_address = Some("12 Elm Street, Wilton".to_owned());
    let mut zoe = a_contact(&*houses.ids).0;
    (zoe.email, zoe.phone) = (None, None);
    let said = json!({ "name": "Zoë", "email": "zoe@example.com", "phone": "203 555 0101" });
    comes(houses, zoe, lead, Some(said)).await;
    round(&houses.app).await.unwrap();
}

/// What Zoë was told, the newest first.
async fn told_zoe(houses: &Houses) -> Vec<Mail> {
    let mails = houses.mails().await.into_iter().map(|stored| stored.mail);
    mails
        .filter(|mail| mail.to.as_str() == "zoe@example.com")
        .collect()
}

#[tokio::test]
async fn whoever_wrote_is_told_once_what_arrived_who_answers_and_from_where() {
    let houses = Houses::new().await;
    houses.rewrite(|site| site.postal_address = an_address()).await;

    zoe_writes(&houses, None, "Is the <attic> dry?").await;
    round(&houses.app).await.unwrap();

    let told = told_zoe(&houses).await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(told[0].text);
    assert_eq!(
        told[0].subject,
        "We have your question about 12 Elm Street, Wilton"
    );
    assert_eq!(told[0].reply_to.as_ref().unwrap().as_str(), "hello@example.com");
    let html = told[0].html.as_deref().unwrap();
    for text in ["Is the &#60;attic&#62; dry?", "1 Post Road, Wilton, CT 06897"] {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[tokio::test]
async fn a_confirmation_names_whoever_the_lead_was_given_to() {
    let houses = Houses::new().await;
    let bob = ("bob@example.com", "");
    let bob = a_member(&houses.db.db, &*houses.ids, &houses.fairfield, bob, Role::Agent).await;

    zoe_writes(&houses, Some(bob), "Hello").await;

    let told = told_zoe(&houses).await;
    assert!(
        !told[0].text.contains("Nora Whitfield reads it"),
        "{}",
        told[0].text
    );
}

#[tokio::test]
async fn a_strangers_address_is_written_to_a_few_times_a_day_and_never_with_a_link() {
    let houses = Houses::new().await;

    for _ in 0..5 {
        zoe_writes(&houses, None, "Cheap pills at pills.example, buy").await;
    }
    let on_the_day = told_zoe(&houses).await;
    houses.clock.advance(SignedDuration::from_hours(25));
    zoe_writes(&houses, None, "Again").await;

    assert_eq!(on_the_day.len(), 3);
    assert_eq!(to_the_agent(&houses).await.len(), 6, "the business hears of each");
    for mail in on_the_day {
        assert!(!mail.text.contains("pills"), "{}", mail.text);
        assert!(!mail.html.unwrap().contains("pills"));
    }
    assert_eq!(told_zoe(&houses).await.len(), 4);
}

#[tokio::test]
async fn a_link_in_place_of_a_name_or_a_home_is_not_in_the_subject() {
    for lead_type in [LeadType::WebsiteLead, LeadType::ValuationRequest] {
        let houses = Houses::new().await;
        let mut lead = a_lead(&*houses.ids).0;
        lead.lead_type = lead_type;
        lead.property.listing_address = Some("Click http://evil.example".to_owned());
        let said = json!({"name": "See www.evil.example", "email": "ann@example.com"});
        comes(&houses, a_contact(&*houses.ids).0, lead, Some(said)).await;

        round(&houses.app).await.unwrap();

        let subject = &to_the_agent(&houses).await[0].subject;
        assert_eq!(subject, "A visitor would like to hear from you");
    }
}

#[tokio::test]
async fn the_message_leads_to_the_lead_and_to_whoever_wrote() {
    let said = json!({ "name": "Zoë", "email": "zoe@example.com", "phone": "203 555 0101" });

    let mail = told_of_theos_lead(LeadType::WebsiteLead, said).await;

    let at = "http://fairfield.localhost:3001/leads/";
    assert!(
        mail.text.contains(&format!("\nOpen the lead: {at}")),
        "{}",
        mail.text
    );
    let html = mail.html.unwrap();
    for href in [at, "tel:+12035550101\"", "mailto:zoe@example.com\""] {
        assert!(html.contains(&format!("href=\"{href}")), "{href} in {html}");
    }
}

#[tokio::test]
async fn where_nobody_said_where_the_crm_is_a_message_leads_nowhere() {
    let production = [
        ("APP_ENV", "production"),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
    ];
    let houses = Houses::with(&production).await;
    a_lead_comes(&houses, LeadType::WebsiteLead, None).await;

    round(&houses.app).await.unwrap();

    let mail = to_the_agent(&houses).await.remove(0);
    assert!(!mail.text.contains("Open the lead"), "{}", mail.text);
}
