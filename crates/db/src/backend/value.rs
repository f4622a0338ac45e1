//! How a value of ours lies in each database: the only place that knows.

use jiff::Timestamp;
use sqlx::{Postgres, Sqlite, error::BoxDynError};
use types::{
    AccountId, ActivityId, ActivityType, AgentsSee, ApiTokenId, AssignmentRuleId, AuditAction, AuditEventId,
    AuditStatus, BulkActionId, BulkEditId, BulkEditStatus, BulkKind, BulkStatus, CertificateStatus,
    ChangeKind, CloseReason, ContactId, DeliveryId, DeliveryStatus, DomainCheck, DomainId, DomainStatus,
    EditOutcome, EditSubject, Email, EndpointId, ExportId, ExportStatus, Feature, FlagState, Hostname,
    ImportId, InvitationId, JobId, JobStatus, LeadId, LeadStatus, LeadType, ListKind, ListingType, MailId,
    MergeId, ModuleKey, Money, NoticeId, NoticeKind, OffReason, OperatorId, OperatorRole, PersonId, Plan,
    ReminderId, RemovedReason, RevisionId, Role, SavedSearchId, SessionId, SignInId, SignInOutcome, Slug,
    SupportEnd, SupportSessionId, TenantId, TenantStatus, ViewId, WebhookEvent,
    assignment::TargetKind,
    content::{DocumentKind, RevisionStatus},
    imports::{Delimiter, ImportStatus, RowOutcome},
    listings::ListingStatus,
};
use uuid::Uuid;

/// A type SQLite's driver carries.
pub(crate) trait SqliteNative:
    Send + 'static + sqlx::Type<Sqlite> + for<'q> sqlx::Encode<'q, Sqlite> + for<'r> sqlx::Decode<'r, Sqlite>
{
}
impl<T> SqliteNative for T where
    T: Send
        + 'static
        + sqlx::Type<Sqlite>
        + for<'q> sqlx::Encode<'q, Sqlite>
        + for<'r> sqlx::Decode<'r, Sqlite>
{
}

/// A type PostgreSQL's driver carries.
pub(crate) trait PostgresNative:
    Send
    + 'static
    + sqlx::Type<Postgres>
    + for<'q> sqlx::Encode<'q, Postgres>
    + for<'r> sqlx::Decode<'r, Postgres>
{
}
impl<T> PostgresNative for T where
    T: Send
        + 'static
        + sqlx::Type<Postgres>
        + for<'q> sqlx::Encode<'q, Postgres>
        + for<'r> sqlx::Decode<'r, Postgres>
{
}

/// A value that can be bound, and read back the same, on either database.
pub(crate) trait Value: Sized {
    /// What it is in SQLite.
    type Sqlite: SqliteNative;
    /// What it is in PostgreSQL.
    type Postgres: PostgresNative;

    /// The value for SQLite.
    fn into_sqlite(self) -> Self::Sqlite;
    /// The value for PostgreSQL.
    fn into_postgres(self) -> Self::Postgres;
    /// The value from SQLite; an error when nobody here could have written it.
    fn from_sqlite(stored: Self::Sqlite) -> Result<Self, BoxDynError>;
    /// The value from PostgreSQL; an error when nobody here could have written it.
    fn from_postgres(stored: Self::Postgres) -> Result<Self, BoxDynError>;
}

impl<T: Value> Value for Option<T>
where
    Option<T::Sqlite>: SqliteNative,
    Option<T::Postgres>: PostgresNative,
{
    type Sqlite = Option<T::Sqlite>;
    type Postgres = Option<T::Postgres>;

    fn into_sqlite(self) -> Self::Sqlite {
        self.map(T::into_sqlite)
    }
    fn into_postgres(self) -> Self::Postgres {
        self.map(T::into_postgres)
    }
    fn from_sqlite(stored: Self::Sqlite) -> Result<Self, BoxDynError> {
        stored.map(T::from_sqlite).transpose()
    }
    fn from_postgres(stored: Self::Postgres) -> Result<Self, BoxDynError> {
        stored.map(T::from_postgres).transpose()
    }
}

/// Values that both drivers carry as they are.
macro_rules! native {
    ($($ty:ty),+ $(,)?) => { $(
        impl Value for $ty {
            type Sqlite = Self;
            type Postgres = Self;
            fn into_sqlite(self) -> Self { self }
            fn into_postgres(self) -> Self { self }
            fn from_sqlite(stored: Self) -> Result<Self, BoxDynError> { Ok(stored) }
            fn from_postgres(stored: Self) -> Result<Self, BoxDynError> { Ok(stored) }
        }
    )+ };
}
native!(i64, f64, bool, String, Vec<u8>);

/// Values that are words: text in both, parsed on the way back.
macro_rules! words {
    ($($ty:ty),+ $(,)?) => { $(
        impl Value for $ty {
            type Sqlite = String;
            type Postgres = String;
            fn into_sqlite(self) -> String { self.as_str().to_owned() }
            fn into_postgres(self) -> String { self.as_str().to_owned() }
            fn from_sqlite(stored: String) -> Result<Self, BoxDynError> { Ok(stored.parse()?) }
            fn from_postgres(stored: String) -> Result<Self, BoxDynError> { Ok(stored.parse()?) }
        }
    )+ };
}
words!(
    ActivityType,
    AgentsSee,
    AuditAction,
    AuditStatus,
    BulkEditStatus,
    BulkKind,
    BulkStatus,
    CertificateStatus,
    ChangeKind,
    CloseReason,
    DeliveryStatus,
    DocumentKind,
    DomainCheck,
    DomainStatus,
    EditOutcome,
    EditSubject,
    Email,
    ExportStatus,
    Feature,
    FlagState,
    Hostname,
    Delimiter,
    ImportStatus,
    JobStatus,
    LeadStatus,
    LeadType,
    ListKind,
    ListingStatus,
    ListingType,
    ModuleKey,
    NoticeKind,
    OffReason,
    OperatorRole,
    Plan,
    RemovedReason,
    RevisionStatus,
    Role,
    RowOutcome,
    SignInOutcome,
    Slug,
    SupportEnd,
    TargetKind,
    TenantId,
    TenantStatus,
    WebhookEvent,
);

