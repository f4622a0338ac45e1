//! Files as programs save them: in UTF-8, in UTF-16 with a mark, or in what Windows writes.

use axum::body::Bytes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The bytes behind the mark that says how they are encoded; in UTF-8, where it said something else.
pub fn unmarked(bytes: Bytes) -> Bytes {
    match Encoding::for_bom(&bytes) {
        Some((encoding, length)) if encoding != UTF_8 => decoded(encoding, &bytes[length..]),
        Some((_, length)) => bytes.slice(length..),
        None => bytes,
    }
}

/// What is not UTF-8 is what Windows writes in the west.
pub fn in_utf8(bytes: Bytes) -> Bytes {
    match std::str::from_utf8(&bytes) {
        Ok(_) => bytes,
        Err(_) => decoded(WINDOWS_1252, &bytes),
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Bytes {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.into_owned().into()
}
