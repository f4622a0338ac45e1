//! `/api/openapi.json`: what the API takes and answers, for programs that write programs.

mod assignment;
mod many;
mod people;
mod programs;
mod sources;

use std::sync::LazyLock;

use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use server::{
    json,
    openapi::{Document, Route},
};
use types::{ActivityType, CloseReason, LeadStatus, LeadType, ListKind, ListingType, ResolutionSource, Role};

/// Shows the description.
pub(crate) async fn show() -> Response {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document().finish(env!("CARGO_PKG_VERSION")));
    json::plain(StatusCode::OK, &*DOCUMENT)
}

fn document() -> Document {
    let document = Document::new("Freehold CRM");
    let named = [words, records, changes];
    let described = [
        session,
        leads,
        assignment::assignment,
        assignment::notices,
        contacts,
        many::duplicates,
        many::imports,
        many::bulk_edits,
        many::bulk_edits_of_contacts,
        activities,
        reminders,
        views,
        sources::sources,
        people::members,
        people::invitations,
        programs::tokens,
        programs::webhooks,
        many::exports,
        live,
    ];
    let document = named.into_iter().fold(document, |document, add| add(document));
    described
        .into_iter()
        .fold(document, |document, add| add(document))
}

fn words(document: Document) -> Document {
    document
        .words("LeadStatus", LeadStatus::ALL)
        .words("LeadType", LeadType::ALL)
        .words("CloseReason", CloseReason::ALL)
        .words("PropertyType", ListingType::ALL)
        .words("ActivityType", ActivityType::ALL)
        .words("ListKind", ListKind::ALL)
        .words("Role", Role::ALL)
        .words("ResolutionSource", ResolutionSource::ALL)
}

fn records(document: Document) -> Document {
    document
        .shape("User", "{ id: uuid, email: email, name: text }")
        .shape(
            "TenantContext",
            "{ tenantId: text, tenantSlug: text, tenantDomain: text, source: ResolutionSource }",
        )
        .shape(
            "Lead",
            "{ id: uuid, contactId: uuid | null, contact: ContactOfLead | null, status: LeadStatus,
               leadType: LeadType, source: text, timeframe: text | null, notes: text | null,
               listingId: text | null, listingUrl: text | null, listingAddress: text | null,
               propertyType: text | null, beds: integer | null, baths: number | null, sqft: integer | null,
               priceMin: integer | null, priceMax: integer | null, assignedTo: uuid | null,
               nextActionAt: time | null, nextActionNote: text | null, lastContactAt: time | null,
               closeReason: CloseReason | null, tags: text[], score: Score, version: integer, createdAt: time,
               updatedAt: time }",
        )
        .shape("Score", "{ value: integer, label: text, reasons: ScoreReason[] }")
        .shape(
            "ScoreReason",
            "{ name: text, points: integer, most: integer, because: text }",
        )
        .shape(
            "ContactOfLead",
            "{ id: uuid, fullName: text | null, email: email | null, phone: text | null }",
        )
        .shape(
            "Contact",
            "{ id: uuid, fullName: text | null, email: email | null, emailNormalized: email | null,
               phone: text | null, phoneNormalized: text | null, source: text, tags: text[],
               createdAt: time, updatedAt: time }",
        )
        .shape(
            "Activity",
            "{ id: uuid, activityType: ActivityType, leadId: uuid | null, contactId: uuid | null,
               occurredAt: time, summary: text, metadata: any, actor: Actor | null, version: integer }",
        )
        .shape("Actor", "{ id: uuid, name: text | null }")
        .shape(
            "SiteAccount",
            "{ email: email, firstName: text | null, lastName: text | null, createdAt: time, savedHomes: text[],
               savedSearches: SavedSearch[] }",
        )
        .shape("WrittenMail", "{ to: email, writtenAt: time, sentAt: time | null }")
        .shape("HeldForm", "{ sentAt: time, heldAt: time, discardedAt: time | null, form: any }")
        .shape(
            "FormerContact",
            "{ mergeId: uuid, mergedAt: time, undoneAt: time | null, was: Contact }",
        )
        .shape(
            "SavedSearch",
            "{ name: text, query: text, alerts: boolean, createdAt: time }",
        )
        .shape(
            "Reminder",
            "{ id: uuid, title: text, dueAt: time, leadId: uuid | null, contactId: uuid | null,
               contactName: text | null, assignedTo: uuid, assigneeName: text | null, createdBy: uuid,
               completedAt: time | null, completedBy: uuid | null, escalatedAt: time | null, version: integer, createdAt: time,
               updatedAt: time }",
        )
}

