//! Passwords: hashed slowly, compared in constant work, never printed.

use std::{sync::LazyLock, thread::available_parallelism};

use anyhow::Context;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Of these a password must have, and may have at most. The most keeps hashing affordable.
const LEAST_CHARACTERS: usize = 12;
const MOST_BYTES: usize = 1024;

/// Hashing takes 19 MiB and about 20 ms of a core: as many at once as there are cores.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, Into::into)));

/// What an unknown account is compared with, so that its refusal takes as long.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now(b"nobody's password").expect("a fixed text can be hashed"));

/// A password somebody chose and we accept.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("Use at least {LEAST_CHARACTERS} characters; a sentence is easy to remember.")]
    TooShort,
    #[error("Use fewer than {MOST_BYTES} characters.")]
    TooLong,
}

impl NewPassword {
    /// Takes a password that is long enough and not absurdly long.
    ///
    /// # Errors
    /// The sentence the person reads.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        if text.chars().count() < LEAST_CHARACTERS {
            Err(PasswordError::TooShort)
        } else if text.len() > MOST_BYTES {
            Err(PasswordError::TooLong)
        } else {
            Ok(Self(text.into()))
        }
    }

    /// A password for somebody who has not chosen one yet, and its text to be told once: 120 bits that can be read
    /// out on the phone.
    pub fn random() -> (String, Self) {
        // No vowels, so that no word comes of it; nothing that looks like something else.
        const LETTERS: &[u8; 32] = b"bcdfghjkmnpqrstvwxz23456789BCDFG";
        let bytes: [u8; 24] = rand::random();
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
        let groups: Vec<String> = bytes
            .chunks(6)
            .map(|group| group.iter().map(letter).collect())
            .collect();
        let text = groups.join("-");
        (text.clone(), Self(text.into()))
    }
}

/// The text to store: algorithm, cost, salt and hash in one.
///
/// # Errors
/// When the machine cannot hash, which is nobody's fault.
pub async fn hash(password: NewPassword) -> anyhow::Result<String> {
    let hashed = in_turn(move || hash_now(password.0.expose_secret().as_bytes())).await?;
    hashed.context("hashing a password")
}

/// Is this the password whose hash was stored? With `None`, for an account there is not, the
/// same work is done and the answer is no.
///
/// # Errors
/// When the machine cannot hash.
pub async fn verify(typed: SecretString, stored: Option<String>) -> anyhow::Result<bool> {
    in_turn(move || {
        let known = stored.is_some();
        let stored = stored.as_deref().unwrap_or(&NOBODY);
        matches(&typed, stored) && known
    })
    .await
}

/// Runs the work where it blocks nobody, when it is its turn.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let turn = TURNS.acquire().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    done.context("waiting for a password to be hashed")
}

fn argon() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these are OWASP's numbers");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &[u8]) -> Result<String, argon2::password_hash::Error> {
    Ok(argon().hash_password(password)?.to_string())
}

fn matches(typed: &SecretString, stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        return false;
    };
    let typed = typed.expose_secret().as_bytes();
    // Nobody has a longer one; its first part costs the same work.
    let typed = &typed[..typed.len().min(MOST_BYTES + 1)];
    argon().verify_password(typed, &stored).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_no_other_opens() {
        let stored = hash(NewPassword::parse("correct horse battery").unwrap())
            .await
            .unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let right = || SecretString::from("correct horse battery");
        assert!(verify(right(), Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horse".into(), Some(stored)).await.unwrap());
        assert!(!verify(right(), None).await.unwrap());
        assert!(!verify(right(), Some("not a hash".into())).await.unwrap());
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(NewPassword::parse("ééééééééééé").is_err());
        assert!(NewPassword::parse("éééééééééééé").is_ok());
        assert!(NewPassword::parse(&"a".repeat(1025)).is_err());
    }

    #[test]
    fn a_password_never_prints_itself() {
        let password = NewPassword::parse("correct horse battery").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
