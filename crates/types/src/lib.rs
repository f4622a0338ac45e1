//! What the words of Freehold mean. Pure: no I/O, no driver; time and ids come in through traits.
//!
//! # Glossary, in reading order
//!
//! A **tenant** ([`Tenant`]) is a real-estate business that shares the installation with others. It answers to
//! **domains** ([`TenantDomain`]), pays for a **plan** ([`Plan`]) with **features** ([`Feature`]) and limits, of which
//! operators make **exceptions** ([`PlanOverride`]); what they switch for all tenants at once is a **flag**
//! ([`FeatureFlag`]). A tenant has a **website** ([`Website`]). A **visitor** is whoever looks at that website; what they
//! send is a **website event** ([`events`]), which waits as a **job** ([`JobStatus`]) until the worker has **ingested** it.
//!
//! A visitor who proves an e-mail address has an **account** ([`Account`]) at that website, with homes and searches they
//! keep ([`SavedSearch`]). What is written to people is a **mail** ([`Mail`]), which waits until it has been sent.
//!
//! What the website shows is the tenant's own: **documents** ([`content`]: towns, posts, answers), of which visitors see
//! the published revision, and **facts** ([`facts`]) about places, each with its source and its day.
//!
//! Ingesting finds or makes a **contact** ([`Contact`]: a person the tenant knows), opens a **lead** ([`Lead`]:
//! that person's wish), and leaves an **activity** ([`Activity`]: what happened). Every such effect is also a
//! **change** ([`Change`]) that open dashboards are told about. An event that looks as if a machine had sent it is
//! **held** ([`Suspicion`]) instead, until a member has looked. A new lead becomes somebody's by the first **rule**
//! ([`assignment`]) that matches it, or waits in the **pool** until a member **claims** it. What happens to a
//! member's leads behind their back, a **notice** ([`Notice`]) tells them. Everything that a tenant has, its owner takes
//! away as an **export** ([`TenantExport`]).
//!
//! A **person** signs in ([`SignIn`]); as a **member** ([`Member`]) of a tenant they have a **role** ([`Role`]), and become
//! one by an **invitation** ([`Invitation`]). A program acts with an
//! **API token** ([`ApiToken`]) that an owner made, within its **scopes** ([`ApiScope`]), and hears of changes by a
//! **webhook** ([`WebhookEndpoint`]), each of which is a **delivery** ([`Delivery`]) that is tried until it arrives. An **operator**
//! ([`Operator`]) runs the platform; what operators do is written to the **audit trail** ([`AuditEvent`]),
//! whose lines are hashes in a **chain** ([`ChainLink`]), and each can be shown to stand there by a **proof**
//! ([`AuditProof`]).

mod accounts;
mod activities;
mod api_tokens;
pub mod assignment;
mod audit;
pub mod audit_proof;
mod billing;
mod bulk;
mod bulk_edits;
pub mod calculators;
mod certificates;
mod changes;
mod clock;
pub mod consents;
mod contact_changes;
mod contacts;
pub mod content;
mod domain_proof;
mod domains;
pub mod effects;
pub mod email;
mod entitlements;
pub mod error_groups;
mod escalation;
pub mod event_key;
pub mod events;
pub mod excerpt;
mod exports;
pub mod facts;
mod feature_flags;
mod first_response;
pub mod heat;
pub mod hostname;
mod ids;
pub mod imports;
pub mod interest;
mod invitations;
pub mod jobs;
pub mod json_text;
mod lead_changes;
mod leads;
pub mod listings;
mod mails;
pub mod matching;
mod medium;
mod merging;
pub mod merkle;
pub mod misfit;
pub mod money;
pub mod notices;
mod office_hours;
mod operators;
mod paging;
mod patch;
mod people;
pub mod phone;
mod planned;
pub mod property;
mod reminders;
pub mod score;
mod sign_ins;
pub mod slug;
pub mod sources;
mod support;
mod suspicion;
mod tenants;
pub mod text;
mod text_enum;
mod theme;
mod tokens;
pub mod valuation;
mod views;
mod webhooks;
mod website;
pub mod words;

