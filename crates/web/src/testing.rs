//! Two sites on a database of their own, and visitors at their doors.

use std::sync::Arc;

use axum::http::StatusCode;
use db::{
    TenantScope,
    door::{claims::Claimed, hosts::Site},
    tenant::{
        documents::{self, NewRevision},
        mails::StoredMail,
    },
    testing::{self, TestDb},
};
use jiff::civil::Date;
use serde_json::{Value, json};
use server::{
    Context, Edge, Stop,
    telemetry::Metrics,
    testing::{Answer, Caller},
};
use types::{
    Clock as _, ModuleKey, OwnLook, PostalAddress, RevisionId, TestClock, TestIds, ThemePreset, Website,
    WebsiteModule,
    content::{Document, RevisionStatus},
    facts::{Facts, Place, Source},
};

use crate::{app::App, routes};

pub(crate) const FAIRFIELD: &str = "fairfield.localhost";
pub(crate) const HUDSON: &str = "hudson.localhost";

/// Fairfield, which has written its site, and Hudson, which has written another.
pub(crate) struct Houses {
    pub(crate) db: TestDb,
    pub(crate) ids: Arc<TestIds>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) fairfield: TenantScope,
    pub(crate) hudson: TenantScope,
    /// What a background task of the process would hold.
    pub(crate) app: App,
    edge: Edge,
}