/// Ids: `uuid` in PostgreSQL; hyphenated text in SQLite, so that a person at its shell can read and type them.
macro_rules! ids {
    ($($ty:ty),+ $(,)?) => { $(
        impl Value for $ty {
            type Sqlite = String;
            type Postgres = Uuid;
            fn into_sqlite(self) -> String { self.to_string() }
            fn into_postgres(self) -> Uuid { self.uuid() }
            fn from_sqlite(stored: String) -> Result<Self, BoxDynError> { Ok(stored.parse()?) }
            fn from_postgres(stored: Uuid) -> Result<Self, BoxDynError> { Ok(stored.into()) }
        }
    )+ };
}
ids!(
    AccountId,
    ActivityId,
    ApiTokenId,
    AssignmentRuleId,
    AuditEventId,
    BulkActionId,
    BulkEditId,
    ContactId,
    DeliveryId,
    DomainId,
    EndpointId,
    ExportId,
    ImportId,
    InvitationId,
    JobId,
    LeadId,
    MailId,
    MergeId,
    NoticeId,
    OperatorId,
    PersonId,
    ReminderId,
    RevisionId,
    SavedSearchId,
    SessionId,
    SignInId,
    SupportSessionId,
    ViewId
);

impl Value for Uuid {
    type Sqlite = String;
    type Postgres = Self;

    fn into_sqlite(self) -> String {
        self.to_string()
    }
    fn into_postgres(self) -> Self {
        self
    }
    fn from_sqlite(stored: String) -> Result<Self, BoxDynError> {
        Ok(stored.parse()?)
    }
    fn from_postgres(stored: Self) -> Result<Self, BoxDynError> {
        Ok(stored)
    }
}

impl Value for Money {
    type Sqlite = i64;
    type Postgres = i64;

    fn into_sqlite(self) -> i64 {
        self.cents()
    }
    fn into_postgres(self) -> i64 {
        self.cents()
    }
    fn from_sqlite(stored: i64) -> Result<Self, BoxDynError> {
        Ok(Self::from_cents(stored))
    }
    fn from_postgres(stored: i64) -> Result<Self, BoxDynError> {
        Ok(Self::from_cents(stored))
    }
}

/// Times: `timestamptz` in PostgreSQL; in SQLite RFC 3339 with six decimals always, so that text sorts as time.
impl Value for Timestamp {
    type Sqlite = String;
    type Postgres = jiff_sqlx::Timestamp;

    fn into_sqlite(self) -> String {
        sqlite_time(self)
    }
    fn into_postgres(self) -> Self::Postgres {
        self.into()
    }
    fn from_sqlite(stored: String) -> Result<Self, BoxDynError> {
        Ok(stored.parse()?)
    }
    fn from_postgres(stored: Self::Postgres) -> Result<Self, BoxDynError> {
        Ok(stored.to_jiff())
    }
}

/// A time as SQLite stores it.
pub(crate) fn sqlite_time(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// Words of a tag list, as JSON in a text column on both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Words(pub(crate) Vec<String>);

impl Value for Words {
    type Sqlite = String;
    type Postgres = String;

    fn into_sqlite(self) -> String {
        serde_json::to_string(&self.0).expect("a list of strings is always JSON")
    }
    fn into_postgres(self) -> String {
        self.into_sqlite()
    }
    fn from_sqlite(stored: String) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(&stored)?))
    }
    fn from_postgres(stored: String) -> Result<Self, BoxDynError> {
        Self::from_sqlite(stored)
    }
}

/// JSON of any shape, as text on both: no query looks inside.
impl Value for serde_json::Value {
    type Sqlite = String;
    type Postgres = String;

    fn into_sqlite(self) -> String {
        self.to_string()
    }
    fn into_postgres(self) -> String {
        self.to_string()
    }
    fn from_sqlite(stored: String) -> Result<Self, BoxDynError> {
        Ok(serde_json::from_str(&stored)?)
    }
    fn from_postgres(stored: String) -> Result<Self, BoxDynError> {
        Self::from_sqlite(stored)
    }
}

/// What a call site may hand to `bind`: a value, or a borrowed one of those that are not `Copy`.
pub(crate) trait Bind {
    /// The value that lies in the database.
    type Value: Value;
    /// That value.
    fn into_value(self) -> Self::Value;
}

impl<T: Value> Bind for T {
    type Value = T;
    fn into_value(self) -> T {
        self
    }
}

impl Bind for &str {
    type Value = String;
    fn into_value(self) -> String {
        self.to_owned()
    }
}

/// Borrowed values, cloned where they are bound.
macro_rules! borrowed {
    ($($ty:ty),+ $(,)?) => { $(
        impl Bind for &$ty {
            type Value = $ty;
            fn into_value(self) -> $ty { self.clone() }
        }
    )+ };
}
borrowed!(Email, Hostname, Slug, String, TenantId, serde_json::Value);
