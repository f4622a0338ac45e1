//! A tenant with a queue, a stopped clock, and a worker that a test drives by hand.

use std::sync::Arc;

use db::{
    Db, TenantScope,
    platform::audit::{self, AuditFilter},
    tenant::{activities, contacts, jobs, leads},
    testing::{StoredJob, TestDb, a_tenant, the_job},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::{Context, Stop, telemetry::Metrics, testing::settings_with};
use types::{
    Activity, AuditEvent, Clock as _, Contact, EventKey, EventType, Ids as _, JobId, Lead, PageRequest,
    TestClock, TestIds,
};

use crate::worker::{Tally, Worker};

/// A house with one tenant, called here.
pub(crate) struct House {
    pub(crate) test: TestDb,
    pub(crate) context: Context,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ids: Arc<TestIds>,
    pub(crate) here: TenantScope,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With these variables in the environment.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let (test, ids) = (TestDb::new().await, Arc::new(TestIds::default()));
        let clock = test.clock.clone();
        let here = a_tenant(&test.db, &*ids, "here").await;
        let usual = [("WORKER_ADDR", "127.0.0.1:0")];
        let variables: Vec<_> = usual.iter().chain(variables).copied().collect();
        let context = Context {
            settings: Arc::new(settings_with(&variables)),
            db: test.db.clone(),
            metrics: Metrics::install(),
            stop: Stop::default(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        Self {
            test,
            context,
            clock,
            ids,
            here,
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.test.db
    }

    pub(crate) fn worker(&self) -> Worker {
        Worker::new(&self.context)
    }

    /// A worker in a process of its own.
    pub(crate) async fn another_worker(&self) -> Worker {
        Worker::new(&Context {
            db: TestDb::connect(&self.test.url).await.by_clock(self.clock.clone()),
            ..self.context.clone()
        })
    }

    /// A worker on a machine whose clock is off by so many hours.
    pub(crate) fn worker_whose_clock_is_off(&self, hours: i64) -> Worker {
        let now = self.clock.now() + SignedDuration::from_hours(hours);
        Worker::new(&Context {
            clock: Arc::new(TestClock::at(now)),
            ..self.context.clone()
        })
    }

    pub(crate) async fn enqueue(&self, event: &Value) -> JobId {
        self.enqueue_text(&event.to_string()).await
    }

    /// Puts a text in line as a new event, whatever it says.
    pub(crate) async fn enqueue_text(&self, payload: &str) -> JobId {
        self.enqueue_for(&self.here, payload).await
    }

    /// The same, by this request.
    pub(crate) async fn enqueue_from(&self, request_id: &str, payload: &str) -> JobId {
        self.put_in_line(&self.here, payload, Some(request_id)).await
    }

    pub(crate) async fn enqueue_for(&self, scope: &TenantScope, payload: &str) -> JobId {
        self.put_in_line(scope, payload, None).await
    }

    async fn put_in_line(&self, scope: &TenantScope, payload: &str, request_id: Option<&str>) -> JobId {
        let id = self.ids.new_id();
        let event_type = serde_json::from_str::<Value>(payload)
            .ok()
            .and_then(|event| Some(event.get("eventType")?.as_str()?.to_owned()));
        let job = jobs::NewJob {
            id: JobId::from(id),
            event_key: EventKey::from_submission(
                EventType::LeadSubmitted,
                scope.tenant_id(),
                &id.to_string(),
            ),
            event_type: event_type.unwrap_or_default(),
            payload: payload.to_owned(),
            request_id: request_id.map(str::to_owned),
            created_at: self.clock.now(),
        };
        jobs::enqueue(self.db(), scope, job)
            .await
            .expect("the queue takes the event")
            .job_id()
    }

    /// One batch of what is due now.
    pub(crate) async fn drain(&self) -> Tally {
        self.worker()
            .batch(100, &self.context.stop)
            .await
            .expect("the queue can be drained")
    }

    pub(crate) async fn job(&self, id: JobId) -> StoredJob {
        the_job(self.db(), id).await
    }

    /// Whether the queue still has the job.
    pub(crate) async fn has_job(&self, id: JobId) -> bool {
        let mut tx = self.db().read(&self.here).await.unwrap();
        let payload = jobs::payload(&mut tx, &self.here, id).await;
        payload.unwrap().is_some()
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub(crate) async fn contacts(&self) -> Vec<Contact> {
        self.contacts_of(&self.here).await
    }

    pub(crate) async fn leads(&self) -> Vec<Lead> {
        self.leads_of(&self.here).await
    }

    pub(crate) async fn activities(&self) -> Vec<Activity> {
        self.activities_of(&self.here).await
    }

    pub(crate) async fn contacts_of(&self, scope: &TenantScope) -> Vec<Contact> {
        let mut tx = self.db().read(scope).await.unwrap();
        let every = contacts::ContactFilter::default();
        let page = contacts::list(&mut tx, scope, &every, PageRequest::new(200, 0)).await;
        page.unwrap().items
    }

    pub(crate) async fn leads_of(&self, scope: &TenantScope) -> Vec<Lead> {
        let mut tx = self.db().read(scope).await.unwrap();
        let every = leads::LeadFilter::default();
        let page = leads::list(&mut tx, scope, &every, PageRequest::new(200, 0)).await;
        page.unwrap().items.into_iter().map(|row| row.lead).collect()
    }

    pub(crate) async fn activities_of(&self, scope: &TenantScope) -> Vec<Activity> {
        let mut tx = self.db().read(scope).await.unwrap();
        let every = activities::ActivityFilter::default();
        let page = activities::list(&mut tx, scope, &every, PageRequest::new(200, 0)).await;
        page.unwrap().items.into_iter().map(|row| row.activity).collect()
    }

    pub(crate) async fn audit(&self) -> Vec<AuditEvent> {
        let platform = db::PlatformScope::of_command_line();
        let mut tx = self.db().read(&platform).await.unwrap();
        let page = audit::list(
            &mut tx,
            &platform,
            &AuditFilter::default(),
            PageRequest::default(),
        )
        .await;
        page.unwrap().items
    }
}

impl Worker {
    /// Claims a batch and works through it, by hand. Nothing picked means that nothing is due.
    pub(crate) async fn batch(&self, size: u32, stop: &Stop) -> anyhow::Result<Tally> {
        let batch = self.claim(size).await?;
        self.work_off(&batch, stop).await
    }
}

/// An event of the tenant called here.
pub(crate) fn an_event(event_type: &str, payload: &Value) -> Value {
    json!({
        "eventType": event_type,
        "version": 1,
        "occurredAt": "2026-03-02T11:59:58Z",
        "tenant": {"tenantId": "tenant_here", "tenantSlug": "here", "tenantDomain": "here.localhost"},
        "payload": payload,
    })
}

/// Somebody asks to be contacted.
pub(crate) fn a_lead_of(email: &str, phone: &str) -> Value {
    an_event(
        "website.lead.submitted",
        &json!({"source": "contact", "contact": {"email": email, "phone": phone, "name": "Ann Smith"}}),
    )
}

/// Somebody asks what their home is worth, and says who they are.
pub(crate) fn a_valuation_of(contact: &Value) -> Value {
    an_event(
        "website.valuation.requested",
        &json!({"address": "1 Elm Street", "propertyType": "condo", "beds": 2, "baths": 1.5, "sqft": 900,
                "timeframe": "3-6 months", "contact": contact}),
    )
}

/// A valuation that no worker of this release understands, and a newer one might.
pub(crate) fn a_malformed_valuation() -> Value {
    let mut valuation = a_valuation_of(&Value::Null);
    valuation["payload"]["baths"] = "a few".into();
    valuation
}

/// A lead that no worker of this release understands, and a newer one might.
pub(crate) fn a_malformed_lead() -> Value {
    a_lead_of("not an address", "203-555-0123")
}
