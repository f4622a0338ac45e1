use super::*;
use crate::{Clock as _, ContactId, LeadId, LeadType, TestClock, TestIds, sources};

fn a_lead(tags: &[&str]) -> Lead {
    let (ids, now) = (TestIds::default(), TestClock::default().now());
    let mut lead = Lead::new(LeadId::new(&ids), LeadType::Buyer, "contact", now);
    lead.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    lead
}

fn once(change: &BulkChange, mut lead: Lead) -> Lead {
    let now = TestClock::default().now();
    lead.apply(change.of(&lead).unwrap(), now).unwrap();
    lead
}

#[test]
fn a_tag_is_added_once_and_taken_away_alone() {
    let add = BulkChange::AddTag("spring".to_owned());
    let tagged = once(&add, once(&add, a_lead(&["hot"])));
    assert_eq!(tagged.tags, ["hot", "spring"]);
    assert_eq!(
        once(&BulkChange::RemoveTag("hot".to_owned()), tagged).tags,
        ["spring"]
    );
}

#[test]
fn a_lead_without_room_for_a_tag_is_left_alone_unless_it_has_it() {
    let words: Vec<_> = (0..MOST_TAGS).map(|number| number.to_string()).collect();
    let full = a_lead(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(
        BulkChange::AddTag("one more".to_owned()).of(&full),
        Err(Unfit::TooManyTags)
    );
    assert_eq!(
        BulkChange::AddTag("7".to_owned()).of(&full),
        Ok(LeadChange::default())
    );
}

#[test]
fn what_was_before_comes_back_whatever_the_edit_was() {
    let someone = PersonId::new(&TestIds::default());
    let now = TestClock::default().now();
    let mut before = a_lead(&["hot"]);
    before.status = LeadStatus::Lost;
    before.close_reason = Some(CloseReason::Financing);
    for change in [
        BulkChange::Status {
            to: LeadStatus::Won,
            reason: Some(CloseReason::GreatService),
        },
        BulkChange::AssignedTo(Some(someone)),
        BulkChange::RemoveTag("hot".to_owned()),
        BulkChange::AddTag("spring".to_owned()),
    ] {
        let mut lead = once(&change, before.clone());
        assert_ne!(lead, before);
        lead.apply(LeadBefore::of(&before).again(), now).unwrap();
        assert_eq!(lead, before, "{change:?}");
    }
}

#[test]
fn contacts_bear_tags_alone_and_get_theirs_back() {
    let now = TestClock::default().now();
    let mut contact = Contact::new(ContactId::new(&TestIds::default()), sources::CRM_MANUAL, now);
    contact.email = Some("ana@example.com".parse().unwrap());
    contact.tags = vec!["hot".to_owned()];
    let (before, add) = (contact.clone(), BulkChange::AddTag("spring".to_owned()));

    let change = add.of_contact(&contact).unwrap();
    contact.apply(change, now).unwrap();

    assert_eq!(contact.tags, ["hot", "spring"]);
    let again = ContactBefore::of(&before).again();
    contact.apply(again, now).unwrap();
    assert_eq!(contact, before);
    let none = BulkChange::AssignedTo(None);
    assert_eq!(none.of_contact(&contact), Err(Unfit::NotOfContacts));
    assert!(!none.fits(EditSubject::Contacts) && add.fits(EditSubject::Contacts));
}

#[test]
fn what_was_before_is_read_as_what_it_was() {
    let now = TestClock::default().now();
    let contact = Contact::new(ContactId::new(&TestIds::default()), sources::CRM_MANUAL, now);
    for before in [
        Before::Lead(LeadBefore::of(&a_lead(&["hot"]))),
        Before::Contact(ContactBefore::of(&contact)),
    ] {
        let stored = serde_json::to_value(&before).unwrap();
        assert_eq!(serde_json::from_value::<Before>(stored).unwrap(), before);
    }
}
