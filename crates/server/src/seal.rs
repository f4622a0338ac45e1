//! Signatures that whoever has no secret of ours can check: Ed25519, with a key made from the secret.
//!
//! Roots of the audit trail are sealed with it, and so are the proofs of single lines.

use std::{fmt, str::FromStr};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use types::{AuditProof, ProofFault};

use crate::secrets::{Purpose, Secrets};

/// What seals: only processes that know the secret of the installation have it.
pub struct SealKey(Ed25519KeyPair);

impl SealKey {
    /// The key of the installation.
    pub fn of(secrets: &Secrets) -> Self {
        let seed = secrets.key(Purpose::AuditRoot);
        Self(Ed25519KeyPair::from_seed_unchecked(seed.bytes()).expect("any 32 bytes are a seed"))
    }

    pub fn public(&self) -> PublicKey {
        let bytes = self.0.public_key().as_ref();
        PublicKey(bytes.try_into().expect("a public key has 32 bytes"))
    }

    /// The signature of a text, in hexadecimal.
    pub fn sign(&self, text: &str) -> String {
        hex::encode(self.0.sign(text.as_bytes()))
    }
}

/// What checks a seal: anybody may have it. Written in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// Text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the 64 hexadecimal digits of an Ed25519 public key")]
pub struct PublicKeyError;

impl PublicKey {
    /// A short name of the key: the first 16 digits of its SHA-256.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0)[..8])
    }

    /// Whether the holder of the key signed this text.
    pub fn has_signed(&self, text: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.0);
        hex::decode(signature).is_ok_and(|signature| key.verify(text.as_bytes(), &signature).is_ok())
    }

    /// The key as OpenSSL reads it.
    pub fn pem(&self) -> String {
        /// What says "an Ed25519 public key of 32 bytes" in DER (RFC 8410).
        const HEAD: [u8; 12] = [
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ];
        let text = STANDARD.encode([&HEAD[..], &self.0[..]].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        let mut key = [0; 32];
        hex::decode_to_slice(text, &mut key).map_err(|_| PublicKeyError)?;
        Ok(Self(key))
    }
}

/// Checks a proof with nothing but itself and, if there is one, the key that it must be signed with. Gives the key that
/// it is signed with.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(proof: &AuditProof, expected: Option<&PublicKey>) -> Result<PublicKey, ProofFault> {
    proof.check()?;
    let signed = &proof.checkpoint;
    let key: PublicKey = signed.public_key.parse().map_err(|_| ProofFault::Key)?;
    if key.id() != signed.key_id {
        return Err(ProofFault::Key);
    }
    if !key.has_signed(&signed.statement(), &signed.signature) {
        return Err(ProofFault::Signature);
    }
    match expected {
        Some(expected) if *expected != key => Err(ProofFault::OtherKey(key.id())),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_one_text_and_one_installation() {
        let ours = SealKey::of(&Secrets::new(&[7; 32]).unwrap());
        let others = SealKey::of(&Secrets::new(&[8; 32]).unwrap()).public();
        let signature = ours.sign("a text");

        assert!(ours.public().has_signed("a text", &signature));
        assert!(!ours.public().has_signed("another", &signature));
        assert!(!ours.public().has_signed("a text", &signature[2..]));
        assert!(!ours.public().has_signed("a text", "no signature"));
        assert!(!others.has_signed("a text", &signature));
        assert_ne!(others.id(), ours.public().id());
    }

    #[test]
    fn a_public_key_is_read_as_it_is_written() {
        let key = SealKey::of(&Secrets::random()).public();

        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("ab".parse::<PublicKey>(), Err(PublicKeyError));
        assert_eq!("z".repeat(64).parse::<PublicKey>(), Err(PublicKeyError));
    }

    #[test]
    fn the_key_of_rfc_8032_is_written_as_openssl_writes_it() {
        // RFC 8032, 7.1, TEST 1, through `openssl pkey -pubin -inform DER`.
        let key: PublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
            .parse()
            .unwrap();
        let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd\
                         25bf5f0595bbe24655141438e7a100b";

        assert!(key.has_signed("", signature));
        assert_eq!(
            key.pem(),
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
        );
    }
}
