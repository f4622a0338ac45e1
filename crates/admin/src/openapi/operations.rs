//! The queue and the audit trail, described, and who may do what.

use server::openapi::{Document, Route};
use types::{AuditAction, AuditStatus, BulkKind, BulkStatus, FailureKind, JobStatus};

pub(super) fn shapes(document: Document) -> Document {
    document
        .words("JobStatus", JobStatus::ALL)
        .words("FailureKind", FailureKind::ALL)
        .shape(
            "QueueLine",
            "{ tenantId: text, eventType: text, pending: integer, processing: integer, deadLetter: integer,
               processed: integer, processedPerHour: number, oldestPendingSeconds: integer | null,
               trend: QueueTrend | null }",
        )
        .shape(
            "QueueTrend",
            "{ depth: integer[], done: integer[], oldestHours: integer[], failures: integer[] }",
        )
        .words("BulkKind", BulkKind::ALL)
        .words("BulkStatus", BulkStatus::ALL)
        .shape(
            "BulkAction",
            "{ id: uuid, kind: BulkKind, why: text | null, tenantId: text | null, reason: text | null,
               chosen: integer | null, meant: integer, moved: integer, skipped: integer, status: BulkStatus, startedBy: text,
               startedAt: time, updatedAt: time, endedAt: time | null }",
        )
        .shape(
            "DeadLetter",
            "{ id: uuid, tenantId: text, eventType: text, attemptCount: integer, lastError: text | null,
               deadLetteredAt: time | null, nextAttemptAt: time }",
        )
        .shape(
            "ErrorGroup",
            "{ fingerprint: text, pattern: text, count: integer, tenantIds: text[], eventTypes: text[],
               firstAt: time, lastAt: time, exampleJobId: uuid }",
        )
        .shape(
            "JobAttempt",
            "{ number: integer, worker: text, startedAt: time, finishedAt: time, errorClass: FailureKind | null,
               message: text, error: text }",
        )
        .shape(
            "Job",
            "{ id: uuid, tenantId: text, eventType: text, eventKey: text, status: JobStatus,
               attemptCount: integer, lastError: text | null, createdAt: time, nextAttemptAt: time,
               processedAt: time | null, deadLetteredAt: time | null, requestId: text | null,
               attempts: JobAttempt[], payload: any, payloadRedacted: boolean }",
        )
        .shape(
            "FormerEvent",
            "{ number: integer, payload: any, reason: text, replacedBy: text, replacedAt: time }",
        )
        .shape("Ineligible", "{ jobId: uuid, reason: text }")
        .shape("Permission", "{ name: text, may: text, roles: OperatorRole[] }")
}

pub(super) fn shapes_of_the_trail(document: Document) -> Document {
    document
        .words("AuditAction", AuditAction::ALL)
        .words("AuditStatus", AuditStatus::ALL)
        .shape(
            "AuditEvent",
            "{ id: uuid, occurredAt: time, actorId: text, actorRole: text, action: AuditAction,
               status: AuditStatus, tenantId: text | null, details: any, requestId: text | null,
               attemptId: uuid | null }",
        )
        .shape(
            "AuditProof",
            "{ format: text, line: ProvenLine, previousHash: text, hash: text, path: text[],
               checkpoint: ProvenCheckpoint }",
        )
        .shape(
            "ProvenLine",
            "{ seq: integer, id: uuid, occurredAt: time, actorId: text, actorRole: text, action: AuditAction,
               status: AuditStatus, tenantId: text | null, details: text, requestId: text | null,
               attemptId: uuid | null }",
        )
        .shape(
            "ProvenCheckpoint",
            "{ firstSeq: integer, lastSeq: integer, root: text, signedAt: time, keyId: text, publicKey: text,
               signature: text }",
        )
}

pub(super) fn audit(document: Document) -> Document {
    document
        .route(
            Route::new("GET /api/admin-audit", "Lists who did what, newest first.")
                .asks(
                    "{ tenantId?: text, status?: AuditStatus, action?: AuditAction, actorId?: text, from?: time,
                       to?: time, q?: text, limit?: integer, offset?: integer, cursor?: text }",
                )
                .answers(
                    200,
                    "{ scope: 'tenant' | 'global', tenantId: text | null, events: AuditEvent[],
                       pagination: Pagination }",
                ),
        )
        .route(
            Route::new("GET /api/admin-audit/{event}", "Shows one line of the trail.")
                .answers(200, "{ event: AuditEvent }"),
        )
        .route(
            Route::new(
                "GET /api/admin-audit/{event}/proof",
                "Gives the proof that a line stands in the signed trail.",
            )
            .answers(200, "{ proof: AuditProof }"),
        )
        .route(
            Route::new(
                "GET /api/admin-audit/public-key",
                "Says which key proofs are signed with.",
            )
            .answers(200, "{ keyId: text, algorithm: text, publicKey: text, pem: text }"),
        )
        .route(
            Route::new("GET /api/permissions", "Says who may do what.")
                .answers(200, "{ roles: OperatorRole[], permissions: Permission[] }"),
        )
}

