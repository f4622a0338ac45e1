//! Why a bulk edit leaves a record alone.

use crate::MOST_TAGS;

/// Why a record is left alone, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is no room for another word.
    #[error("It has {MOST_TAGS} tags already.")]
    TooManyTags,
    /// It was deleted after the edit began.
    #[error("It was deleted in the meantime.")]
    Gone,
    /// Somebody wrote it while we did.
    #[error("Somebody changed it at the same moment.")]
    JustChanged,
    /// Only leads have what is to be different.
    #[error("A contact has no status, and is nobody's alone.")]
    NotOfContacts,
    /// It cannot come back: somebody new has what nobody else may have.
    #[error("Somebody new has their e-mail or phone by now.")]
    Taken,
    /// It has a lead that is not seen: taking it away is for whoever sees all.
    #[error(
        "A colleague works with this contact too. Only somebody who sees all leads can delete, merge or separate it."
    )]
    Shared,
    /// It cannot come back: who it was about was erased.
    #[error("It was about somebody who was erased.")]
    Erased,
    /// Whoever was to have it has left, or may only look by now.
    #[error("Whoever it was to go to cannot have it any more.")]
    NoHolder,
}
