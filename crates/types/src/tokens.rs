//! Secrets that people carry, as the only thing we keep of them.

use sha2::{Digest, Sha256};

/// The SHA-256 of a session's token, in hexadecimal. A leaked table of these opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token as its bearer sends it.
    pub fn of(token: &str) -> Self {
        Self(hex::encode(Sha256::digest(token)))
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