/// What is taken about them.
fn changes(document: Document) -> Document {
    document
        .shape(
            "LeadOpening",
            "{ leadType?: LeadType, contactId?: uuid | null, listingId?: text | null, listingUrl?: text | null,
               status?: LeadStatus, closeReason?: CloseReason | null, timeframe?: text | null,
               notes?: text | null, listingAddress?: text | null, propertyType?: PropertyType | null,
               beds?: integer | null, baths?: number | null, sqft?: integer | null,
               priceMin?: integer | null, priceMax?: integer | null, assignedTo?: uuid | null,
               nextActionAt?: time | null, nextActionNote?: text | null, tags?: text[] | null }",
        )
        .shape(
            "LeadChange",
            "{ status?: LeadStatus, closeReason?: CloseReason | null, timeframe?: text | null,
               notes?: text | null, listingAddress?: text | null, propertyType?: PropertyType | null,
               beds?: integer | null, baths?: number | null, sqft?: integer | null,
               priceMin?: integer | null, priceMax?: integer | null, assignedTo?: uuid | null,
               nextActionAt?: time | null, nextActionNote?: text | null, tags?: text[] | null }",
        )
        .shape(
            "ContactChange",
            "{ fullName?: text | null, email?: email | null, phone?: text | null, tags?: text[] | null }",
        )
}

fn session(document: Document) -> Document {
    document.sessions(
        "user: User, role: Role, tenant: TenantContext",
        "{ email?: email, password?: text, idToken?: text }",
    )
}

fn leads(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, lead: Lead }";
    document
        .route(
            Route::new("GET /api/leads", "Lists leads, newest first.")
                .asks(
                    "{ status?: LeadStatus, leadType?: LeadType, source?: text, contactId?: uuid, tag?: text,
                       assignedTo?: uuid, q?: text, needs?: 'response' | 'action', nextAction?: 'overdue',
                       nextActionTo?: text, response?: 'waiting' | 'late' | 'overdue', createdFrom?: text,
                       createdTo?: text, answered?: 'yes' | 'in_time' | 'no',
                       reached?: 'qualified' | 'appointment', hot?: 'true',
                       sort?: '-createdAt' | 'createdAt' | '-updatedAt' | 'updatedAt' | '-lastContactAt' | 'lastContactAt' |
                              'nextActionAt' | '-nextActionAt' | '-price' | 'price' }",
                )
                .pages("leads", "Lead"),
        )
        .route(
            Route::new(
                "POST /api/leads",
                "Opens a lead by hand, with all a change may say.",
            )
            .takes("LeadOpening")
            .answers(201, ONE),
        )
        .route(Route::new("GET /api/leads/{id}", "Shows a lead.").answers(200, ONE))
        .route(
            Route::new("PATCH /api/leads/{id}", "Changes what is named; null clears.")
                .takes("LeadChange")
                .answers(200, ONE),
        )
        .route(Route::new("DELETE /api/leads/{id}", "Takes a lead away.").answers(200, "{ tenantId: text }"))
}

fn contacts(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, contact: Contact }";
    document
        .route(
            Route::new("GET /api/contacts", "Lists contacts, newest first.")
                .asks("{ source?: text, tag?: text, search?: text, sort?: '-createdAt' | 'createdAt' | 'name' | '-name' }")
                .pages("contacts", "Contact"),
        )
        .route(
            Route::new("POST /api/contacts", "Adds somebody, by an e-mail or a phone.")
                .takes("ContactChange")
                .answers(
                    201,
                    "{ tenantId: text, contact: Contact, possibleDuplicates: uuid[] }",
                ),
        )
        .shape("Consents", "{ email: Consent | null, calls: Consent | null }")
        .shape("Consent", "{ allowed: boolean, since: time }")
        .route(
            Route::new(
                "GET /api/contacts/{id}",
                "Shows a contact, and what marketing they allowed.",
            )
            .answers(200, "{ tenantId: text, contact: Contact, consents: Consents }"),
        )
        .route(
            Route::new("PATCH /api/contacts/{id}", "Changes what is named; null clears.")
                .takes("ContactChange")
                .answers(200, ONE),
        )
        .route(
            Route::new(
                "DELETE /api/contacts/{id}",
                "Takes a contact away; their leads stay.",
            )
            .answers(200, "{ tenantId: text }"),
        )
        .route(Route::new("GET /api/contacts/{id}/vcard", "A contact as a vCard.").answers_as("text/vcard"))
        .route(
            Route::new(
                "GET /api/contacts/{id}/export",
                "Everything that is known of a person: JSON, or with `format=html` a page to read.",
            )
            .asks("{ format?: text }")
            .answers(
                200,
                "{ tenantId: text, exportedAt: time, contact: Contact, leads: Lead[], activities: Activity[],
                   reminders: Reminder[], account: SiteAccount | null, formerAccounts: SiteAccount[],
                   mails: WrittenMail[], heldForms: HeldForm[], merges: FormerContact[], truncated: text[] }",
            ),
        )
        .route(
            Route::new(
                "POST /api/contacts/{id}/erase",
                "Forgets a person, for good. Owners only.",
            )
            .answers(200, "{ tenantId: text }"),
        )
}

