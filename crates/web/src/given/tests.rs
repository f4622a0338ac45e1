use db::{
    door::given,
    tenant::{leads, members, notices},
    testing::{a_contact, a_lead, a_member, a_tenant, by_sql},
};
use jiff::SignedDuration;
use types::{Clock as _, Lead, Mail, Notice, NoticeId, NoticeKind, PersonId, Role};

use super::round;
use crate::testing::Houses;

/// Fairfield with an agent who is given leads and an owner who gives them.
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

    /// A lead of somebody called so, which is Ann's.
    async fn a_lead(&self, name: &str) -> Lead {
        let (db, ids, scope) = (&self.houses.db.db, &*self.houses.ids, &self.houses.fairfield);
        let letters: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        let email = format!("{}@example.com", letters.to_lowercase());
        let contact = a_contact(ids).name(name).email(&email).insert(db, scope).await;
        let mut lead = a_lead(ids).of(&contact).insert(db, scope).await;
        self.give(&mut lead, Some(self.ann)).await;
        lead
    }

    async fn give(&self, lead: &mut Lead, to: Option<PersonId>) {
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        lead.assigned_to = to;
        assert!(leads::update(&mut tx, scope, lead).await.unwrap());
        lead.version += 1;
        tx.commit().await.unwrap();
    }

    async fn notice(&self, notice: Notice) {
        let scope = &self.houses.fairfield;
        let mut tx = self.houses.db.db.write(scope).await.unwrap();
        notices::insert(&mut tx, scope, &[notice]).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn given(&self, lead: &Lead) -> Notice {
        let (id, to) = (self.id(), (self.ann, NoticeKind::LeadGiven));
        Notice::new(id, to, lead.id, Some(self.olga), self.houses.clock.now()).by_mail()
    }

    fn id(&self) -> NoticeId {
        NoticeId::new(&*self.houses.ids)
    }

    /// What was written to Ann, with two looks at once and one more.
    async fn mails(&self) -> Vec<Mail> {
        let app = &self.houses.app;
        let (one, other) = tokio::join!(round(app), round(app));
        one.unwrap();
        other.unwrap();
        round(app).await.unwrap();
        let mails = self.houses.mails().await.into_iter();
        mails.map(|stored| stored.mail).collect()
    }
}

#[tokio::test]
async fn whoever_is_given_leads_gets_one_message_about_all_of_them() {
    let office = Office::new().await;
    let now = office.houses.clock.now();
    office
        .notice(office.given(&office.a_lead("Ana <b> Ruiz").await))
        .await;
    let many = Notice::of_leads(office.id(), (office.ann, 1_200), office.olga, now);
    office.notice(many.by_mail()).await;
    let by_no_message = office.a_lead("Bo Lind").await;
    let told_elsewhere = Notice {
        mail_due_at: None,
        ..office.given(&by_no_message)
    };
    office.notice(told_elsewhere).await;

    let mails = office.mails().await;

    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.as_str(), "ann@example.com");
    assert_eq!(mails[0].subject, "1,201 leads are yours now");
    let lines = "Olga Member gave you the lead of Ana <b> Ruiz.\n  Write to anabruiz@example.com\n";
    assert!(mails[0].text.contains(lines), "{}", mails[0].text);
    let lines = "Olga Member gave you 1,200 leads.\n  http://fairfield.localhost:3001/leads?assignedTo=me\n";
    assert!(mails[0].text.contains(lines), "{}", mails[0].text);
    assert!(
        mails[0].text.contains("\nThey wait in your CRM"),
        "{}",
        mails[0].text
    );
    let html = mails[0].html.as_deref().unwrap();
    assert!(html.contains("Ana &#60;b&#62; Ruiz"), "{html}");
    assert_eq!(office.mails().await.len(), 1, "once");
}

