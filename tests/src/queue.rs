//! The queue from behind: jobs that no website of ours would send, where a job stands, and what stands in its way.

use std::{process::Stdio, time::Duration};

use db::{
    PlatformScope,
    door::hosts,
    tenant::jobs::{self, NewJob},
    testing::{Obstacle, StoredJob, applied_steps, the_job},
};
use jiff::Timestamp;
use tokio::time::timeout;
use types::{EventKey, EventType, JobId, JobStatus};
use uuid::Uuid;

use crate::{FAIRFIELD, PATIENCE, Process, World};

/// How long it takes to believe that nobody will get to write.
const IN_VAIN: Duration = Duration::from_secs(2);

impl World {
    /// Puts a text in line as an event of fairfield, whatever it says. The same text is the same event.
    pub async fn enqueue(&self, event_type: &str, payload: &str) -> JobId {
        self.enqueue_from(None, event_type, payload).await
    }

    /// The same, by a request of this id.
    pub async fn enqueue_from(&self, request_id: Option<&str>, event_type: &str, payload: &str) -> JobId {
        let site = hosts::find(self.db(), &FAIRFIELD.parse().expect("it is a host"))
            .await
            .expect("the database answers")
            .expect("fairfield is there");
        let tenant_id = site.scope.tenant_id();
        let event_key = EventKey::from_submission(EventType::LeadSubmitted, tenant_id, payload);
        let digits = u128::from_str_radix(&event_key.as_str()[..32], 16).expect("a key is hexadecimal");
        let job = NewJob {
            id: JobId::from(Uuid::from_u128(digits)),
            event_key,
            event_type: event_type.to_owned(),
            payload: payload.to_owned(),
            request_id: request_id.map(str::to_owned),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let enqueued = jobs::enqueue(self.db(), &site.scope, job).await;
        enqueued.expect("the queue takes the event").job_id()
    }

    /// Everything about a job.
    pub async fn job(&self, id: JobId) -> StoredJob {
        the_job(self.db(), id).await
    }

    /// Puts something in the way of every batch, in the middle of its effects.
    pub async fn obstacle(&self) -> Obstacle {
        self.database().obstacle().await
    }

    /// Waits until a batch has come to the obstacle.
    pub async fn until_somebody_stands_before(&self, obstacle: &Obstacle) {
        let stands = async { while !obstacle.has_somebody().await {} };
        timeout(PATIENCE, stands)
            .await
            .expect("nobody came to the obstacle");
    }

    /// Makes a process stand still at a moment when it keeps nobody else from writing: stopped while it writes, it would
    /// keep the only lock that a file has, and there would be nothing to see.
    pub async fn freeze_between_writes(&self, process: &Process) {
        let platform = PlatformScope::of_command_line();
        let frozen = async {
            loop {
                process.freeze();
                if timeout(IN_VAIN, self.db().write(&platform)).await.is_ok() {
                    return;
                }
                process.thaw();
            }
        };
        timeout(PATIENCE, frozen).await.expect("it always writes");
    }

    /// Waits until the database answers this process and us again.
    pub async fn until_the_database_is_back(&self, process: &Process) {
        let probe = process.caller("localhost");
        let back = async {
            while probe.get("/readyz").await.status != 200 || applied_steps(self.db()).await == 0 {}
        };
        timeout(PATIENCE, back).await.expect("the database comes back");
    }

    /// Begins to migrate an empty database and ends it as a power cut does, in the middle; says whether it was in time.
    pub async fn kill_while_migrating(&self) -> bool {
        let mut migrating = self
            .command("admin", &["migrate"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("admin can be started");
        let begun = async { while applied_steps(self.db()).await == 0 {} };
        let begun = timeout(PATIENCE, begun).await;
        migrating.kill().expect("a child can be killed");
        migrating.wait().expect("a child that was killed ends");
        begun.expect("it begins");
        applied_steps(self.db()).await < i64::MAX
    }

    /// Waits until a job stands there.
    pub async fn until(&self, id: JobId, status: JobStatus) {
        let stands = async { while the_job(self.db(), id).await.status != status {} };
        timeout(PATIENCE, stands)
            .await
            .unwrap_or_else(|_| panic!("job {id} never was {status}"));
    }
}
