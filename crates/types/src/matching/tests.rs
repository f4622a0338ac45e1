//! Who is taken for whom.

use proptest::prelude::*;

use super::*;
use crate::{Clock as _, Region, TestClock, TestIds};

fn tenant() -> TenantId {
    "tenant_here".parse().unwrap()
}

fn person(email: Option<&str>, phone: Option<&str>) -> Person {
    Person {
        name: Some("Ann".to_owned()),
        email: email.map(|email| Email::parse(email).unwrap()),
        phone: phone.map(|phone| Phone::parse(phone, Region::US).unwrap()),
        source: "contact".to_owned(),
        tags: Vec::new(),
    }
}

fn known(ids: &TestIds, email: Option<&str>, phone: Option<&str>) -> Contact {
    let Person {
        email, phone, source, ..
    } = person(email, phone);
    let now = TestClock::default().now();
    Contact {
        email,
        phone,
        ..Contact::new(ContactId::new(ids), source, now)
    }
}

fn meet(directory: &mut Directory, ids: &TestIds, person: &Person) -> ContactId {
    directory.find_or_add(&tenant(), person, ids, TestClock::default().now())
}

#[test]
fn a_stranger_is_made_once_however_often_they_write() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());

    let first = meet(&mut directory, &ids, &person(Some("ann@example.com"), None));
    let second = meet(
        &mut directory,
        &ids,
        &person(Some("ann@example.com"), Some("203-555-0123")),
    );
    let third = meet(&mut directory, &ids, &person(None, Some("(203) 555-0123")));

    assert_eq!((first, second), (second, third));
    let made: Vec<_> = directory.new_contacts().collect();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].1.phone.as_ref().unwrap().e164(), Some("+12035550123"));
}

#[test]
fn only_what_is_empty_is_filled() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let ann = known(&ids, Some("ann@example.com"), Some("203-555-0123"));
    directory.enter(tenant(), ann.clone());

    let found = meet(
        &mut directory,
        &ids,
        &person(Some("ann@example.com"), Some("203-555-0199")),
    );

    assert_eq!(found, ann.id);
    let filled: Vec<_> = directory.filled_contacts().collect();
    assert_eq!(filled[0].1.full_name.as_deref(), Some("Ann"));
    assert_eq!(filled[0].1.phone, ann.phone);
}

#[test]
fn tags_are_added_and_what_is_not_taken_is_told() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let ann = Contact {
        tags: vec!["buyer".to_owned()],
        ..known(&ids, Some("ann@example.com"), Some("203-555-0123"))
    };
    directory.enter(tenant(), ann.clone());
    let now = TestClock::default().now();
    let again = Person {
        tags: vec!["buyer".to_owned(), "vip".to_owned()],
        ..person(Some("ann@example.com"), Some("203-555-0199"))
    };
    let elsewhere = person(Some("ann@work.example.com"), Some("203-555-0123"));

    let first = directory.meet(&tenant(), &again, &ids, now);
    let second = directory.meet(&tenant(), &again, &ids, now);
    let by_phone = directory.meet(&tenant(), &elsewhere, &ids, now);

    assert_eq!(
        (first.filled, first.left_out),
        (vec!["name".to_owned(), "tag:vip".to_owned()], vec![Reach::Phone])
    );
    assert_eq!((second.filled, second.left_out), (Vec::new(), vec![Reach::Phone]));
    assert_eq!(
        (by_phone.contact_id, by_phone.left_out),
        (ann.id, vec![Reach::Email])
    );
    let (_, filled) = directory.filled_contacts().next().unwrap();
    assert_eq!(filled.tags, ["buyer", "vip"]);
}

#[test]
fn the_email_beats_the_phone_and_somebody_is_asked_once() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let ann = known(&ids, Some("ann@example.com"), None);
    let bea = known(&ids, None, Some("203-555-0123"));
    directory.enter(tenant(), ann.clone());
    directory.enter(tenant(), bea.clone());
    let both = person(Some("ann@example.com"), Some("203-555-0123"));

    assert_eq!(meet(&mut directory, &ids, &both), ann.id);
    assert_eq!(meet(&mut directory, &ids, &both), ann.id);

    let suspicions: Vec<_> = directory.suspicions().collect();
    assert_eq!(suspicions.len(), 1);
    assert_eq!(
        (suspicions[0].contact_id, suspicions[0].other_id),
        (ann.id, bea.id)
    );
    assert!(
        directory
            .filled_contacts()
            .all(|(_, contact)| contact.phone.is_none())
    );
}

#[test]
fn who_shares_a_line_in_a_list_is_somebody_else_and_somebody_is_asked() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let now = TestClock::default().now();
    let alice = Contact {
        full_name: Some("Alice Thornbury".to_owned()),
        ..known(&ids, Some("alice@example.com"), Some("203-555-0128"))
    };
    directory.enter(tenant(), alice.clone());
    directory.tell_apart_by_name();
    let named = |name: &str, email| Person {
        name: Some(name.to_owned()),
        ..person(email, Some("203-555-0128"))
    };
    let guy = named("New Guy", Some("guy@example.com"));

    let met = directory.meet(&tenant(), &guy, &ids, now);
    let again = directory.meet(&tenant(), &guy, &ids, now);
    let herself = directory.meet(
        &tenant(),
        &named("alice thornbury", Some("a@example.com")),
        &ids,
        now,
    );

    assert!(met.is_new && !again.is_new);
    assert_eq!(
        (met.left_out, again.contact_id),
        (vec![Reach::Phone], met.contact_id)
    );
    assert_eq!(herself.contact_id, alice.id);
    let made: Vec<_> = directory.new_contacts().map(|(_, made)| made).collect();
    assert_eq!((made.len(), made[0].full_name.as_deref()), (1, Some("New Guy")));
    let asked: Vec<_> = directory.suspicions().collect();
    assert_eq!(
        (asked.len(), asked[0].contact_id, asked[0].other_id),
        (1, met.contact_id, alice.id)
    );
    // Without an address they could not be reached, and nobody else takes their place.
    assert_eq!(
        directory.unmet(&tenant(), &named("Bob Thornbury", None)),
        Some(Unmet::NamedOtherwise)
    );
    assert_eq!(directory.unmet(&tenant(), &named("Alice", None)), None);
}