#[tokio::test]
async fn what_is_read_or_taken_away_meanwhile_and_who_wants_no_messages_is_not_written_of() {
    let office = Office::new().await;
    let scope = &office.houses.fairfield;
    let now = office.houses.clock.now();
    let read = Notice {
        read_at: Some(now),
        ..office.given(&office.a_lead("Ana Ruiz").await)
    };
    let id = read.id;
    office.notice(read).await;
    let mut tx = office.houses.db.db.write(scope).await.unwrap();
    let is_theirs = notices::set_read(&mut tx, scope, (office.ann, id), Some(now)).await;
    assert!(is_theirs.unwrap());
    tx.commit().await.unwrap();
    let mut gone = office.a_lead("Bo Lind").await;
    office.notice(office.given(&gone)).await;
    office.give(&mut gone, Some(office.olga)).await;
    assert_eq!(office.mails().await, []);

    let mut tx = office.houses.db.db.write(scope).await.unwrap();
    let is_member = members::set_gets_mail(&mut tx, scope, office.ann, false).await;
    assert!(is_member.unwrap());
    tx.commit().await.unwrap();
    office
        .notice(office.given(&office.a_lead("Cy Young").await))
        .await;
    assert_eq!(office.mails().await, []);
}

#[tokio::test]
async fn a_message_about_one_lead_leads_to_it() {
    let office = Office::new().await;
    let lead = office.a_lead("Ana Ruiz").await;
    office.notice(office.given(&lead)).await;

    let mail = office.mails().await.remove(0);

    let page = format!("http://fairfield.localhost:3001/leads/{}", lead.id);
    let text = mail.text.replace(&lead.id.to_string(), "LEAD");
    insta::assert_snapshot!(text, @r"
    A lead is yours now

    Olga Member gave you the lead of Ana Ruiz.
      Write to anaruiz@example.com
      http://fairfield.localhost:3001/leads/LEAD

    It waits in your CRM, among your leads. Whether you get such messages you say in the settings:
    http://fairfield.localhost:3001/settings
    ");
    let html = mail.html.unwrap();
    for href in [
        &*page,
        "mailto:anaruiz@example.com",
        "http://fairfield.localhost:3001/settings",
    ] {
        assert!(html.contains(&format!("href=\"{href}\"")), "{href} in {html}");
    }
}

#[tokio::test]
async fn one_tenants_unreadable_member_keeps_no_other_tenant_waiting() {
    let office = Office::new().await;
    let (houses, now) = (&office.houses, office.houses.clock.now());
    let (db, ids) = (&houses.db.db, &*houses.ids);
    // Before fairfield in every order there is.
    let acme = a_tenant(db, ids, "acme").await;
    let amy = a_member(db, ids, &acme, ("amy@example.com", "x"), Role::Agent).await;
    let many = Notice::of_leads(office.id(), (amy, 2), amy, now).by_mail();
    let mut tx = db.write(&acme).await.unwrap();
    notices::insert(&mut tx, &acme, &[many]).await.unwrap();
    tx.commit().await.unwrap();
    by_sql(
        db,
        "UPDATE people SET email = 'nobody' WHERE email = 'amy@example.com'",
    )
    .await
    .unwrap();
    let lead = office.a_lead("Ana Ruiz").await;
    office.notice(office.given(&lead)).await;

    let told = office.mails().await.len();
    let waiting = given::sites(db, now, None, 10).await.unwrap();
    by_sql(
        db,
        "UPDATE people SET email = 'amy@example.com' WHERE email = 'nobody'",
    )
    .await
    .unwrap();
    houses.clock.advance(SignedDuration::from_mins(1));
    round(&houses.app).await.unwrap();

    assert_eq!(told, 1);
    let waiting: Vec<_> = waiting.iter().map(|site| site.scope.tenant_id()).collect();
    assert_eq!(waiting, [acme.tenant_id()]);
    let waiting = given::sites(db, houses.clock.now(), None, 10).await.unwrap();
    assert!(waiting.is_empty(), "acme's is told of once it can be read");
}
