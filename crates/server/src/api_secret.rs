//! The secret of an API token: `fh_`, then 32 random letters and digits, then six that check them.
//!
//! By its beginning and its check, a typo is told from a stranger's token before the database is asked, and a program
//! that looks for leaked secrets knows that it found one of ours.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use types::TokenHash;

const PREFIX: &str = "fh_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 190 random bits: nobody guesses them, hashed or not.
const RANDOM: usize = 32;

/// One typo in 57 billion passes.
const CHECK: usize = 6;

/// Of the secret, what people are shown to know it by: 30 of its bits.
const SHOWN: usize = PREFIX.len() + 5;

/// What the bearer of an API token carries.
#[derive(Clone)]
pub struct ApiSecret(SecretString);

impl ApiSecret {
    /// A new one.
    pub fn random() -> Self {
        let letter = || char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]);
        let random: String = (0..RANDOM).map(|_| letter()).collect();
        let check = check(&random);
        Self(format!("{PREFIX}{random}{check}").into())
    }

    /// Whether a bearer token says that it is one of these.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads one as its bearer sends it.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX).filter(|rest| rest.is_ascii())?;
        let (random, given) = rest.split_at_checked(RANDOM)?;
        (given == check(random)).then(|| Self(text.into()))
    }

    /// The half that is stored. A leaked table opens nothing.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.exposed())
    }

    /// How it begins.
    pub fn prefix(&self) -> &str {
        &self.exposed()[..SHOWN]
    }

    /// All of it, to be told once.
    pub fn exposed(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Six letters that another text would hardly have.
fn check(random: &str) -> String {
    let digest = Sha256::digest(random);
    let mut number = digest
        .iter()
        .take(8)
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let mut letters = String::new();
    for _ in 0..CHECK {
        let place = usize::try_from(number % 62).expect("less than 62 fits anywhere");
        letters.push(char::from(ALPHABET[place]));
        number /= 62;
    }
    letters
}

impl fmt::Debug for ApiSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognised_and_hides() {
        let secret = ApiSecret::random();
        let text = secret.exposed().to_owned();

        assert_eq!(text.len(), 41);
        assert!(ApiSecret::is_meant(&text));
        assert_eq!(ApiSecret::parse(&text).unwrap().hash(), secret.hash());
        assert!(text.starts_with(secret.prefix()) && secret.prefix().len() == 8);
        assert_eq!(format!("{secret:?}"), "ApiSecret(…)");
        assert_ne!(text, ApiSecret::random().exposed());
    }

    #[test]
    fn a_typo_is_no_secret() {
        let text = ApiSecret::random().exposed().to_owned();
        let other = if text.ends_with('0') { '1' } else { '0' };
        let mistyped = format!("{}{other}", &text[..40]);
        let swapped = format!("fh_{}{}", &text[4..], &text[3..4]);

        for wrong in [mistyped, swapped, text[..40].to_owned(), format!("{text}0")] {
            assert!(ApiSecret::parse(&wrong).is_none(), "{wrong}");
        }
        for wrong in ["", "fh_", "fh_é", &format!("fh_{}", "é".repeat(19)), &text[3..]] {
            assert!(ApiSecret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
