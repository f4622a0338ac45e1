//! What the words of Freehold mean. Pure: no I/O, no driver; time and ids come in through traits.

mod clock;
mod paging;
mod patch;
mod text_enum;

pub use clock::{Clock, TestClock};
pub use paging::{Page, PageRequest, Pagination};
pub use patch::Patch;
pub use text_enum::UnknownWord;
