use db::{
    TenantScope,
    door::overdue,
    tenant::{
        assignment, contacts,
        notices::{self, NoticeFilter},
        reminders,
    },
    testing::{a_contact, a_lead, a_member, a_tenant, by_sql, leaves},
};
use jiff::SignedDuration;
use types::{
    AgentsSee, Clock as _, Contact, ContactId, Lead, Mail, NoticeKind, PageRequest, PersonId, Reminder,
    ReminderChange, ReminderId, Role,
};

use super::round;
use crate::testing::Houses;

const THEIRS: NoticeKind = NoticeKind::ReminderOverdue;
const OWNERS: NoticeKind = NoticeKind::ReminderEscalated;

/// Fairfield with an agent and an owner.
struct Office {
    houses: Houses,
    ann: PersonId,
    olga: PersonId,
}

impl Office {
    async fn new() -> Self {
        let houses = Houses::new().await;
        let (db, ids) = (&houses.db.db, &*houses.ids);
        let ann = a_member(db, ids, &houses.fairfield, ("ann@example.com", "x"), Role::Agent).await;
        let olga = a_member(db, ids, &houses.fairfield, ("olga@example.com", "x"), Role::Owner).await;
        Self { houses, ann, olga }
    }

    /// Something Ann has to do now.
    async fn a_reminder(&self, title: &str) -> Reminder {
        self.a_reminder_about(title, None).await
    }

    async fn a_reminder_about(&self, title: &str, contact_id: Option<ContactId>) -> Reminder {
        let whose = (&self.houses.fairfield, self.ann);
        self.a_reminder_of_somebody(whose, title, contact_id).await
    }

    async fn a_reminder_of_somebody(
        &self,
        (scope, whose): (&TenantScope, PersonId),
        title: &str,
        contact_id: Option<ContactId>,
    ) -> Reminder {
        let now = self.houses.clock.now();
        let reminder = Reminder {
            id: ReminderId::new(&*self.houses.ids),
            title: title.to_owned(),
            due_at: now,
            lead_id: None,
            contact_id,
            assigned_to: whose,
            created_by: whose,
            completed: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        reminders::insert(&mut tx, scope, &reminder).await.unwrap();
        tx.commit().await.unwrap();
        reminder
    }

    async fn change(&self, mut reminder: Reminder, change: ReminderChange) {
        reminder.apply(change, self.ann, self.houses.clock.now());
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        assert!(reminders::update(&mut tx, scope, &reminder).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// So many hours later, with two looks at once and one more.
    async fn later(&self, hours: i64) {
        self.houses.clock.advance(SignedDuration::from_hours(hours));
        let app = &self.houses.app;
        let (one, other) = tokio::join!(round(app), round(app));
        one.unwrap();
        other.unwrap();
        round(app).await.unwrap();
    }

    async fn notices_of(&self, of: PersonId) -> Vec<NoticeKind> {
        let filter = NoticeFilter {
            of,
            is_unread: true,
            after: None,
        };
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.read(scope).await.unwrap();
        let page = notices::list(&mut tx, scope, &filter, PageRequest::default()).await;
        page.unwrap().map(|found| found.notice.kind).items
    }

    async fn mails_to(&self, to: &str) -> Vec<Mail> {
        let mails = self.houses.mails().await.into_iter();
        mails
            .map(|stored| stored.mail)
            .filter(|mail| mail.to.as_str() == to)
            .collect()
    }
}

#[tokio::test]
async fn whoever_shall_do_it_is_told_after_a_day_and_the_owners_after_three_each_once() {
    let office = Office::new().await;
    office.a_reminder("Call <Ana> back").await;
    office.a_reminder("Send the plan").await;

    office.later(23).await;
    assert_eq!(office.notices_of(office.ann).await, []);
    office.later(1).await;

    assert_eq!(office.notices_of(office.ann).await, [THEIRS; 2]);
    assert_eq!(office.notices_of(office.olga).await, []);
    let mails = office.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1, "one message, whatever the number");
    assert_eq!(mails[0].subject, "2 reminders of yours are overdue");
    insta::assert_snapshot!(mails[0].text);
    let html = mails[0].html.as_deref().unwrap();
    assert!(html.contains("Call &#60;Ana&#62; back"), "{html}");
    office.later(47).await;
    assert_eq!(office.notices_of(office.olga).await, []);
    office.later(1).await;

    assert_eq!(office.notices_of(office.olga).await, [OWNERS; 2]);
    assert_eq!(office.notices_of(office.ann).await, [THEIRS; 2]);
    let mails = office.mails_to("olga@example.com").await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].text.contains("to be done by Ann Member"),
        "{}",
        mails[0].text
    );
    office.later(400).await;
    assert_eq!(office.houses.mails().await.len(), 2);
}

