use std::net::{IpAddr, Ipv4Addr};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    response::Response,
};
use db::tenant::{
    changes::{self, NewChange},
    leads,
};
use futures::StreamExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{ChangeKind, Clock as _, Lead};

use crate::testing::{Crm, credentials};

/// An open page: reads messages as they come.
struct Page {
    body: BodyDataStream,
    unread: String,
}

/// One message.
#[derive(Debug)]
struct Message {
    id: Option<String>,
    event: String,
    data: Value,
}

impl Page {
    fn new(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body().into_data_stream(),
            unread: String::new(),
        }
    }

    /// The next message; none when the stream has ended.
    async fn next(&mut self) -> Option<Message> {
        while !self.unread.contains("\n\n") {
            let bytes = self.body.next().await?.unwrap();
            self.unread.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        let (message, rest) = self.unread.split_once("\n\n").unwrap();
        let field = |name: &str| {
            message
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::to_owned)
        };
        let message = Message {
            id: field("id: "),
            event: field("event: ").unwrap(),
            data: serde_json::from_str(&field("data: ").unwrap()).unwrap(),
        };
        self.unread = rest.to_owned();
        Some(message)
    }
}

impl Crm {
    async fn token(&self) -> String {
        let opened = self
            .stranger()
            .post_json("/api/session", credentials("ann@example.com"))
            .await;
        opened.json()["token"].as_str().unwrap().to_owned()
    }

    async fn open(&self, token: &str, path: &str, last_event_id: Option<&str>) -> Response {
        let mut request = Request::get(path)
            .header("host", "fairfield.localhost")
            .header("authorization", format!("Bearer {token}"));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        self.edge.answer(request.body(Body::empty()).unwrap(), peer).await
    }

