//! Carries what waits to the endpoints, in every process that runs the CRM.
//!
//! Whoever serves an endpoint holds it under a lease, so that the first attempts of what it is told are made one after
//! the other, in the order of the feed. An attempt is counted and committed before it is made: no two processes make the
//! same one, and one that died in the middle is due again when the lease is over.

use std::{sync::Arc, time::Duration};

use db::{
    Listener, Tx,
    door::webhooks::{self as door, Waiting},
    tenant::webhooks::{self, deliveries},
};
use jiff::SignedDuration;
use server::Failure;
use tokio::{sync::Semaphore, time::sleep};
use types::{Activity, ActivityId, Attempt, Delivery, OffReason, WebhookEndpoint};
use uuid::Uuid;

use super::{
    letter::{Carry, Letter, Post},
    tell,
};
use crate::{activities::record, app::App};

/// How long an endpoint is one courier's: longer than an attempt can take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Endpoints served at once by a process.
const AT_ONCE: usize = 32;

/// Deliveries to one endpoint before the others have their turn.
const TURN: usize = 20;

/// How often the database is asked when nobody says that there is something: retries come due by themselves.
const LOOK: Duration = Duration::from_secs(5);

/// What comes in so short a time is worked out at once.
const GATHER: Duration = Duration::from_millis(100);

/// Carries deliveries.
pub(super) struct Courier {
    app: App,
    way: Arc<dyn Carry>,
}

/// Carries whatever waits, until the process stops.
pub(crate) async fn work(app: App) {
    let way = match Post::reaching(app.webhooks.reach) {
        Ok(way) => Arc::new(way),
        Err(error) => {
            tracing::error!("webhooks wait, because none can leave: {error:#}");
            return;
        }
    };
    let courier = Arc::new(Courier::new(app.clone(), way));
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut news = app.db.signals().subscribe();
    while !app.stop.is_stopping() {
        match courier.look(&permits).await {
            Ok(0) => rest(&app, &mut news).await,
            // There may be more.
            Ok(_) => {}
            Err(failure) => {
                tracing::warn!(reason = failure.code(), "webhooks could not be looked after");
                rest(&app, &mut news).await;
            }
        }
    }
}

async fn rest(app: &App, news: &mut Listener) {
    tokio::select! {
        () = app.stop.stopped() => {}
        () = app.webhooks.waiting.notified() => {}
        _ = news.next() => sleep(GATHER).await,
        () = sleep(LOOK) => {}
    }
}

impl Courier {
    pub(super) fn new(app: App, way: Arc<dyn Carry>) -> Self {
        Self { app, way }
    }

    /// Works out what is to be told, and has every endpoint served that is due. Says how many feeds went on.
    pub(super) async fn look(self: &Arc<Self>, permits: &Arc<Semaphore>) -> Result<usize, Failure> {
        let moved = tell::everybody(&self.app).await?;
        let at_once = i64::try_from(AT_ONCE).expect("a small number");
        for waiting in door::due(&self.app.db, at_once).await? {
            let Ok(permit) = Arc::clone(permits).try_acquire_owned() else {
                break;
            };
            let courier = Arc::clone(self);
            tokio::spawn(async move {
                match courier.serve(&waiting).await {
                    // It may be due still, and somebody else may wait for this place.
                    Ok(_) => courier.app.webhooks.waiting.notify_one(),
                    Err(error) => tracing::warn!("an endpoint could not be served: {error}"),
                }
                drop(permit);
            });
        }
        Ok(moved)
    }