pub use accounts::{Account, SavedSearch};
pub use activities::{Activity, ActivityGroup, ActivityType};
pub use api_tokens::{ApiScope, ApiToken, TokenState, actor_name};
pub use audit::{Actor, AuditAction, AuditEvent, AuditStatus, ChainLink};
pub use audit_proof::{AuditProof, ProofFault};
pub use billing::{Entitlement, Feature, FeatureNotAllowed, Plan, TenantControlSettings};
pub use bulk::{BulkAction, BulkKind, BulkStatus, DeadLetterMove};
pub use bulk_edits::{
    Before, BulkChange, BulkEdit, BulkEditStatus, ContactBefore, DELETED_FOR, EditCounts, EditOutcome,
    EditSubject, EditedRecord, LeadBefore, LeadNumbers, MOST_NAMED, Meant, Unfit,
};
pub use certificates::{Certificate, CertificateStatus};
pub use changes::{Change, ChangeKind};
pub use clock::{Clock, TestClock};
pub use contact_changes::{ContactChange, ContactChangeError};
pub use contacts::Contact;
pub use domain_proof::{DomainCheck, DomainState, Findings, ProofRecord, ProofSearch, is_public};
pub use domains::{DomainChange, DomainChangeError};
pub use email::{Email, EmailError};
pub use entitlements::{Entitlements, Exception, Limit, LimitReached, PlanOverride, TraceStep};
pub use escalation::{Escalation, InSight};
pub use event_key::EventKey;
pub use events::{EventType, WebsiteEvent};
pub use exports::{ExportStatus, RemovedReason, TenantExport};
pub use feature_flags::{FeatureFlag, FlagState, Percentage, Switch};
pub use first_response::{FirstResponse, ResponseState};
pub use hostname::{Hostname, HostnameError};
pub use ids::{
    AccountId, ActivityId, ApiTokenId, AssignmentRuleId, AuditEventId, BulkActionId, BulkEditId, ContactId,
    DeliveryId, DomainId, EndpointId, ExportId, Ids, ImportId, InvitationId, JobId, LeadId, MailId, MergeId,
    NoticeId, OperatorId, PersonId, ReminderId, RevisionId, SavedSearchId, SessionId, SignInId,
    SupportSessionId, TenantId, TenantIdError, TestIds, ViewId,
};
pub use invitations::{Invitation, InvitationState};
pub use jobs::{FailureKind, JobStatus, RetryPolicy};
pub use lead_changes::{LeadChange, LeadChangeError, StatusMove};
pub use leads::{CloseReason, Lead, LeadProperty, LeadStatus, LeadType, MOST_TAGS, is_of_the_web};
pub use mails::Mail;
pub use medium::{Led, Medium};
pub use merging::{MOST_MERGED, MergeChoice, MergeError};
pub use money::{Money, MoneyError};
pub use notices::{Notice, NoticeKind};
pub use office_hours::OfficeHours;
pub use operators::{Operator, OperatorRole};
pub use paging::{Mark, Page, PageRequest, Pagination, whole_number};
pub use patch::Patch;
pub use people::{AgentsSee, Member, Role};
pub use phone::{Phone, PhoneError, PhoneText, Region, RegionError};
pub use planned::{PlannedTime, PlannedTimeError};
pub use property::{Baths, Beds, ListingType, PropertyType, Sqft};
pub use reminders::{Completion, Reminder, ReminderChange, ReminderOutcome};
pub use sign_ins::{SignIn, SignInOutcome, Whence};
pub use slug::{Slug, SlugError};
pub use support::{SupportEnd, SupportSession};
pub use suspicion::{HELD_FROM, Sign, Suspicion};
pub use tenants::{DomainStatus, ResolutionSource, Tenant, TenantContext, TenantDomain, TenantStatus};
pub use text::{Private, Text, TextError};
pub use text_enum::UnknownWord;
pub use theme::{
    Colour, ColourError, Colours, Drawing, DrawingError, Faint, Logo, Monogram, MonogramError, Outline,
    OwnLook, Palette, Theme, ThemeColour, TypePairing,
};
pub use tokens::TokenHash;
pub use views::{ListKind, SavedView, ViewChange};
pub use webhooks::{Attempt, Delivery, DeliveryStatus, OffReason, WebhookEndpoint, WebhookEvent};
pub use website::{ModuleKey, PostalAddress, ThemePreset, Website, WebsiteModule};
