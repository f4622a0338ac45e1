//! Cursors: where a list goes on, sealed, so that a foreign or altered one is told from ours.

use std::{fmt::Display, str::FromStr};

use jiff::Timestamp;

use crate::{Failure, Params, Secrets, secrets::Purpose};

/// The cursors of one list. What it is made of (whose it is, what it lists, in which order) is part of each seal, so
/// that a cursor of another list does not open.
#[derive(Debug, Clone)]
pub struct Cursors<'a> {
    list: Vec<&'a str>,
    secrets: &'a Secrets,
}

impl<'a> Cursors<'a> {
    pub fn new(list: Vec<&'a str>, secrets: &'a Secrets) -> Self {
        Self { list, secrets }
    }

    /// Where the caller wants to go on, if it says so: the time the list is sorted by, and the id.
    ///
    /// # Errors
    ///
    /// Malformed, for a cursor that is not one of this list, unaltered.
    pub fn after<Id: FromStr>(&self, params: &Params) -> Result<Option<(Timestamp, Id)>, Failure> {
        self.place(params, "cursor")
    }

    /// The place before which the caller wants to see more, if it says so: the way back.
    ///
    /// # Errors
    ///
    /// Malformed, as above.
    pub fn before<Id: FromStr>(&self, params: &Params) -> Result<Option<(Timestamp, Id)>, Failure> {
        self.place(params, "before")
    }

    fn place<Id: FromStr>(&self, params: &Params, name: &str) -> Result<Option<(Timestamp, Id)>, Failure> {
        let Some(cursor) = params.filled(name) else {
            return Ok(None);
        };
        let place = self.opened(cursor);
        place
            .map(Some)
            .ok_or_else(|| Failure::malformed(format!("{name} is not one of this list.")))
    }

    /// The cursor that goes on after this place.
    pub fn sealed<Id: Display>(&self, (at, id): (Timestamp, Id)) -> String {
        let place = format!("{:x}.{id}", at.as_microsecond());
        let tag = self.secrets.key(Purpose::Cursor).tag(&self.parts(&place));
        format!("{place}.{}", hex::encode(tag))
    }

    fn opened<Id: FromStr>(&self, cursor: &str) -> Option<(Timestamp, Id)> {
        let (place, tag) = cursor.rsplit_once('.')?;
        let ours = self
            .secrets
            .key(Purpose::Cursor)
            .is_tag(&self.parts(place), &hex::decode(tag).ok()?);
        let (at, id) = place.split_once('.').filter(|_| ours)?;
        let at = Timestamp::from_microsecond(i64::from_str_radix(at, 16).ok()?).ok()?;
        Some((at, id.parse().ok()?))
    }

    fn parts<'p>(&'p self, place: &'p str) -> Vec<&'p [u8]> {
        let list = self.list.iter().copied();
        list.chain([place]).map(str::as_bytes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_for_its_own_list_alone() {
        let secrets = Secrets::random();
        let (leads, tasks) = (
            Cursors::new(vec!["tenant_a", "leads"], &secrets),
            Cursors::new(vec!["tenant_a", "tasks"], &secrets),
        );
        let place = (Timestamp::UNIX_EPOCH, 7);

        let cursor = leads.sealed(place);

        assert_eq!(leads.opened::<i32>(&cursor), Some(place));
        assert_eq!(tasks.opened::<i32>(&cursor), None);
        assert_eq!(leads.opened::<i32>(&cursor.replace('7', "8")), None);
        assert_eq!(leads.opened::<i32>("nonsense"), None);
    }
}