    /// Delivers to an endpoint what is due, at most a turn of it. Says how much that was; nothing, when somebody else
    /// serves it.
    pub(super) async fn serve(&self, waiting: &Waiting) -> db::Result<usize> {
        let (scope, token) = (&waiting.scope, self.app.ids.new_id());
        let mut tx = self.app.db.write(scope).await?;
        if webhooks::take(&mut tx, scope, waiting.id, (token, LEASE))
            .await?
            .is_none()
        {
            return Ok(0);
        }
        tx.commit().await?;
        let mut carried = 0;
        while carried < TURN && !self.app.stop.is_stopping() {
            let Some((endpoint, delivery)) = self.begin(waiting, token).await? else {
                break;
            };
            let secrets = &self.app.webhooks.secrets;
            let letter = Letter::new((secrets, scope), &endpoint, &delivery, self.app.clock.now());
            let attempt = self.way.carry(letter).await;
            self.note(waiting, (endpoint, delivery), attempt).await?;
            carried += 1;
        }
        let mut tx = self.app.db.write(scope).await?;
        webhooks::release(&mut tx, scope, waiting.id, token).await?;
        tx.commit().await?;
        Ok(carried)
    }

    /// Begins the attempt that is due: from here on it counts. None when nothing is due, or the endpoint was lost.
    async fn begin(
        &self,
        Waiting { scope, id, .. }: &Waiting,
        token: Uuid,
    ) -> db::Result<Option<(WebhookEndpoint, Delivery)>> {
        let mut tx = self.app.db.write(scope).await?;
        if !webhooks::hold(&mut tx, scope, *id, (token, LEASE)).await? {
            return Ok(None);
        }
        // Read again each time: an owner may have named another address meanwhile.
        let endpoint = webhooks::find(&mut tx, scope, *id).await?;
        let delivery = deliveries::next(&mut tx, scope, *id).await?;
        let Some((endpoint, mut delivery)) = endpoint.zip(delivery) else {
            return Ok(None);
        };
        if !deliveries::begin(&mut tx, scope, &delivery, LEASE).await? {
            return Ok(None);
        }
        tx.commit().await?;
        delivery.attempts += 1;
        Ok(Some((endpoint, delivery)))
    }

    /// Notes what came of it, and switches off an endpoint that is no use.
    async fn note(
        &self,
        Waiting { scope, .. }: &Waiting,
        (mut endpoint, mut delivery): (WebhookEndpoint, Delivery),
        attempt: Attempt,
    ) -> db::Result<()> {
        let now = self.app.clock.now();
        let before = (endpoint.failing_since, endpoint.off);
        endpoint.heard(&attempt, now);
        delivery.tried(attempt, now);
        let mut tx = self.app.db.write(scope).await?;
        deliveries::note(&mut tx, scope, &delivery).await?;
        if before != (endpoint.failing_since, endpoint.off)
            && webhooks::note_health(&mut tx, scope, &endpoint).await?
        {
            self.say_off(&mut tx, scope, &endpoint).await?;
        }
        tx.commit().await
    }

    /// Says in the timeline of the workspace that an endpoint was switched off, and why.
    async fn say_off(
        &self,
        tx: &mut Tx,
        scope: &db::TenantScope,
        endpoint: &WebhookEndpoint,
    ) -> db::Result<()> {
        let now = self.app.clock.now();
        let why = match endpoint.off {
            Some((_, OffReason::Gone)) => "it answered that it is gone",
            _ => "nothing got through for five days",
        };
        let activity = Activity::of_workspace(
            ActivityId::new(&*self.app.ids),
            None,
            (
                format!("Switched off the webhook {}: {why}", endpoint.name),
                serde_json::json!({ "webhook": endpoint.id }),
            ),
            now,
        );
        record(tx, scope, &activity).await?;
        Ok(())
    }
}

#[cfg(test)]
impl Courier {
    /// Tells everybody everything, and delivers what is due, until nothing is.
    pub(super) async fn round(&self) {
        while tell::everybody(&self.app).await.unwrap() > 0 {}
        loop {
            let due = door::due(&self.app.db, 100).await.unwrap();
            if due.is_empty() {
                return;
            }
            let served = due.iter().map(|waiting| self.serve(waiting));
            for carried in futures::future::join_all(served).await {
                carried.unwrap();
            }
        }
    }
}
