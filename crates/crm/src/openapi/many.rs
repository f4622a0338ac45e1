//! What is about many records at once: pairs that may be one person, files, bulk edits and exports.

use server::openapi::{Document, Route};
use types::{
    BulkEditStatus, ExportStatus, RemovedReason,
    imports::{Delimiter, ImportStatus, Target},
};

pub(super) fn duplicates(document: Document) -> Document {
    document
        .shape(
            "Duplicate",
            "{ contacts: Contact[], reason: text, reasonText: text, score: integer, createdAt: time }",
        )
        .shape(
            "Moved",
            "{ leads: integer, activities: integer, reminders: integer }",
        )
        .route(
            Route::new(
                "GET /api/duplicates",
                "Lists pairs of contacts that may be one person.",
            )
            .pages("duplicates", "Duplicate"),
        )
        .route(
            Route::new("POST /api/duplicates/dismiss", "Says that a pair is two people.")
                .takes("{ contactIds: uuid[] }")
                .answers(200, "{ tenantId: text }"),
        )
        .route(
            Route::new("POST /api/contacts/merge", "Makes one contact of two to ten.")
                .takes(
                    "{ contactIds: uuid[], keepId?: uuid | null, dryRun?: boolean,
                       fields?: { fullName?: uuid, email?: uuid, phone?: uuid }, versions?: any }",
                )
                .answers(
                    200,
                    "{ tenantId: text, dryRun: boolean, contact: Contact, consents: Consents,
                       merge: { id: uuid | null, keptId: uuid, mergedIds: uuid[], moved: Moved, versions: any } }",
                ),
        )
        .route(
            Route::new(
                "POST /api/contacts/merge/{id}/undo",
                "Gives everybody back what was theirs before a merge.",
            )
            .asks("{ force?: boolean }")
            .answers(
                200,
                "{ tenantId: text, merge: { id: uuid }, contacts: Contact[] }",
            ),
        )
}

pub(super) fn imports(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, import: Import }";
    document
        .words("ImportStatus", ImportStatus::ALL)
        .words("ImportTarget", Target::ALL)
        .words("ImportDelimiter", Delimiter::ALL)
        .shape(
            "Import",
            "{ id: uuid, fileName: text, status: ImportStatus, dryRun: boolean, format: ImportFormat | null,
               columns: ImportColumn[], rowCount: integer, rowsDone: integer, counts: ImportCounts, errors: ImportError[],
               notes: ImportError[], createdBy: uuid, createdAt: time, updatedAt: time }",
        )
        .shape("ImportFormat", "{ delimiter: ImportDelimiter, encoding: text, hasHeader: boolean }")
        .shape("ImportColumn", "{ name: text, target: ImportTarget }")
        .shape(
            "ImportCounts",
            "{ new: integer, updated: integer, duplicate: integer, error: integer, takenBack: integer,
               kept: integer }",
        )
        .shape("ImportError", "{ row: integer, column: text | null, reason: text | null }")
        .route(Route::new("GET /api/imports", "Lists imports, newest first.").pages("imports", "Import"))
        .route(
            Route::new(
                "POST /api/imports",
                "Takes contacts in: as JSON, text/csv, text/vcard, or a form with a file. A long file is 202.",
            )
            .asks("{ dryRun?: boolean, fileName?: text, mapping?: text, delimiter?: ImportDelimiter, encoding?: text }")
            .takes(
                "{ csv: text, dryRun?: boolean, fileName?: text | null, mapping?: any,
                   delimiter?: ImportDelimiter | null }",
            )
            .takes_as(&["text/csv", "text/tab-separated-values", "text/vcard", "multipart/form-data"])
            .answers(201, ONE)
            .answers(202, ONE),
        )
        .route(Route::new("GET /api/imports/{id}", "Says how far an import is.").answers(200, ONE))
        .route(
            Route::new(
                "POST /api/imports/{id}/start",
                "Imports what was checked, or checks it again.",
            )
            .takes("{ dryRun?: boolean, mapping?: any }")
            .answers(200, ONE)
            .answers(202, ONE),
        )
        .route(
            Route::new(
                "POST /api/imports/{id}/undo",
                "Takes out again what nobody touched since.",
            )
            .answers(200, ONE)
            .answers(202, ONE),
        )
        .route(
            Route::new(
                "GET /api/imports/{id}/errors.csv",
                "The rows that could not be read, each with why; with `notes`, those of which something was left out.",
            )
            .asks("{ notes?: boolean }")
            .answers_as("text/csv"),
        )
}

