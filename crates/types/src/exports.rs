//! Exports: everything that a tenant has in one file, which its owner takes away.

use jiff::{SignedDuration, Timestamp};

use crate::{ExportId, PersonId, text_enum::text_enum};

text_enum! {
    /// How far an export is.
    pub enum ExportStatus {
        /// It is being put together, or waits for that.
        Preparing = "preparing",
        /// It can be taken away, until its time is up.
        Ready = "ready",
        /// It could not be put together, however often it was tried.
        Failed = "failed",
        /// Its file is gone.
        Removed = "removed",
    }
}

impl ExportStatus {
    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Preparing => "Preparing",
            Self::Ready => "Ready",
            Self::Failed => "Failed",
            Self::Removed => "Removed",
        }
    }
}

text_enum! {
    /// Why the file of an export is gone.
    pub enum RemovedReason {
        /// Its time was up.
        Expired = "expired",
        /// There were newer ones.
        Newer = "newer",
        /// Somebody was erased who stood in it.
        Erased = "erased",
    }
}

impl RemovedReason {
    /// The same as a sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Expired => "Its time was up.",
            Self::Newer => "There are newer ones.",
            Self::Erased => "A person was erased, who may have stood in it.",
        }
    }
}

/// An export of everything a tenant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantExport {
    /// Names the export within its tenant.
    pub id: ExportId,
    /// How far it is.
    pub status: ExportStatus,
    /// Files that are in it, so far.
    pub files_done: i64,
    /// Files that will be in it; none before the work began.
    pub file_count: i64,
    /// Rows that are in it, so far. Each stands in two files and counts once.
    pub row_count: i64,
    /// How long the file is, in bytes, so far.
    pub byte_count: i64,
    /// SHA-256 of the file in hexadecimal, once it is whole.
    pub sha256: Option<String>,
    /// Why the file is gone, if it is.
    pub removed: Option<RemovedReason>,
    /// How often somebody began to put it together.
    pub attempts: i64,
    /// Who asked for it.
    pub created_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it was whole, or given up.
    pub finished_at: Option<Timestamp>,
    /// Until when it can be taken away.
    pub expires_at: Option<Timestamp>,
    /// How often it was taken away. Going on with a download that broke off counts as the same.
    pub download_count: i64,
    /// Who did last, and when.
    pub last_download: Option<(PersonId, Timestamp)>,
}

impl TenantExport {
    /// How long it can be taken away.
    pub const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// The newest that keep their files.
    pub const MOST_READY: i64 = 3;

    /// The newest that are remembered at all.
    pub const MOST: i64 = 20;

    /// Attempts before it is given up.
    pub const MOST_ATTEMPTS: i64 = 5;

    /// One that nobody began to work on.
    pub const fn new(id: ExportId, created_by: PersonId, now: Timestamp) -> Self {
        Self {
            id,
            status: ExportStatus::Preparing,
            files_done: 0,
            file_count: 0,
            row_count: 0,
            byte_count: 0,
            sha256: None,
            removed: None,
            attempts: 0,
            created_by,
            created_at: now,
            finished_at: None,
            expires_at: None,
            download_count: 0,
            last_download: None,
        }
    }

    /// The SHA-256 of its file, if that can be taken away now.
    pub fn file(&self, now: Timestamp) -> Option<&str> {
        let is_there = self.status == ExportStatus::Ready && self.expires_at.is_some_and(|end| end > now);
        self.sha256.as_deref().filter(|_| is_there)
    }

    /// Whether somebody who asks from the middle on goes on with the download they began.
    pub fn goes_on(&self, person: PersonId, now: Timestamp) -> bool {
        const LONG: SignedDuration = SignedDuration::from_hours(24);
        self.last_download
            .is_some_and(|(who, at)| who == person && now.duration_since(at) <= LONG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock as _, TestClock, TestIds};

    #[test]
    fn a_file_is_there_until_its_time_is_up() {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let mut export = TenantExport::new(ExportId::new(&ids), PersonId::new(&ids), now);
        export.sha256 = Some("ab".to_owned());
        export.expires_at = Some(now + TenantExport::KEPT);
        assert_eq!(export.file(now), None, "it is being prepared");
        export.status = ExportStatus::Ready;
        assert_eq!(export.file(now), Some("ab"));
        assert_eq!(export.file(now + TenantExport::KEPT), None);
    }

    #[test]
    fn a_download_goes_on_for_whoever_began_it_and_a_day() {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let (ann, bob) = (PersonId::new(&ids), PersonId::new(&ids));
        let mut export = TenantExport::new(ExportId::new(&ids), ann, now);
        assert!(!export.goes_on(ann, now), "nobody began one");
        export.last_download = Some((ann, now));
        assert!(export.goes_on(ann, now + SignedDuration::from_hours(24)));
        assert!(!export.goes_on(ann, now + SignedDuration::from_hours(25)));
        assert!(!export.goes_on(bob, now));
    }
}
