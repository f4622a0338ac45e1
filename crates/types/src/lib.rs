//! What the words of Freehold mean. Pure: no I/O, no driver; time and ids come in through traits.

mod clock;
pub mod email;
pub mod hostname;
pub mod jobs;
pub mod money;
mod paging;
mod patch;
pub mod phone;
pub mod slug;
mod text_enum;

pub use clock::{Clock, TestClock};
pub use email::{Email, EmailError};
pub use hostname::{Hostname, HostnameError};
pub use jobs::{FailureKind, JobStatus, RetryPolicy};
pub use money::{Money, MoneyError};
pub use paging::{Page, PageRequest, Pagination};
pub use patch::Patch;
pub use phone::{Phone, PhoneError, Region, RegionError};
pub use slug::{Slug, SlugError};
pub use text_enum::UnknownWord;