pub(super) fn bulk_edits(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, bulkEdit: BulkEdit }";
    document
        .words("BulkEditStatus", BulkEditStatus::ALL)
        .shape(
            "BulkEdit",
            "{ id: uuid, status: BulkEditStatus, change: any, list: text | null, leadCount: integer,
               leadsDone: integer, counts: EditCounts, skipped: SkippedLead[], undoUntil: time | null,
               createdBy: uuid, createdAt: time, updatedAt: time }",
        )
        .shape(
            "EditCounts",
            "{ changed: integer, same: integer, skipped: integer, putBack: integer, kept: integer }",
        )
        .shape("SkippedLead", "{ leadId: uuid, reason: text | null }")
        .route(
            Route::new("GET /api/bulk-edits", "Lists changes to many leads, newest first.")
                .pages("bulkEdits", "BulkEdit"),
        )
        .route(
            Route::new(
                "POST /api/bulk-edits",
                "Makes one change to the leads named, or to all that a list with this filter shows. Many are 202.",
            )
            .takes(
                "{ leadIds?: uuid[], filter?: any, status?: LeadStatus, closeReason?: CloseReason | null,
                   assignedTo?: uuid | null, addTag?: text, removeTag?: text, delete?: boolean, dryRun?: boolean }",
            )
            .answers(201, ONE)
            .answers(202, ONE),
        )
        .route(
            Route::new("GET /api/bulk-edits/{id}", "Says how far it is, and what it left alone.")
                .answers(200, ONE),
        )
        .route(
            Route::new(
                "POST /api/bulk-edits/{id}/undo",
                "Puts back what nobody touched since.",
            )
            .answers(200, ONE),
        )
}

pub(super) fn bulk_edits_of_contacts(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, bulkEdit: ContactsEdit }";
    document
        .shape(
            "ContactsEdit",
            "{ id: uuid, status: BulkEditStatus, change: any, list: text | null, contactCount: integer,
               contactsDone: integer, counts: EditCounts, skipped: SkippedContact[], undoUntil: time | null,
               createdBy: uuid, createdAt: time, updatedAt: time }",
        )
        .shape("SkippedContact", "{ contactId: uuid, reason: text | null }")
        .route(
            Route::new("GET /api/contacts/bulk-edits", "Lists changes to many contacts, newest first.")
                .pages("bulkEdits", "ContactsEdit"),
        )
        .route(
            Route::new(
                "POST /api/contacts/bulk-edits",
                "Makes one change to the contacts named, or to all that a list with this filter shows. Many are 202.",
            )
            .takes(
                "{ contactIds?: uuid[], filter?: any, addTag?: text, removeTag?: text, delete?: boolean,
                   dryRun?: boolean }",
            )
            .answers(201, ONE),
        )
        .route(
            Route::new(
                "GET /api/contacts/bulk-edits/{id}",
                "Says how far it is, and what it left alone.",
            )
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "POST /api/contacts/bulk-edits/{id}/undo",
                "Puts back what nobody touched since.",
            )
            .answers(200, ONE),
        )
}

pub(super) fn exports(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, export: Export }";
    document
        .words("ExportStatus", ExportStatus::ALL)
        .words("ExportRemovedReason", RemovedReason::ALL)
        .shape(
            "Export",
            "{ id: uuid, status: ExportStatus, removedReason: ExportRemovedReason | null, filesDone: integer,
               fileCount: integer, rowCount: integer, byteCount: integer, sha256: text | null, createdBy: uuid,
               createdAt: time, finishedAt: time | null, expiresAt: time | null, downloadCount: integer,
               lastDownloadedAt: time | null }",
        )
        .route(
            Route::new(
                "GET /api/exports",
                "Lists exports of everything: the newest twenty. Like all about exports, for owners who sign in.",
            )
            .answers(200, "{ tenantId: text, exports: Export[] }"),
        )
        .route(
            Route::new(
                "POST /api/exports",
                "Begins an export, or tells the one that is being prepared.",
            )
            .answers(202, ONE),
        )
        .route(Route::new("GET /api/exports/{id}", "Shows an export.").answers(200, ONE))
        .route(
            Route::new(
                "GET /api/exports/{id}/file",
                "Its file. Takes Range and If-Range; Repr-Digest is its SHA-256.",
            )
            .answers_as("application/zip"),
        )
}
