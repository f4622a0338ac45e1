use jiff::{SignedDuration, Timestamp};
use types::{
    AssignmentRuleId, Clock as _, Email, Invitation, InvitationId, InvitationState, LeadStatus, PageRequest,
    PersonId, Reminder, ReminderId, Role, SignIn, SignInId, SignInOutcome, TestClock, TestIds, TokenHash,
    Whence,
    assignment::{AssignmentRule, Target, TargetKind},
};

use super::{
    assignment,
    departures::{self, Belongings, Departure},
    invitations, leads, members,
    orphans::Occasion,
    reminders, sign_ins,
};
use crate::{
    TenantScope,
    testing::{TestDb, a_lead, a_member, a_tenant, leaves},
};

fn now() -> Timestamp {
    TestClock::default().now()
}

/// Fairfield with olga (owner) and ann (agent), beside hudson.
struct Office {
    test: TestDb,
    ids: TestIds,
    own: TenantScope,
    other: TenantScope,
    olga: PersonId,
    ann: PersonId,
}

impl Office {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let own = a_tenant(&test.db, &ids, "fairfield").await;
        let other = a_tenant(&test.db, &ids, "hudson").await;
        let olga = a_member(&test.db, &ids, &own, ("olga@example.com", "hash"), Role::Owner).await;
        let ann = a_member(&test.db, &ids, &own, ("ann@example.com", "hash"), Role::Agent).await;
        Self {
            test,
            ids,
            own,
            other,
            olga,
            ann,
        }
    }

    async fn invite(&self, link: &str) -> Invitation {
        let invitation = Invitation {
            id: InvitationId::new(&self.ids),
            email: Email::parse("new@example.com").unwrap(),
            role: Role::Agent,
            made_by: self.olga,
            made_by_name: "Olga Member".to_owned(),
            created_at: now(),
            sent_at: now(),
            sent_count: 1,
            expires_at: now() + Invitation::LIFE,
            withdrawn_at: None,
            taken_at: None,
        };
        let mut tx = self.test.db.write(&self.own).await.unwrap();
        invitations::insert(&mut tx, &self.own, &invitation, &TokenHash::of(link))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        invitation
    }

    async fn take(&self, scope: &TenantScope, link: &str, at: Timestamp) -> bool {
        let mut tx = self.test.db.write(scope).await.unwrap();
        let taken = invitations::take(&mut tx, scope, &TokenHash::of(link), at)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        taken
    }

    async fn found(&self, id: InvitationId) -> Invitation {
        let mut tx = self.test.db.read(&self.own).await.unwrap();
        invitations::find(&mut tx, &self.own, id).await.unwrap().unwrap()
    }

    async fn knocks(&self, person_id: Option<PersonId>, outcome: SignInOutcome, at: Timestamp) {
        let knock = SignIn {
            id: SignInId::new(&self.ids),
            person_id,
            outcome,
            whence: Whence::new([192, 0, 2, 7].into(), "Firefox/140.0"),
            occurred_at: at,
        };
        let mut tx = self.test.db.write(&self.own).await.unwrap();
        sign_ins::note(&mut tx, &self.own, &knock).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn came(&self, person_id: PersonId, at: Timestamp) -> Vec<SignIn> {
        let mut tx = self.test.db.read(&self.own).await.unwrap();
        let page = PageRequest::new(PageRequest::MAX_LIMIT.into(), 0);
        let came = sign_ins::list(&mut tx, &self.own, (person_id, at), None, page)
            .await
            .unwrap();
        came.items
    }

    async fn leaves(&self, person_id: PersonId, leads_to: Option<PersonId>) -> Option<Belongings> {
        let departure = Departure {
            person_id,
            leads_to,
            reminders_to: Some(self.olga),
        };
        let occasion = Occasion {
            ids: &self.ids,
            by: Some(self.olga),
            now: now(),
        };
        let mut tx = self.test.db.write(&self.own).await.unwrap();
        let left = departures::leave(&mut tx, &self.own, &departure, &occasion)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        left
    }

    async fn demote(&self, person_id: PersonId) -> bool {
        let mut tx = self.test.db.write(&self.own).await.unwrap();
        let roles = (Role::Owner, Role::Agent);
        let done = members::set_role(&mut tx, &self.own, person_id, roles)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        done
    }
}