pub(super) fn queue(document: Document) -> Document {
    const WHOSE: &str = "{ tenantId?: text }";
    const SWITCHED: &str = "{ paused: boolean, tenantId: text, changed: boolean }";
    let document = document
        .route(
            Route::new(
                "GET /api/queue",
                "Counts what is in the queue, by tenant and type.",
            )
            .asks("{ hours?: integer }")
            .answers(
                200,
                "{ hours: integer, pending: integer, processing: integer, deadLetter: integer,
                       processed: integer, oldestPendingSeconds: integer | null, paused: text[],
                       lines: QueueLine[] }",
            ),
        )
        .route(
            Route::new(
                "POST /api/queue/pause",
                "Lets jobs wait, of one tenant or of all.",
            )
            .takes(WHOSE)
            .answers(200, SWITCHED),
        )
        .route(
            Route::new("POST /api/queue/resume", "Lets paused jobs go on.")
                .takes(WHOSE)
                .answers(200, SWITCHED),
        );
    jobs(document)
}

fn jobs(document: Document) -> Document {
    document
        .route(
            Route::new(
                "GET /api/queue/jobs/{job}",
                "Shows a job, its event without the visitor.",
            )
            .answers(200, "{ job: Job }"),
        )
        .route(
            Route::new(
                "POST /api/queue/jobs/{job}/payload",
                "Shows a job's event as it came; the trail tells who looked.",
            )
            .keeps_no_answer()
            .takes("{}")
            .answers(200, "{ jobId: uuid, payload: any, former: FormerEvent[] }"),
        )
        .route(
            Route::new(
                "POST /api/queue/jobs/{job}/event",
                "Mends a dead letter's event, keeps what it was, and puts it back in line.",
            )
            .takes("{ payload: any, reason: text }")
            .answers(200, "{ jobId: uuid, requeued: boolean }"),
        )
        .route(
            Route::new(
                "POST /api/queue/jobs/{job}/abandon",
                "Makes a dead letter of a job that failed and waits to be tried again.",
            )
            .takes("{ reason: text }")
            .answers(200, "{ jobId: uuid, abandoned: boolean }"),
        )
}

pub(super) fn dead_letters(document: Document) -> Document {
    document
        .route(
            Route::new(
                "GET /api/queue/dead-letters",
                "Lists jobs that were given up, the last first.",
            )
            .asks("{ tenantId?: text, reason?: text, limit?: integer, offset?: integer, count?: boolean }")
            .answers(
                200,
                "{ tenantId: text, limit: integer, offset: integer, count: integer, includePayload: boolean,
                       jobs: DeadLetter[], pagination: Pagination }",
            ),
        )
        .route(
            Route::new("GET /api/queue/groups", "Lists what dead letters died of.")
                .asks("{ tenantId?: text }")
                .answers(200, "{ tenantId: text, count: integer, groups: ErrorGroup[] }"),
        )
        .route(
            Route::new(
                "POST /api/queue/dead-letters/requeue",
                "Puts dead letters back in line.",
            )
            .takes(
                "{ jobId?: uuid, jobIds?: uuid[], tenantId?: text, reason?: text, limit?: integer,
                       offset?: integer, all?: boolean, dryRun?: boolean }",
            )
            .answers(
                200,
                "{ jobId?: uuid, requeued?: boolean, requeuedCount: integer, skippedCount?: integer,
                       ineligible?: Ineligible[], tenantId?: text, limit?: integer | null, offset?: integer,
                       dryRun?: boolean, bulkActionId?: uuid | null, status?: BulkStatus | null }",
            ),
        )
        .route(
            Route::new(
                "POST /api/queue/dead-letters/discard",
                "Gives dead letters up for good.",
            )
            .takes(
                "{ jobId?: uuid, jobIds?: uuid[], tenantId?: text, reason?: text, limit?: integer,
                       offset?: integer, all?: boolean, dryRun?: boolean, why?: text }",
            )
            .answers(
                200,
                "{ jobId?: uuid, discarded?: boolean, discardedCount: integer, skippedCount?: integer,
                       ineligible?: Ineligible[], tenantId?: text, limit?: integer | null, offset?: integer,
                       dryRun?: boolean, bulkActionId?: uuid | null, status?: BulkStatus | null }",
            ),
        )
}

pub(super) fn bulk_actions(document: Document) -> Document {
    const ONE: &str = "{ action: BulkAction }";
    document
        .route(
            Route::new(
                "GET /api/queue/actions",
                "Lists what was done to many dead letters at once, the newest first.",
            )
            .answers(200, "{ actions: BulkAction[] }"),
        )
        .route(
            Route::new(
                "GET /api/queue/actions/{action}",
                "Says how far a bulk action is.",
            )
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "POST /api/queue/actions/{action}/stop",
                "Stops a bulk action; what was moved stays moved.",
            )
            .takes("{}")
            .answers(200, ONE),
        )
}
