//! What is said where there is no room for one more: it is not kept, and nothing else makes room for it silently.

pub(crate) const HOMES: &str =
    "You keep 500 homes already. Remove some that you do not look at any more, then save this one.";
pub(crate) const SEARCHES: &str =
    "You keep 100 searches already. Remove some that you do not run any more, then save this one.";
pub(super) const DEVICE: &str = "This device keeps 40 homes and has them. Sign in to keep more, or remove one you do not look at any more.";