#[tokio::test]
async fn a_link_is_good_once_in_its_time_and_its_tenant() {
    let office = Office::new().await;
    let invitation = office.invite("link").await;
    let end = invitation.expires_at;

    assert!(!office.take(&office.other, "link", now()).await, "next door");
    assert!(!office.take(&office.own, "another", now()).await, "another link");
    assert!(!office.take(&office.own, "link", end).await, "too late");
    assert_eq!(
        office.found(invitation.id).await.state(end),
        InvitationState::RanOut
    );
    let in_time = end - SignedDuration::from_secs(1);
    assert!(office.take(&office.own, "link", in_time).await);
    assert!(!office.take(&office.own, "link", in_time).await, "a second time");
    assert_eq!(
        office.found(invitation.id).await.state(end),
        InvitationState::Taken
    );
}

#[tokio::test]
async fn a_link_leads_nowhere_once_another_was_sent_or_it_was_withdrawn() {
    let office = Office::new().await;
    let first = office.invite("first").await;
    let renewed = Invitation {
        sent_count: 2,
        ..first
    };
    let mut tx = office.test.db.write(&office.own).await.unwrap();
    let hash = TokenHash::of("second");
    let sent = invitations::renew(&mut tx, &office.own, &renewed, &hash)
        .await
        .unwrap();
    let again = invitations::renew(&mut tx, &office.own, &renewed, &TokenHash::of("third"))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert!(sent && !again, "of two who send it at once, one does");
    assert!(!office.take(&office.own, "first", now()).await);
    let mut tx = office.test.db.write(&office.own).await.unwrap();
    assert!(
        invitations::withdraw(&mut tx, &office.own, renewed.id, now())
            .await
            .unwrap()
    );
    assert!(
        !invitations::withdraw(&mut tx, &office.own, renewed.id, now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(!office.take(&office.own, "second", now()).await);
}

#[tokio::test]
async fn invitations_that_wait_are_counted_and_no_others() {
    let office = Office::new().await;
    let waiting = office.invite("waits").await;
    let withdrawn = office.invite("withdrawn").await;
    office.invite("taken").await;
    let mut tx = office.test.db.write(&office.own).await.unwrap();
    invitations::withdraw(&mut tx, &office.own, withdrawn.id, now())
        .await
        .unwrap();
    invitations::take(&mut tx, &office.own, &TokenHash::of("taken"), now())
        .await
        .unwrap();
    let nobodys = Email::parse("other@example.com").unwrap();
    let mut counts = Vec::new();
    for (email, at) in [
        (None, now()),
        (Some(&waiting.email), now()),
        (Some(&nobodys), now()),
        (None, waiting.expires_at),
    ] {
        counts.push(
            invitations::count_waiting(&mut tx, &office.own, email, at)
                .await
                .unwrap(),
        );
    }

    assert_eq!(counts, [1, 1, 0, 0]);
}

#[tokio::test]
async fn so_many_sign_ins_are_kept_of_each_outcome_and_for_so_long() {
    let office = Office::new().await;
    let minute = |minutes: i64| now() + SignedDuration::from_mins(minutes);
    office
        .knocks(Some(office.ann), SignInOutcome::Password, now())
        .await;
    for minutes in 1..=SignIn::MOST + 3 {
        office
            .knocks(Some(office.ann), SignInOutcome::WrongPassword, minute(minutes))
            .await;
    }
    office.knocks(None, SignInOutcome::WrongPassword, now()).await;

    let came = office.came(office.ann, now()).await;
    // One page of the list is as long as what is kept of refusals, and the newest come first.
    assert!(
        came.iter()
            .all(|knock| knock.outcome == SignInOutcome::WrongPassword)
    );
    let mut tx = office.test.db.read(&office.own).await.unwrap();
    let kept = sign_ins::count(&mut tx, &office.own, (office.ann, now()))
        .await
        .unwrap();
    assert_eq!(kept, SignIn::MOST + 1, "the one that went well is kept besides");
    assert_eq!(
        sign_ins::count_strangers(&mut tx, &office.own, now())
            .await
            .unwrap(),
        1
    );
    drop(tx);

    let later = now() + SignIn::KEPT;
    assert_eq!(office.came(office.olga, later).await, []);
    office
        .knocks(Some(office.olga), SignInOutcome::Password, later + SignIn::KEPT)
        .await;
    let mut tx = office.test.db.read(&office.own).await.unwrap();
    let anns = sign_ins::count(&mut tx, &office.own, (office.ann, now()))
        .await
        .unwrap();
    assert_eq!(anns, 0, "what is too old goes whoever signs in");
}

#[tokio::test]
async fn who_leaves_gives_away_what_is_open_and_keeps_nothing_that_lets_them_in() {
    let office = Office::new().await;
    let mut ids = Vec::new();
    for (whose, status) in [
        (office.ann, LeadStatus::New),
        (office.ann, LeadStatus::Won),
        (office.olga, LeadStatus::New),
    ] {
        let mut lead = a_lead(&office.ids).status(status);
        lead.0.assigned_to = Some(whose);
        ids.push(lead.insert(&office.test.db, &office.own).await.id);
    }
    let reminder = Reminder {
        id: ReminderId::new(&office.ids),
        title: "Call back".to_owned(),
        due_at: now(),
        lead_id: None,
        contact_id: None,
        assigned_to: office.ann,
        created_by: office.ann,
        completed: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let mut tx = office.test.db.write(&office.own).await.unwrap();
    reminders::insert(&mut tx, &office.own, &reminder).await.unwrap();
    tx.commit().await.unwrap();

    let left = office.leaves(office.ann, Some(office.olga)).await;

    let counts = Belongings {
        lead_count: 1,
        reminder_count: 1,
        others_count: 0,
    };
    assert_eq!(left, Some(counts));
    let mut tx = office.test.db.read(&office.own).await.unwrap();
    let mut whose = Vec::new();
    for id in ids {
        let found = leads::find(&mut tx, &office.own, id).await.unwrap().unwrap();
        whose.push((found.lead.assigned_to, found.lead.version));
    }
    assert_eq!(whose, [(Some(office.olga), 2), (None, 2), (Some(office.olga), 1)]);
    let reminder = reminders::find(&mut tx, &office.own, reminder.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(reminder.reminder.assigned_to, office.olga);
    assert_eq!(
        members::find(&mut tx, &office.own, office.ann).await.unwrap(),
        None
    );
    drop(tx);
    assert_eq!(office.leaves(office.ann, None).await, None, "they left already");
}

#[tokio::test]
async fn somebody_who_left_is_no_owner_who_stays() {
    let office = Office::new().await;
    let email = ("otto@example.com", "hash");
    let otto = a_member(&office.test.db, &office.ids, &office.own, email, Role::Owner).await;
    leaves(&office.test.db, &office.own, otto).await;

    assert!(
        !office.demote(office.olga).await,
        "nobody would own the workspace"
    );
    assert_eq!(office.leaves(office.olga, None).await, None);

    let mut tx = office.test.db.write(&office.own).await.unwrap();
    assert!(
        members::insert(&mut tx, &office.own, (otto, Role::Owner), now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(office.leaves(office.olga, None).await.is_some());
}

#[tokio::test]
async fn who_leaves_has_no_turn_any_more_and_a_round_is_never_empty() {
    let office = Office::new().await;
    let (ann, olga) = (office.ann, office.olga);
    let mut tx = office.test.db.write(&office.own).await.unwrap();
    for (position, people, shares) in [
        (1, vec![ann, olga], vec![1, 3]),
        (2, vec![olga, ann], vec![2, 1]),
        (3, vec![olga], vec![1]),
        (4, vec![ann], vec![1]),
    ] {
        let target = Target::kept(TargetKind::RoundRobin, people).unwrap();
        let rule = AssignmentRule {
            id: AssignmentRuleId::new(&office.ids),
            position,
            target: target.sharing(shares).unwrap(),
            ..AssignmentRule::catch_all()
        };
        assignment::insert(&mut tx, &office.own, &rule).await.unwrap();
    }
    tx.commit().await.unwrap();

    office.leaves(ann, None).await;

    let mut tx = office.test.db.read(&office.own).await.unwrap();
    let book = assignment::book(&mut tx, &office.own).await.unwrap();
    let rounds = book.rules().iter().filter(|rule| !rule.is_catch_all());
    let rounds: Vec<_> = rounds
        .map(|rule| (rule.target.people(), rule.target.shares()))
        .collect();
    let of = |who, share: &'static [u8]| (std::slice::from_ref(who), share);
    assert_eq!(
        rounds,
        [of(&olga, &[3]), of(&olga, &[2]), of(&olga, &[1]), of(&ann, &[1])]
    );
}
