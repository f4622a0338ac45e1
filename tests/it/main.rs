//! The house as a stranger meets it: the real binaries over HTTP, on whichever database the run is on.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod house_rules;
mod source;