    /// What the worker does when somebody writes.
    async fn tell_created(&self, lead: &Lead) {
        let change = NewChange {
            kind: ChangeKind::LeadCreated,
            lead_id: Some(lead.id),
            contact_id: lead.contact_id,
            activity_id: None,
        };
        let mut tx = self.test.db.write(&self.fairfield).await.unwrap();
        assert!(
            leads::find(&mut tx, &self.fairfield, lead.id)
                .await
                .unwrap()
                .is_some()
        );
        changes::append(&mut tx, &self.fairfield, &change, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_open_page_hears_of_a_new_lead_and_of_what_follows() {
    let crm = Crm::new().await;
    let (token, ann) = (crm.token().await, crm.ann().await);
    let mut page = Page::new(crm.open(&token, "/api/events/stream", None).await);

    let lead = crm.a_lead_of_ana().await;
    crm.tell_created(&lead).await;
    let told = page.next().await.unwrap();
    assert_eq!(
        (told.id.as_deref(), told.event.as_str()),
        (Some("1"), "lead_created")
    );
    assert_eq!(
        told.data,
        json!({
            "kind": "lead_created", "leadId": lead.id, "contactId": lead.contact_id, "activityId": null,
            "occurredAt": "2026-03-02T12:00:00Z", "name": "Ana Ruiz", "leadType": "website_lead", "source": "contact",
            "createdAt": "2026-03-02T12:00:00Z",
        })
    );

    ann.patch_json(&format!("/api/leads/{}", lead.id), json!({ "status": "won" }))
        .await;
    let told = page.next().await.unwrap();
    assert_eq!(
        (told.id.as_deref(), told.event.as_str()),
        (Some("2"), "lead_updated")
    );

    ann.post_json("/api/activities", json!({ "summary": "x", "leadId": lead.id }))
        .await;
    let told = page.next().await.unwrap();
    assert_eq!(
        (told.id.as_deref(), told.event.as_str()),
        (Some("3"), "activity_logged")
    );
}

#[tokio::test]
async fn who_comes_back_is_told_everything_missed_in_order() {
    let crm = Crm::new().await;
    let token = crm.token().await;
    let lead = crm.a_lead_of_ana().await;
    for _ in 0..450 {
        crm.tell_created(&lead).await;
    }

    // The header is newer than the address: a browser that reconnects sends both.
    let path = "/api/events/stream?lastEventId=1";
    let mut page = Page::new(crm.open(&token, path, Some("2")).await);

    for seq in 3..=450 {
        let told = page.next().await.unwrap();
        assert_eq!(told.id, Some(seq.to_string()));
        assert_eq!(told.data["replayed"], true, "nobody need hear of it now");
    }
    crm.tell_created(&lead).await;
    let told = page.next().await.unwrap();
    assert_eq!(told.data.get("replayed"), None, "{}", told.data);
    let mut first_visit = Page::new(crm.open(&token, path, None).await);
    assert_eq!(first_visit.next().await.unwrap().id.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_neighbours_leads_are_not_told() {
    let crm = Crm::new().await;
    let token = crm.token().await;
    let mut page = Page::new(crm.open(&token, "/api/events/stream?lastEventId=0", None).await);
    let change = NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: None,
        contact_id: None,
        activity_id: None,
    };
    let mut tx = crm.test.db.write(&crm.hudson).await.unwrap();
    changes::append(&mut tx, &crm.hudson, &change, crm.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    crm.tell_created(&crm.a_lead_of_ana().await).await;

    assert_eq!(page.next().await.unwrap().event, "lead_created");
}

#[tokio::test]
async fn a_stop_ends_the_stream() {
    let crm = Crm::new().await;
    let token = crm.token().await;
    let mut page = Page::new(crm.open(&token, "/api/events/stream", None).await);

    crm.stop.now();

    assert!(page.next().await.is_none());
}

/// An import or a bulk edit has the feed go on for minutes.
#[tokio::test]
async fn a_feed_that_never_rests_keeps_no_line_open_for_who_signed_out() {
    let crm = Crm::new().await;
    let token = crm.token().await;
    let mut page = Page::new(crm.open(&token, "/api/events/stream", None).await);
    let lead = crm.a_lead_of_ana().await;
    crm.tell_created(&lead).await;
    assert_eq!(page.next().await.unwrap().event, "lead_created");

    let signed_out = Request::delete("/api/session")
        .header("host", "fairfield.localhost")
        .header("authorization", format!("Bearer {token}"));
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let answer = crm
        .edge
        .answer(signed_out.body(Body::empty()).unwrap(), peer)
        .await;
    assert!(answer.status().is_success(), "{}", answer.status());
    crm.clock.advance(SignedDuration::from_secs(25));
    crm.tell_created(&lead).await;

    assert!(
        page.next().await.is_none(),
        "what came since is not theirs to hear"
    );
}

#[tokio::test]
async fn nonsense_is_no_place_in_the_feed() {
    let crm = Crm::new().await;
    let token = crm.token().await;

    for id in ["-1", "x", "99999999999999999999"] {
        let answer = crm.open(&token, "/api/events/stream", Some(id)).await;
        assert_eq!(answer.status(), 400, "{id}");
    }
}

#[tokio::test]
async fn every_list_says_from_where_it_follows_the_feed_and_what_of_it() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let note = json!({ "title": "Ring Ana", "dueAt": "2026-03-02T09:00:00Z", "leadId": lead.id });
    ann.post_json("/api/reminders", note).await;
    let last = last_seq(&crm).await;
    assert!(last > 0, "the feed has gone on since nothing was there");

    for (path, of) in [
        ("/", "contact lead activity"),
        ("/pipeline", "lead"),
        ("/leads", "lead"),
        ("/contacts", "contact"),
        ("/reminders", "contact lead"),
        ("/notices", "lead"),
        ("/activity", "activity"),
        ("/duplicates", "contact"),
    ] {
        let page = ann.get(path).await;
        let page = page.page();
        let strip =
            format!("data-live=\"{last}\" data-of=\"{of}\" data-state=\"off\" role=\"status\" hidden");
        assert!(page.contains(&strip), "{path} is not live:\n{page}");
        assert!(page.contains("src=\"/assets/live."), "{path} has no script");
        let (menu, main) = page.split_once("<main").unwrap();
        assert!(
            menu.contains("data-part=\"nav\""),
            "{path} has a menu that stands still"
        );
        assert!(main.contains("data-part="), "{path} has nothing to redraw");
    }
}

#[tokio::test]
async fn a_list_whose_newest_do_not_come_first_only_offers_what_is_new() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;

    for (path, waits) in [
        ("/leads?status=new", false),
        ("/leads?sort=createdAt", true),
        ("/leads?sort=-updatedAt", true),
        ("/contacts?sort=createdAt", true),
        ("/notices?offset=25", true),
        ("/reminders?offset=25", true),
        ("/duplicates?offset=25", true),
    ] {
        let page = ann.get(path).await;
        assert_eq!(page.page().contains(" data-waits"), waits, "{path}");
    }
}

#[tokio::test]
async fn the_page_of_a_record_says_whose_it_is_and_redraws_no_form() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let (lead, contact) = (lead.id.to_string(), lead.contact_id.unwrap().to_string());

    for (of, id, form, typed) in [
        (
            "lead",
            lead,
            "/notes",
            [("activityType", "note"), ("summary", "")],
        ),
        ("contact", contact, "", [("version", "1"), ("email", "half@")]),
    ] {
        let path = format!("/{of}s/{id}");
        let refused = ann.post_form(&format!("{path}{form}"), &typed).await;
        for page in [ann.get(&path).await, refused] {
            let about = format!("data-of=\"{of}\" data-about=\"{id}\" data-at=\"{path}\"");
            assert!(page.text().contains(&about), "{path}:\n{}", page.text());
            let (_, main) = page.text().split_once("<main").unwrap();
            assert!(!main.contains("data-part="), "{path}");
        }
    }
}

async fn last_seq(crm: &Crm) -> i64 {
    let mut tx = crm.test.db.read(&crm.fairfield).await.unwrap();
    changes::last_seq(&mut tx, &crm.fairfield).await.unwrap()
}