#[tokio::test]
async fn what_is_done_or_put_off_is_told_to_nobody_until_it_is_overdue_again() {
    let office = Office::new().await;
    let done = office.a_reminder("Done").await;
    let completed = ReminderChange {
        is_completed: Some(true),
        ..ReminderChange::default()
    };
    office.change(done, completed).await;
    let put_off = office.a_reminder("Put off").await;

    office.later(25).await;
    assert_eq!(office.notices_of(office.ann).await, [THEIRS]);
    let tomorrow = ReminderChange {
        due_at: Some(office.houses.clock.now() + SignedDuration::from_hours(24)),
        ..ReminderChange::default()
    };
    office.change(put_off, tomorrow).await;
    office.later(47).await;
    assert_eq!(office.notices_of(office.ann).await, [THEIRS]);
    office.later(2).await;

    assert_eq!(office.notices_of(office.ann).await, [THEIRS; 2]);
    assert_eq!(office.notices_of(office.olga).await, []);
    assert_eq!(office.mails_to("ann@example.com").await.len(), 2);
}

#[tokio::test]
async fn what_somebody_left_behind_is_told_to_the_owners_at_once() {
    let office = Office::new().await;
    office.a_reminder("Call Ana back").await;
    leaves(&office.houses.db.db, &office.houses.fairfield, office.ann).await;

    office.later(24).await;
    assert_eq!(office.notices_of(office.olga).await, [OWNERS]);
    office.later(60).await;

    assert_eq!(office.notices_of(office.olga).await, [OWNERS]);
    assert_eq!(office.mails_to("ann@example.com").await, []);
    assert_eq!(office.mails_to("olga@example.com").await.len(), 1);
}

