//! A console in memory over a database of its own, with operators of every role to ask as.

use std::sync::Arc;

use db::{PlatformScope, platform::audit::AuditFilter, testing::TestDb};
use serde_json::{Value, json};
use server::{
    Context, Edge, Secrets, Stop,
    password::{self, NewPassword},
    telemetry::Metrics,
    testing::{Caller, settings_with},
};
use types::{
    Actor, AuditEvent, Clock as _, Operator, OperatorId, OperatorRole, PageRequest, TestClock, TestIds,
};

use crate::Acting;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a test starts from: an empty platform with one operator of each role, called like it.
pub(crate) struct Console {
    pub(crate) test: TestDb,
    pub(crate) edge: Edge,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ids: Arc<TestIds>,
    pub(crate) secrets: Secrets,
    /// What its background work is given.
    pub(crate) context: Context,
    platform: PlatformScope,
}

impl Console {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with some settings.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let test = TestDb::new().await;
        let (clock, ids) = (Arc::new(TestClock::default()), Arc::new(TestIds::default()));
        let context = Context {
            settings: Arc::new(settings_with(variables)),
            db: test.db.clone(),
            metrics: Metrics::install(),
            stop: Stop::default(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let console = Self {
            edge: crate::app::edge(&context),
            test,
            clock,
            ids,
            secrets: context.settings.secrets.clone(),
            context,
            platform: PlatformScope::of_command_line(),
        };
        console.hire().await;
        console
    }

    async fn hire(&self) {
        let hash = password::hash(NewPassword::parse(PASSWORD).unwrap())
            .await
            .unwrap();
        let mut tx = self.test.db.write(&self.platform).await.unwrap();
        for role in OperatorRole::ALL.iter().copied() {
            let operator = Operator {
                id: OperatorId::new(&*self.ids),
                email: email(role).parse().unwrap(),
                name: format!("{role} of the platform"),
                role,
                created_at: self.clock.now(),
            };
            db::platform::operators::insert(&mut tx, &self.platform, &operator, &hash)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Somebody with a shell.
    pub(crate) fn shell(&self) -> Acting<'_> {
        Acting {
            db: &self.test.db,
            platform: &self.platform,
            actor: Actor {
                id: "cli:ann".to_owned(),
                role: "shell".to_owned(),
            },
            request_id: None,
            now: self.clock.now(),
            ids: &*self.ids,
            platform_hosts: &[],
        }
    }

    /// Somebody who is not signed in. The console answers on any host.
    pub(crate) fn stranger(&self) -> Caller {
        Caller::at(&self.edge, "console.example").with_header("x-request-id", "r1")
    }

    /// The operator with this role, in their browser.
    pub(crate) async fn signed_in(&self, role: OperatorRole) -> Caller {
        let caller = self.stranger();
        let answer = caller.post_json("/api/session", credentials(role)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        caller
    }

    pub(crate) async fn admin(&self) -> Caller {
        self.signed_in(OperatorRole::Admin).await
    }

    /// The trail but for the sign-ins, oldest first, as `who action status tenant`.
    pub(crate) async fn trail(&self) -> Vec<String> {
        let events = self.events().await;
        let told = events
            .iter()
            .filter(|event| event.action != types::AuditAction::OperatorSignIn);
        told.map(|event| {
            let tenant = event.tenant_id.as_ref().map_or("-", |id| id.as_str());
            let role = &event.actor.role;
            format!("{role} {} {} {tenant}", event.action, event.status)
        })
        .collect()
    }

    /// The trail, oldest first.
    pub(crate) async fn events(&self) -> Vec<AuditEvent> {
        let mut tx = self.test.db.read(&self.platform).await.unwrap();
        let page = PageRequest::new(200, 0);
        let all = AuditFilter::default();
        let page = db::platform::audit::list(&mut tx, &self.platform, &all, page)
            .await
            .unwrap();
        page.items.into_iter().rev().collect()
    }

    /// The attempts that were denied, oldest first.
    pub(crate) async fn denials(&self) -> Vec<AuditEvent> {
        let mut tx = self.test.db.read(&self.platform).await.unwrap();
        let denied = AuditFilter {
            status: Some(types::AuditStatus::Denied),
            ..AuditFilter::default()
        };
        let page = PageRequest::new(200, 0);
        let page = db::platform::audit::list(&mut tx, &self.platform, &denied, page)
            .await
            .unwrap();
        page.items.into_iter().rev().collect()
    }
}

fn email(role: OperatorRole) -> String {
    format!("{role}@freehold.example")
}

/// What the operator with this role signs in with.
pub(crate) fn credentials(role: OperatorRole) -> Value {
    json!({ "email": email(role), "password": PASSWORD })
}

/// What makes a tenant called acme.
pub(crate) fn acme() -> Value {
    json!({ "name": "Acme Realty", "slug": "acme", "primaryDomain": "acme.example" })
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