fn activities(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, activity: Activity }";
    document
        .route(
            Route::new("GET /api/activities", "Lists what happened, newest first.")
                .asks("{ leadId?: uuid, contactId?: uuid, activityType?: ActivityType }")
                .pages("activities", "Activity"),
        )
        .route(
            Route::new("POST /api/activities", "Writes down what a member did.")
                .takes(
                    "{ summary: text, leadId?: uuid | null, contactId?: uuid | null,
                       activityType?: 'note' | 'call_logged' | 'text_logged' | 'email_logged' |
                                      'appointment_logged' }",
                )
                .answers(201, ONE),
        )
        .route(Route::new("GET /api/activities/{id}", "Shows an activity.").answers(200, ONE))
        .route(
            Route::new("PATCH /api/activities/{id}", "Changes what a member logged.")
                .takes("{ summary?: text, occurredAt?: time }")
                .answers(200, ONE),
        )
        .route(
            Route::new("DELETE /api/activities/{id}", "Takes back what a member logged.")
                .answers(200, "{ tenantId: text }"),
        )
}

fn reminders(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, reminder: Reminder }";
    document
        .route(
            Route::new("GET /api/reminders", "Lists reminders, open or done.")
                .asks(
                    "{ status?: 'open' | 'done', due?: 'overdue' | 'today', dueBefore?: text, leadId?: uuid,
                       contactId?: uuid, assignedTo?: uuid | 'me' }",
                )
                .pages("reminders", "Reminder"),
        )
        .route(
            Route::new("POST /api/reminders", "Writes a reminder down.")
                .takes(
                    "{ title: text, dueAt: time, leadId?: uuid | null, contactId?: uuid | null,
                       assignedTo?: uuid | null }",
                )
                .answers(201, ONE),
        )
        .route(Route::new("GET /api/reminders/{id}", "Shows a reminder.").answers(200, ONE))
        .route(
            Route::new("PATCH /api/reminders/{id}", "Changes, completes or reopens it.")
                .takes("{ title?: text, dueAt?: time, assignedTo?: uuid, completed?: boolean }")
                .answers(200, ONE),
        )
        .route(Route::new("DELETE /api/reminders/{id}", "Takes it away.").answers(200, "{ tenantId: text }"))
}

fn views(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, view: View }";
    document
        .shape(
            "View",
            "{ id: uuid, list: ListKind, name: text, query: text, ownerId: uuid, isShared: boolean,
               createdAt: time, updatedAt: time }",
        )
        .route(
            Route::new("GET /api/views", "Lists one's own views and the shared ones.")
                .asks("{ list?: ListKind }")
                .pages("views", "View"),
        )
        .route(
            Route::new(
                "POST /api/views",
                "Saves a view: the query of a list's address, under a name.",
            )
            .takes("{ name: text, list?: ListKind, query?: text, isShared?: boolean }")
            .answers(201, ONE),
        )
        .route(
            Route::new("PATCH /api/views/{id}", "Changes what is named.")
                .takes("{ name?: text, query?: text, isShared?: boolean }")
                .answers(200, ONE),
        )
        .route(Route::new("DELETE /api/views/{id}", "Takes a view away.").answers(200, "{ tenantId: text }"))
        .route(
            Route::new(
                "GET /api/leads.csv",
                "The list of leads as a file, in these columns.",
            )
            .asks("{ status?: LeadStatus, q?: text, column?: text, id?: uuid, bom?: integer }")
            .answers_as("text/csv"),
        )
        .route(
            Route::new(
                "GET /api/contacts.csv",
                "The list of contacts as a file, in these columns.",
            )
            .asks("{ source?: text, search?: text, column?: text, id?: uuid, bom?: integer }")
            .answers_as("text/csv"),
        )
        .route(
            Route::new("GET /api/contacts.vcf", "The list of contacts as vCards.")
                .asks("{ source?: text, tag?: text, search?: text, id?: uuid, sort?: text }")
                .answers_as("text/vcard"),
        )
}

fn live(document: Document) -> Document {
    document
        .route(
            Route::new("GET /api/summary", "Counts everything, exactly.").answers(
                200,
                "{ tenantId: text, contactCount: integer, leadCount: integer, activityCount: integer,
               newLeadCount: integer, qualifiedLeadCount: integer, nurturingLeadCount: integer,
               wonLeadCount: integer, lostLeadCount: integer, waitingLeadCount: integer,
               recentLeadCount: integer }",
            ),
        )
        .route(
            Route::new(
                "GET /api/events/stream",
                "Server-sent events: what changes, as it changes.",
            )
            .asks("{ lastEventId?: integer }")
            .answers_as("text/event-stream"),
        )
}