#[test]
fn who_writes_from_a_known_number_is_its_contact_whatever_they_call_themselves() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let alice = Contact {
        full_name: Some("Alice Thornbury".to_owned()),
        ..known(&ids, Some("alice@example.com"), Some("203-555-0128"))
    };
    directory.enter(tenant(), alice.clone());
    let bob = Person {
        name: Some("Bob".to_owned()),
        ..person(Some("bob@example.com"), Some("203-555-0128"))
    };

    assert_eq!(directory.unmet(&tenant(), &bob), None);
    assert_eq!(meet(&mut directory, &ids, &bob), alice.id);
}

#[test]
fn two_tenants_know_two_contacts() {
    let (mut directory, ids) = (Directory::default(), TestIds::default());
    let ann = person(Some("ann@example.com"), None);

    let here = meet(&mut directory, &ids, &ann);
    let there = directory.find_or_add(
        &"tenant_there".parse().unwrap(),
        &ann,
        &ids,
        Timestamp::UNIX_EPOCH,
    );

    assert_ne!(here, there);
}

/// Contacts the database has, of which a directory only reads those whose key somebody names.
fn enter_known(directory: &mut Directory, stored: &[Contact], people: &[Person]) {
    for contact in stored {
        let is_named = people.iter().any(|person| {
            let by_email = person.email.is_some() && person.email == contact.email;
            let e164 = |phone: &Option<Phone>| phone.as_ref()?.e164().map(str::to_owned);
            by_email || (e164(&person.phone).is_some() && e164(&person.phone) == e164(&contact.phone))
        });
        if is_named {
            directory.enter(tenant(), contact.clone());
        }
    }
}

fn somebody(name: usize, email: u8, phone: u8) -> Person {
    let email = (email > 0).then(|| format!("p{email}@example.com"));
    let phone = (phone > 0).then(|| format!("203-555-010{phone}"));
    Person {
        name: [None, Some("Ann"), Some("Bob"), Some("Ann Smith")][name].map(str::to_owned),
        tags: (name > 0).then(|| "buyer".to_owned()).into_iter().collect(),
        ..person(email.as_deref(), phone.as_deref())
    }
}

proptest! {
    /// A file of which each step is forgotten but for what the memory keeps, beside one that is taken in at once.
    #[test]
    fn what_is_tried_in_steps_comes_out_as_in_one(
        stored in proptest::collection::vec((0..4_usize, 0..4_u8, 0..4_u8), 0..4),
        steps in proptest::collection::vec(
            proptest::collection::vec((0..4_usize, 0..4_u8, 0..4_u8), 1..5), 1..8,
        ),
    ) {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let mut before = Directory::default();
        for (name, email, phone) in stored {
            before.meet(&tenant(), &somebody(name, email, phone), &ids, now);
        }
        let stored: Vec<_> = before.new_contacts().map(|(_, contact)| contact.clone()).collect();
        let steps: Vec<Vec<Person>> = steps
            .into_iter()
            .map(|step| step.into_iter().map(|(name, email, phone)| somebody(name, email, phone)).collect())
            .collect();
        let meet = |directory: &mut Directory, person: &Person| match directory.unmet(&tenant(), person) {
            Some(why) => Err(why),
            None => {
                let met = directory.meet(&tenant(), person, &ids, now);
                Ok((met.is_new, met.filled, met.left_out))
            }
        };
        let mut whole = Directory::default();
        whole.tell_apart_by_name();
        stored.iter().for_each(|contact| whole.enter(tenant(), contact.clone()));
        let mut memory = Memory::default();

        for step in steps {
            let mut tried = Directory::default();
            enter_known(&mut tried, &stored, &step);
            tried.tell_apart_by_name();
            memory.recall(&mut tried, &tenant(), &step.iter().collect::<Vec<_>>());
            for person in &step {
                let in_one = meet(&mut whole, person);
                prop_assert_eq!(meet(&mut tried, person), in_one);
            }
            memory.remember(&tried);
        }
    }

    /// Whatever comes in whatever order, no two contacts of a tenant share an address or a number.
    #[test]
    fn nobody_is_twice(
        is_list in any::<bool>(),
        people in proptest::collection::vec((0..4_usize, 0..4_u8, 0..4_u8), 1..40),
    ) {
        let (mut directory, ids) = (Directory::default(), TestIds::default());
        if is_list {
            directory.tell_apart_by_name();
        }
        for (name, email, phone) in people {
            let person = somebody(name, email, phone);
            if (email > 0 || phone > 0) && directory.unmet(&tenant(), &person).is_none() {
                meet(&mut directory, &ids, &person);
            }
        }
        let contacts: Vec<_> = directory.new_contacts().map(|(_, contact)| contact).collect();
        let mut emails: Vec<_> = contacts.iter().filter_map(|contact| contact.email.as_ref()).collect();
        let mut phones: Vec<_> =
            contacts.iter().filter_map(|contact| contact.phone.as_ref()?.e164()).collect();
        let (all_emails, all_phones) = (emails.len(), phones.len());
        emails.sort_by_key(|email| email.as_str());
        emails.dedup();
        phones.sort_unstable();
        phones.dedup();
        prop_assert_eq!((emails.len(), phones.len()), (all_emails, all_phones));
    }
}
