//! Ids that follow from names, so that a link into the demo is the same on every machine.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// Makes the ids of one tenant's demo data.
pub(super) struct StableIds {
    space: String,
}

impl StableIds {
    pub(super) fn new(space: &str) -> Self {
        let space = space.to_owned();
        Self { space }
    }

    /// The id of what has this name.
    pub(super) fn of(&self, name: &str) -> Uuid {
        let digest = Sha256::digest(format!("freehold/demo/{}/{name}", self.space));
        let (start, _) = digest
            .as_slice()
            .split_first_chunk::<16>()
            .expect("a SHA-256 has 32 bytes");
        Builder::from_custom_bytes(*start).into_uuid()
    }
}