impl Houses {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With some settings of the process changed.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let db = TestDb::new().await;
        let (ids, clock) = (Arc::new(TestIds::default()), Arc::new(TestClock::default()));
        let fairfield = testing::a_tenant(&db.db, &*ids, "fairfield").await;
        let hudson = testing::a_tenant(&db.db, &*ids, "hudson").await;
        write(&db, &fairfield, &a_website("Fairfield")).await;
        let hudsons = Website {
            theme: ThemePreset::Harbour,
            ..a_website("Hudson")
        };
        write(&db, &hudson, &hudsons).await;
        let context = Context {
            settings: Arc::new(server::testing::settings_with(variables)),
            db: db.db.clone(),
            metrics: Metrics::install(),
            stop: Stop::default(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let app = App::new(&context);
        let edge = Edge::new(
            "web",
            &context.settings,
            context.health("0.0.0"),
            routes::router(&app),
        );
        Self {
            db,
            ids,
            clock,
            fairfield,
            hudson,
            edge: edge.failure_pages(app.clone()).sign_in_at("/sign-in"),
            app,
        }
    }

    /// The tenant that answers to this host.
    pub(crate) async fn site(&self, host: &str) -> Site {
        let host = host.parse().expect("a test's host is one");
        let found = db::door::hosts::find(&self.db.db, &host).await;
        found
            .expect("the database answers")
            .expect("the host is a tenant's")
    }

    /// Publishes something on fairfield's site.
    pub(crate) async fn publish<T: Document>(&self, document: T) {
        self.revise(RevisionStatus::Published, document).await;
    }

    /// Writes something of fairfield's site, to be seen or not.
    pub(crate) async fn revise<T: Document>(&self, status: RevisionStatus, document: T) {
        let revision = NewRevision {
            id: RevisionId::new(&*self.ids),
            document,
            position: 0,
        };
        let (scope, now) = (&self.fairfield, self.clock.now());
        let mut tx = self
            .db
            .db
            .write(scope)
            .await
            .expect("the test database takes writes");
        documents::insert(&mut tx, scope, status, &[revision], now)
            .await
            .expect("a document is JSON");
        tx.commit().await.expect("the test database commits");
    }

    /// Has fairfield say something else on its site.
    pub(crate) async fn rewrite(&self, change: impl FnOnce(&mut Website)) {
        let mut website = a_website("Fairfield");
        change(&mut website);
        write(&self.db, &self.fairfield, &website).await;
    }

    /// Tells what a module knows of a place of fairfield, and switches the module on.
    pub(crate) async fn tell(&self, place: &Place, module: ModuleKey, content: Value) {
        let facts = Facts {
            module,
            content,
            source: Source {
                name: "The town hall".to_owned(),
                url: None,
                as_of: Date::constant(2026, 7, 1),
            },
            fetched_at: self.clock.now(),
        };
        let switch = WebsiteModule {
            key: module,
            enabled: true,
            sort_order: 0,
        };
        let scope = &self.fairfield;
        let mut tx = self
            .db
            .db
            .write(scope)
            .await
            .expect("the test database takes writes");
        db::tenant::facts::upsert(&mut tx, scope, place, &facts)
            .await
            .expect("facts are JSON");
        db::tenant::websites::upsert_module(&mut tx, scope, &switch)
            .await
            .expect("a switch is a row");
        tx.commit().await.expect("the test database commits");
    }

    /// A browser at this host.
    pub(crate) fn visitor(&self, host: &str) -> Caller {
        Caller::at(&self.edge, host).with_header("accept", "text/html,*/*;q=0.8")
    }

    /// A program at this host.
    pub(crate) fn program(&self, host: &str) -> Caller {
        Caller::at(&self.edge, host)
    }

    /// What waits in the queue, oldest first.
    pub(crate) async fn queued(&self) -> Vec<Claimed> {
        testing::queued(&self.db.db, &*self.ids).await
    }

    /// The messages of fairfield, the newest first.
    pub(crate) async fn mails(&self) -> Vec<StoredMail> {
        let mut tx = self
            .db
            .db
            .read(&self.fairfield)
            .await
            .expect("the test database answers");
        let newest = db::tenant::mails::newest(&mut tx, &self.fairfield).await;
        newest.expect("messages are JSON")
    }

    /// A browser whose visitor proved this address at fairfield.
    pub(crate) async fn signed_in(&self, email: &str) -> Caller {
        let visitor = self.visitor(FAIRFIELD);
        visitor.post_form("/sign-in", &[("email", email)]).await.page();
        let mails = self.mails().await;
        let (_, token) = mails[0]
            .mail
            .text
            .split_once("token=")
            .expect("the message has a link");
        let token = token.split_whitespace().next().unwrap_or_default();
        visitor
            .post_form("/sign-in/link", &[("token", token)])
            .await
            .redirect();
        visitor
    }

    /// The payload of the only event in the queue.
    pub(crate) async fn only_payload(&self) -> Value {
        let queued = self.queued().await;
        assert_eq!(queued.len(), 1, "not exactly one event waits");
        let event: Value = serde_json::from_str(&queued[0].payload).expect("an event is JSON");
        event["payload"].clone()
    }
}

async fn write(db: &TestDb, scope: &TenantScope, website: &Website) {
    let mut tx = db.db.write(scope).await.expect("the test database takes writes");
    db::tenant::websites::upsert(&mut tx, scope, website, TestClock::default().now())
        .await
        .expect("a site is JSON");
    tx.commit().await.expect("the test database commits");
}

/// The site of a business in this town.
fn a_website(town: &str) -> Website {
    Website {
        theme: ThemePreset::IvoryForest,
        accent: None,
        look: OwnLook::default(),
        draft_theme: None,
        headline: format!("Homes in {town}"),
        tagline: format!("A small brokerage in {town}."),
        about: "Here for a while.\n\nWe know the streets.\n\nAnd the people in them.".to_owned(),
        agent_name: "Nora Whitfield".to_owned(),
        agent_title: "Broker of record".to_owned(),
        phone: "(203) 555-0142".to_owned(),
        email: "hello@example.com".to_owned(),
        brokerage: format!("{town} Realty LLC"),
        license: "Connecticut licence REB.0790142".to_owned(),
        areas: vec![town.to_owned(), "Next Town".to_owned()],
        response_promise: "within one business day".to_owned(),
        postal_address: PostalAddress::default(),
        asks_first: false,
    }
}

/// Where letters reach a business in Wilton.
pub(crate) fn an_address() -> PostalAddress {
    PostalAddress {
        street: "1 Post Road".to_owned(),
        city: "Wilton".to_owned(),
        state: "CT".to_owned(),
        zip: "06897".to_owned(),
    }
}

/// Sends a form until there were too many of it. A minute's share comes back bit by bit, however slow the machine.
pub(crate) async fn until_too_many(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Answer {
    for _ in 0..200 {
        let answer = caller.post_form(path, fields).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
    }
    panic!("{path} is not limited");
}

/// A lead with everything that must be there.
pub(crate) fn a_lead() -> Value {
    json!({"email": "ann@example.com", "phone": "203-555-0123"})
}

/// A home with everything that must be there.
pub(crate) fn a_home() -> Value {
    json!({"address": "12 Elm Street, Fairfield", "propertyType": "single-family", "beds": 3, "baths": 2.5})
}

/// The token of the form on a page.
pub(crate) fn token(page: &str) -> &str {
    let (_, rest) = page
        .split_once("name=\"token\" value=\"")
        .expect("the page has a form of ours");
    rest.split('"').next().unwrap_or_default()
}

/// A page as a snapshot keeps it: without what differs from run to run, or from one look of the site to the next.
pub(crate) fn still(page: &str) -> String {
    let page = match page.contains("name=\"token\"") {
        true => page.replace(token(page), "[token]"),
        false => page.to_owned(),
    };
    let page = without_code(&page);
    let pieces = page.split("/assets/").enumerate();
    pieces
        .map(|(nth, piece)| {
            if nth == 0 {
                piece.to_owned()
            } else {
                unhashed(piece)
            }
        })
        .collect()
}

/// What a telephone reads is nothing to people.
fn without_code(page: &str) -> String {
    const CODE: &str = "aria-label=\"QR code of this page\"><path d=\"";
    match page.split_once(CODE) {
        Some((before, after)) => {
            let (_, rest) = after.split_once('"').expect("a path ends in a quote");
            format!("{before}{CODE}[code]\"{rest}")
        }
        None => page.to_owned(),
    }
}

/// `site.3f9a1c2b.css" …` as `/assets/site.css" …`.
fn unhashed(piece: &str) -> String {
    let (url, rest) = piece.split_once('"').expect("an address ends in a quote");
    let (folder, file) = url
        .rsplit_once('/')
        .map_or(("", url), |(folder, file)| (folder, file));
    let (stem, extension) = (file.split('.').next(), file.rsplit('.').next());
    let slash = if folder.is_empty() { "" } else { "/" };
    format!(
        "/assets/{folder}{slash}{}.{}\"{rest}",
        stem.unwrap_or_default(),
        extension.unwrap_or_default()
    )
}
