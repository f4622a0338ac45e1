//! An owner's endpoint, somebody who hears what it is told, and couriers who die.

mod courier;
mod neighbours;
mod pages;
mod survives;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use db::{
    tenant::changes::{self, NewChange},
    testing::a_member,
};
use futures::future::BoxFuture;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use tokio::sync::Notify;
use types::{Attempt, ChangeKind, Clock as _, EndpointId, Role};

use super::{
    courier::Courier,
    letter::{Carry, Letter},
};
use crate::{app::App, testing::Crm};

/// How an endpoint takes what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// It answers with this status.
    Says(u16),
    /// The courier dies on the way.
    CourierDies,
    /// It hears, and the courier dies before it can note that.
    CourierDiesAfterwards,
}

/// Whoever is at the other end: answers 204 when nothing else was said.
#[derive(Default)]
struct Ear {
    moods: Mutex<VecDeque<Mood>>,
    /// Every letter somebody set out with.
    sent: Mutex<Vec<Letter>>,
    /// Those that were heard and taken.
    heard: Mutex<Vec<Letter>>,
    died: Notify,
}

impl Ear {
    fn is(&self, moods: impl IntoIterator<Item = Mood>) {
        self.moods.lock().unwrap().extend(moods);
    }

    fn sent(&self) -> Vec<Letter> {
        self.sent.lock().unwrap().clone()
    }

    fn heard(&self) -> Vec<Letter> {
        self.heard.lock().unwrap().clone()
    }

    /// The types of what was heard.
    fn told(&self) -> Vec<String> {
        let types = self.heard().into_iter().map(|letter| {
            let body = content(&letter);
            body["type"].as_str().unwrap().to_owned()
        });
        types.collect()
    }
}

fn content(letter: &Letter) -> Value {
    serde_json::from_str(&letter.body).unwrap()
}

impl Carry for Ear {
    fn carry(&self, letter: Letter) -> BoxFuture<'_, Attempt> {
        let mood = self.moods.lock().unwrap().pop_front().unwrap_or(Mood::Says(204));
        self.sent.lock().unwrap().push(letter.clone());
        if matches!(mood, Mood::Says(200..=299) | Mood::CourierDiesAfterwards) {
            self.heard.lock().unwrap().push(letter);
        }
        Box::pin(async move {
            match mood {
                Mood::Says(status) => Attempt {
                    status: Some(status),
                    took: SignedDuration::from_millis(120),
                    error: None,
                    body: format!("said {status}"),
                    wait: None,
                },
                Mood::CourierDies | Mood::CourierDiesAfterwards => {
                    self.died.notify_one();
                    std::future::pending().await
                }
            }
        })
    }
}

/// Fairfield with an owner, an endpoint of hers, and whoever hears it.
struct House {
    crm: Crm,
    app: App,
    ear: Arc<Ear>,
}

impl House {
    async fn new() -> Self {
        let crm = Crm::with(&[("WEBHOOK_TARGETS", "anywhere")]).await;
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        let app = App::new(&crm.context).unwrap();
        Self {
            crm,
            app,
            ear: Arc::default(),
        }
    }

    /// The owner, who signs in again whenever she is asked: time flies here.
    async fn olga(&self) -> Caller {
        self.crm.at_fairfield("olga@example.com").await
    }

    /// An endpoint there, told of these: its id, and its secret.
    async fn endpoint_at(&self, url: &str, events: &[&str]) -> (EndpointId, String) {
        let wanted = json!({ "name": "Newsletter", "url": url, "events": events });
        let made = self.olga().await.post_json("/api/webhooks", wanted).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made = made.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&made["webhook"]["id"]).parse().unwrap(),
            text(&made["secret"]),
        )
    }

    async fn endpoint(&self, events: &[&str]) -> EndpointId {
        self.endpoint_at("https://hooks.example.com/freehold", events)
            .await
            .0
    }

    fn courier(&self) -> Courier {
        Courier::new(self.app.clone(), self.ear.clone())
    }

    /// Has a courier of a new process go round, until it is done or dead.
    async fn round(&self) {
        let courier = self.courier();
        tokio::select! {
            () = courier.round() => {}
            () = self.ear.died.notified() => {}
        }
    }

    async fn later(&self, by: SignedDuration) {
        self.crm.clock.advance(by);
        self.round().await;
    }

    /// Something happens that is told as `lead.created`: where in the feed.
    async fn something_happens(&self) -> i64 {
        let (scope, now) = (&self.crm.fairfield, self.crm.clock.now());
        let mut tx = self.crm.context.db.write(scope).await.unwrap();
        let change = NewChange {
            kind: ChangeKind::LeadCreated,
            lead_id: None,
            contact_id: None,
            activity_id: None,
        };
        let seq = changes::append(&mut tx, scope, &change, now).await.unwrap();
        tx.commit().await.unwrap();
        seq
    }

    async fn shown(&self, id: EndpointId) -> Value {
        self.olga().await.get(&format!("/api/webhooks/{id}")).await.json()["webhook"].clone()
    }

    async fn deliveries(&self, id: EndpointId) -> Value {
        let path = format!("/api/webhooks/{id}/deliveries");
        self.olga().await.get(&path).await.json()["deliveries"].clone()
    }
}