#[tokio::test]
async fn who_does_not_want_it_and_what_is_very_old_is_not_told() {
    let office = Office::new().await;
    let scope = &office.houses.fairfield;
    let switch = async |escalates| {
        let now = office.houses.clock.now();
        let mut tx = office.houses.db.db.write(scope).await.unwrap();
        assignment::set_escalates_reminders(&mut tx, scope, escalates, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    office.a_reminder("Call Ana back").await;
    switch(false).await;
    office.later(100).await;
    assert_eq!(office.notices_of(office.ann).await, []);

    office.houses.clock.advance(SignedDuration::from_hours(14 * 24));
    switch(true).await;
    office.later(0).await;

    assert_eq!(office.notices_of(office.ann).await, []);
    assert!(office.houses.mails().await.is_empty());
}

impl Office {
    async fn somebody(&self, name: &str) -> Contact {
        let contact = a_contact(&*self.houses.ids).name(name);
        contact.insert(&self.houses.db.db, &self.houses.fairfield).await
    }

    async fn rename(&self, contact: &Contact, name: &str) -> Contact {
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        let mut contact = contact.clone();
        contact.full_name = Some(name.to_owned());
        assert!(contacts::update(&mut tx, scope, &contact).await.unwrap());
        tx.commit().await.unwrap();
        contact.version += 1;
        contact
    }

    /// Xenia's lead, which is this member's, where agents see their own alone.
    async fn a_hidden_lead(&self, of: Option<PersonId>) -> (Contact, Lead) {
        let (db, ids, scope) = (&self.houses.db.db, &*self.houses.ids, &self.houses.fairfield);
        let xenia = a_contact(ids).name("Xenia Hidden").email("xenia@example.com");
        let xenia = xenia.phone("203 555 0147").insert(db, scope).await;
        let mut lead = a_lead(ids).of(&xenia);
        lead.0.assigned_to = of;
        let lead = lead.insert(db, scope).await;
        let mut tx = db.write(scope).await.unwrap();
        assignment::set_agents_see(&mut tx, scope, AgentsSee::Own, self.houses.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        (xenia, lead)
    }

    async fn a_reminder_of(&self, xenia: &Contact, lead: Option<&Lead>) {
        let now = self.houses.clock.now();
        let reminder = Reminder {
            id: ReminderId::new(&*self.houses.ids),
            title: "Call her".to_owned(),
            due_at: now,
            lead_id: lead.map(|lead| lead.id),
            contact_id: Some(xenia.id),
            assigned_to: self.ann,
            created_by: self.ann,
            completed: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        reminders::insert(&mut tx, scope, &reminder).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// One letter is found by the name alone, one by its first reminder, and one by the title of another: whatever else would
/// lead to them is called otherwise by now.
#[tokio::test]
async fn letters_that_name_somebody_go_when_they_are_erased_and_others_stay() {
    let office = Office::new().await;
    let (qwertz, renamed, other) = (
        office.somebody("Qwertz \"Q\" Uiopson").await,
        office.somebody("Zelda Before").await,
        office.somebody("Somebody Else").await,
    );
    let first_of_letter = office.a_reminder("Send the plan").await;
    let by_name = office.a_reminder_about("Ring them", Some(qwertz.id)).await;
    office.later(24).await;
    let by_reminder = office.a_reminder_about("Ring Qwertz", Some(renamed.id)).await;
    office.later(24).await;
    office.a_reminder_about("Ring again", Some(other.id)).await;
    office.later(23).await;
    office.change(first_of_letter, completed()).await;
    office.later(1).await;
    office.a_reminder("Send the keys").await;
    office.a_reminder_about("Ask how it went", Some(renamed.id)).await;
    office.later(24).await;
    let named = |mails: &[Mail], name: &str| mails.iter().any(|mail| mail.text.contains(name));
    let mails = office.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 4);
    assert!(named(&mails, "Qwertz \"Q\" Uiopson") && named(&mails, "Zelda Before"));
    let renamed = office.rename(&renamed, "Zelda After").await;
    for reminder in [by_name, by_reminder] {
        office.change(reminder, titled("Done?")).await;
    }

    let scope = &office.houses.fairfield;
    let mut tx = office.houses.db.db.write(scope).await.unwrap();
    assert!(contacts::erase(&mut tx, scope, &qwertz).await.unwrap());
    assert!(contacts::erase(&mut tx, scope, &renamed).await.unwrap());
    tx.commit().await.unwrap();

    let left = office.houses.mails().await;
    let left: Vec<_> = left.into_iter().map(|stored| stored.mail.text).collect();
    let theirs = left
        .iter()
        .filter(|text| text.contains("Qwertz") || text.contains("Zelda"));
    assert_eq!(theirs.collect::<Vec<_>>(), [""; 0]);
    assert!(left.iter().any(|text| text.contains("Somebody Else")), "{left:?}");
}

fn titled(title: &str) -> ReminderChange {
    ReminderChange {
        title: Some(title.to_owned()),
        ..ReminderChange::default()
    }
}

fn completed() -> ReminderChange {
    ReminderChange {
        is_completed: Some(true),
        ..ReminderChange::default()
    }
}

#[tokio::test]
async fn who_does_not_see_whom_it_is_about_is_told_nothing_and_the_leads_holder_is() {
    let office = Office::new().await;
    let (db, ids) = (&office.houses.db.db, &*office.houses.ids);
    let bob = ("bob@example.com", "x");
    let bob = a_member(db, ids, &office.houses.fairfield, bob, Role::Agent).await;
    let (xenia, lead) = office.a_hidden_lead(Some(bob)).await;
    office.a_reminder_of(&xenia, Some(&lead)).await;

    office.later(25).await;
    assert_eq!(office.notices_of(bob).await, [OWNERS]);
    assert_eq!(office.notices_of(office.olga).await, []);
    office.later(48).await;

    assert_eq!(office.notices_of(office.ann).await, []);
    assert_eq!(office.mails_to("ann@example.com").await, []);
    assert_eq!(office.notices_of(office.olga).await, [OWNERS]);
    let told = office.mails_to("bob@example.com").await.remove(0).text;
    assert!(told.contains("to be done by Ann Member"), "{told}");
}

#[tokio::test]
async fn what_is_about_a_hidden_contact_is_told_to_the_owners() {
    let office = Office::new().await;
    let (xenia, _) = office.a_hidden_lead(Some(office.olga)).await;
    office.a_reminder_of(&xenia, None).await;

    office.later(25).await;

    assert_eq!(office.notices_of(office.ann).await, []);
    assert_eq!(office.mails_to("ann@example.com").await, []);
    assert_eq!(office.mails_to("olga@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_message_leads_to_the_record_and_to_whom_it_is_about() {
    let office = Office::new().await;
    let (xenia, lead) = office.a_hidden_lead(Some(office.ann)).await;
    office.a_reminder_of(&xenia, Some(&lead)).await;

    office.later(25).await;

    let mail = office.mails_to("ann@example.com").await.remove(0);
    let page = format!("http://fairfield.localhost:3001/leads/{}", lead.id);
    for line in [
        "  Call 203 555 0147\n",
        "  Write to xenia@example.com\n",
        &format!("  {page}\n"),
    ] {
        assert!(mail.text.contains(line), "{line} in {}", mail.text);
    }
    let html = mail.html.unwrap();
    for href in [&*page, "tel:+12035550147", "mailto:xenia@example.com"] {
        assert!(html.contains(&format!("href=\"{href}\"")), "{href} in {html}");
    }
}

#[tokio::test]
async fn one_tenants_unreadable_member_keeps_no_other_tenant_waiting() {
    let office = Office::new().await;
    let (db, ids) = (&office.houses.db.db, &*office.houses.ids);
    // Before fairfield in every order there is.
    let acme = a_tenant(db, ids, "acme").await;
    let amy = a_member(db, ids, &acme, ("amy@example.com", "x"), Role::Agent).await;
    office
        .a_reminder_of_somebody((&acme, amy), "Call Zoë back", None)
        .await;
    office.a_reminder("Call Ana back").await;
    by_sql(
        db,
        "UPDATE people SET email = 'nobody' WHERE email = 'amy@example.com'",
    )
    .await
    .unwrap();
    let waiting = async || {
        let sites = overdue::sites(db, office.houses.clock.now(), None, 10).await;
        let sites = sites.unwrap().into_iter();
        sites
            .map(|site| site.scope.tenant_id().to_string())
            .collect::<Vec<_>>()
    };

    office.later(25).await;
    let told = office.mails_to("ann@example.com").await.len();
    let meanwhile = waiting().await;
    by_sql(
        db,
        "UPDATE people SET email = 'amy@example.com' WHERE email = 'nobody'",
    )
    .await
    .unwrap();
    office.later(1).await;

    assert_eq!(told, 1);
    assert_eq!(meanwhile, ["tenant_acme"]);
    assert!(
        waiting().await.is_empty(),
        "acme's is told of once it can be read"
    );
}
