//! A CRM in memory over a database of its own, with two tenants and people to ask as.

use std::sync::Arc;

use db::{
    TenantScope,
    testing::{TestDb, a_member, a_person, a_tenant},
};
use serde_json::{Value, json};
use server::{
    Context, Edge, Stop,
    password::{self, NewPassword},
    telemetry::Metrics,
    testing::{Caller, settings_with},
};
use types::{PersonId, Role, TestClock, TestIds};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a test starts from: fairfield with ann (agent), ruth (read only); hudson with hugo (owner); eve, nowhere a member.
pub(crate) struct Crm {
    pub(crate) test: TestDb,
    pub(crate) edge: Edge,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ids: Arc<TestIds>,
    pub(crate) stop: Stop,
    pub(crate) context: Context,
    pub(crate) fairfield: TenantScope,
    pub(crate) hudson: TenantScope,
    pub(crate) ann: PersonId,
    pub(crate) hugo: PersonId,
}

impl Crm {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with some settings.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let test = TestDb::new().await;
        let (clock, ids) = (Arc::new(TestClock::default()), Arc::new(TestIds::default()));
        let hash = password::hash(NewPassword::parse(PASSWORD).unwrap())
            .await
            .unwrap();
        let db = &test.db;
        let fairfield = a_tenant(db, &*ids, "fairfield").await;
        let hudson = a_tenant(db, &*ids, "hudson").await;
        let ann = ("ann@example.com", hash.as_str());
        let ann = a_member(db, &*ids, &fairfield, ann, Role::Agent).await;
        a_member(db, &*ids, &fairfield, ("ruth@example.com", &hash), Role::ReadOnly).await;
        let hugo = a_member(db, &*ids, &hudson, ("hugo@example.com", &hash), Role::Owner).await;
        a_person(db, &*ids, ("eve@example.com", &hash)).await;
        let context = Context {
            settings: Arc::new(settings_with(variables)),
            // Imports go by the clock of the database; here that stands still too.
            db: db.by_clock(clock.clone()),
            metrics: Metrics::install(),
            stop: Stop::default(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        Self {
            edge: crate::app::edge(&context),
            stop: context.stop.clone(),
            context,
            test,
            clock,
            ids,
            fairfield,
            hudson,
            ann,
            hugo,
        }
    }

    /// Somebody at fairfield's host who is not signed in.
    pub(crate) fn stranger(&self) -> Caller {
        Caller::at(&self.edge, "fairfield.localhost")
    }

    /// Ann, an agent of fairfield, in her browser.
    pub(crate) async fn ann(&self) -> Caller {
        self.signed_in("fairfield.localhost", "ann@example.com").await
    }

    /// Ruth, who may only look.
    pub(crate) async fn ruth(&self) -> Caller {
        self.signed_in("fairfield.localhost", "ruth@example.com").await
    }

    /// Hugo, the owner of hudson, the neighbour.
    pub(crate) async fn hugo(&self) -> Caller {
        self.signed_in("hudson.localhost", "hugo@example.com").await
    }

    /// Somebody else of fairfield.
    pub(crate) async fn at_fairfield(&self, email: &str) -> Caller {
        self.signed_in("fairfield.localhost", email).await
    }

    /// What is stored of everybody's password.
    pub(crate) async fn password_hash(&self) -> String {
        let password = NewPassword::parse(PASSWORD).unwrap();
        password::hash(password).await.unwrap()
    }

    async fn signed_in(&self, host: &str, email: &str) -> Caller {
        // As browsers tell it: without a word, times are the workspace's.
        let caller = Caller::at(&self.edge, host).with_header("cookie", "zone=UTC");
        let answer = caller.post_json("/api/session", credentials(email)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        caller
    }
}

/// What somebody signs in with.
pub(crate) fn credentials(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD })
}

/// A page as it would be if its assets had no content hashes, which change with every touch of a style.
pub(crate) fn without_hashes(page: &str) -> String {
    let mut parts = page.split("/assets/");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (url, rest) = part.split_at(part.find('"').unwrap_or(part.len()));
        let pieces: Vec<_> = url.split('.').filter(|piece| piece.len() != 16).collect();
        plain.push_str("/assets/");
        plain.push_str(&pieces.join("."));
        plain.push_str(rest);
    }
    plain
}
