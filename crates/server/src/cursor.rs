//! Cursors: where a list goes on, sealed, so that a foreign or altered one is told from ours.

use std::{fmt::Display, str::FromStr};

use jiff::Timestamp;

use types::Mark;

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

    /// Where the caller wants to go on, if it says so: what the list is sorted by, and the id.
    ///
    /// # Errors
    ///
    /// Malformed, for a cursor that is not one of this list, unaltered.
    pub fn after<K: Key, Id: FromStr>(&self, params: &Params) -> Result<Option<(K, Id)>, Failure> {
        self.place(params, "cursor")
    }

    /// The place before which the caller wants to see more, if it says so: the way back.
    ///
    /// # Errors
    ///
    /// Malformed, as above.
    pub fn before<K: Key, Id: FromStr>(&self, params: &Params) -> Result<Option<(K, Id)>, Failure> {
        self.place(params, "before")
    }

    fn place<K: Key, Id: FromStr>(&self, params: &Params, name: &str) -> Result<Option<(K, Id)>, Failure> {
        let Some(cursor) = params.filled(name) else {
            return Ok(None);
        };
        let place = self.opened(cursor);
        place
            .map(Some)
            .ok_or_else(|| Failure::malformed(format!("{name} is not one of this list.")))
    }

    /// The cursor that goes on after this place.
    pub fn sealed<P: Place>(&self, place: P) -> String {
        let place = place.written();
        let tag = self.secrets.key(Purpose::Cursor).tag(&self.parts(&place));
        format!("{place}.{}", hex::encode(tag))
    }

    fn opened<K: Key, Id: FromStr>(&self, cursor: &str) -> Option<(K, Id)> {
        let (place, tag) = cursor.rsplit_once('.')?;
        let ours = self
            .secrets
            .key(Purpose::Cursor)
            .is_tag(&self.parts(place), &hex::decode(tag).ok()?);
        let (key, id) = place.split_once('.').filter(|_| ours)?;
        Some((K::read(key)?, id.parse().ok()?))
    }

    fn parts<'p>(&'p self, place: &'p str) -> Vec<&'p [u8]> {
        let list = self.list.iter().copied();
        list.chain([place]).map(str::as_bytes).collect()
    }
}

/// Where a row stands in its list.
pub trait Place {
    fn written(&self) -> String;
}

impl<K: Key, Id: Display> Place for (K, Id) {
    fn written(&self) -> String {
        format!("{}.{}", self.0.written(), self.1)
    }
}

/// What a list may be sorted by, as a cursor says it: without a dot, which stands behind it.
pub trait Key: Sized {
    fn written(&self) -> String;

    fn read(text: &str) -> Option<Self>;
}

impl Key for Timestamp {
    fn written(&self) -> String {
        format!("{:x}", self.as_microsecond())
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_microsecond(i64::from_str_radix(text, 16).ok()?).ok()
    }
}

impl Key for Mark {
    fn written(&self) -> String {
        match self {
            Self::At(at) => format!("t{}", at.written()),
            Self::Number(number) => format!("n{number}"),
            Self::Word(word) => format!("w{}", hex::encode(word)),
            Self::Unknown(came_at) => format!("u{}", came_at.written()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        Some(match kind {
            "t" => Self::At(Timestamp::read(rest)?),
            "n" => Self::Number(rest.parse().ok()?),
            "w" => Self::Word(String::from_utf8(hex::decode(rest).ok()?).ok()?),
            "u" => Self::Unknown(Timestamp::read(rest)?),
            _ => return None,
        })
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

        assert_eq!(leads.opened::<Timestamp, i32>(&cursor), Some(place));
        assert_eq!(tasks.opened::<Timestamp, i32>(&cursor), None);
        assert_eq!(leads.opened::<Timestamp, i32>(&cursor.replace('7', "8")), None);
        assert_eq!(leads.opened::<Timestamp, i32>("nonsense"), None);
    }

    #[test]
    fn whatever_a_list_is_sorted_by_comes_back_as_it_was() {
        let secrets = Secrets::random();
        let cursors = Cursors::new(vec!["tenant_a", "leads"], &secrets);
        for mark in [
            Mark::At(Timestamp::UNIX_EPOCH),
            Mark::Number(-7),
            Mark::Word("Zoë O. Quist".to_owned()),
            Mark::Unknown(Timestamp::UNIX_EPOCH),
        ] {
            let place = (mark, 7);

            let cursor = cursors.sealed(place.clone());

            assert_eq!(cursors.opened::<Mark, i32>(&cursor), Some(place), "{cursor}");
        }
        let of_time = cursors.sealed((Timestamp::UNIX_EPOCH, 7));
        assert_eq!(cursors.opened::<Mark, i32>(&of_time), None);
    }
}
