//! Secrets that people carry, as the only thing we keep of them.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a session's token, in hexadecimal. A leaked table of these opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token as its bearer sends it.
    pub fn of(token: &str) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(token.as_bytes()) {
            use fmt::Write as _;
            write!(hex, "{byte:02x}").expect("a string takes whatever is written to it");
        }
        Self(hex)
    }

    /// The hash as text, for storage.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::TokenHash;

    #[test]
    fn a_token_is_kept_as_its_sha_256() {
        assert_eq!(
            TokenHash::of("abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
