//! Files as programs save them: in UTF-8, in UTF-16 with a mark, or in what Windows writes.

use axum::body::Bytes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// One of the encodings of the WHATWG Encoding Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

impl Charset {
    /// The encoding that the standard knows by this label: `latin1`, `macintosh`, `shift_jis`.
    pub fn named(label: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self)
    }

    /// What the standard calls it: `windows-1252`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The bytes behind the mark that says how they are encoded; in UTF-8, where it said something else.
pub fn unmarked(bytes: Bytes) -> Bytes {
    match Encoding::for_bom(&bytes) {
        Some((encoding, length)) if encoding != UTF_8 => decoded(encoding, &bytes[length..]),
        Some((_, length)) => bytes.slice(length..),
        None => bytes,
    }
}

/// A file in UTF-8, and what it was in: what its mark says, what somebody `said`, or what its bytes can be.
///
/// What is not UTF-8 is what Windows writes in the west.
pub fn in_utf8(bytes: Bytes, said: Option<Charset>) -> (Bytes, Charset) {
    let from = |encoding: &'static Encoding, bytes: &[u8]| (decoded(encoding, bytes), Charset(encoding));
    match (Encoding::for_bom(&bytes), said) {
        (Some((encoding, length)), _) if encoding != UTF_8 => from(encoding, &bytes[length..]),
        (Some((_, length)), said) => in_utf8(bytes.slice(length..), said),
        (None, Some(Charset(encoding))) if encoding != UTF_8 => from(encoding, &bytes),
        (None, _) if std::str::from_utf8(&bytes).is_ok() => (bytes, Charset(UTF_8)),
        (None, Some(_)) => from(UTF_8, &bytes),
        (None, None) => from(WINDOWS_1252, &bytes),
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Bytes {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.into_owned().into()
}
