//! The real maker of ids.

use types::Ids;
use uuid::Uuid;

/// Version 7: random, but sorting by the time they were made, so that a table grows at its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn new_id(&self) -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "this is the maker everybody takes")]
        Uuid::now_v7()
    }
}
