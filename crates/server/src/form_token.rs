//! Proof that a public form was drawn by us, for this tenant, not long ago.
//!
//! `issued.nonce.page.tag`: no cookie, no table. The nonce is the submission's id, so a form sent
//! twice is one submission. The page is the one it was drawn on, where its words were read; tokens of
//! an earlier version are without.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use crate::secrets::{Key, Purpose, Secrets};

/// A page may lie open overnight; after that it is loaded again.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Our own processes' clocks may differ a little.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// Longer than any path of a page with a form on it.
const LONGEST_PAGE: usize = 300;

/// A form that was sent back to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The same for every copy of one drawn form.
    pub id: String,
    /// How long the form was open: a person needs some seconds.
    pub filled_in: SignedDuration,
    /// The path of the page it was drawn on, if the token says.
    pub page: Option<String>,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("is not one of ours")]
    Forged,
    #[error("is too old")]
    Expired,
}

/// Makes and checks form tokens.
pub struct FormTokens(Key);

impl FormTokens {
    pub fn new(secrets: &Secrets) -> Self {
        Self(secrets.key(Purpose::FormToken))
    }

    /// A token for one drawing of a tenant's form, on the page of this path.
    pub fn issue(&self, (tenant, form): (&str, &str), page: &str, now: Timestamp) -> String {
        let nonce: [u8; 16] = rand::random();
        let issued = now.as_second().to_string();
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        let page = if page.len() > LONGEST_PAGE { "" } else { page };
        let page = URL_SAFE_NO_PAD.encode(page);
        let tag = self
            .0
            .tag(&[&parts(&issued, &nonce, tenant, form)[..], &[page.as_bytes()]].concat());
        format!("{issued}.{nonce}.{page}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The submission a token stands for.
    ///
    /// # Errors
    /// Another tenant's token, another form's, an altered one: all `Forged`.
    pub fn check(
        &self,
        token: &str,
        (tenant, form): (&str, &str),
        now: Timestamp,
    ) -> Result<Submission, TokenError> {
        let pieces: Vec<_> = token.splitn(5, '.').collect();
        let (issued, nonce, page, tag) = match *pieces.as_slice() {
            [issued, nonce, page, tag] => (issued, nonce, Some(page), tag),
            [issued, nonce, tag] => (issued, nonce, None, tag),
            _ => return Err(TokenError::Forged),
        };
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| TokenError::Forged)?;
        let signed = parts(issued, nonce, tenant, form);
        let signed: Vec<_> = signed.into_iter().chain(page.map(str::as_bytes)).collect();
        if !self.0.is_tag(&signed, &tag) {
            return Err(TokenError::Forged);
        }
        let seconds = issued.parse().map_err(|_| TokenError::Forged)?;
        let issued = Timestamp::from_second(seconds).map_err(|_| TokenError::Forged)?;
        let age = now.duration_since(issued);
        if age > LIFE || age < -SKEW {
            return Err(TokenError::Expired);
        }
        Ok(Submission {
            id: nonce.to_owned(),
            filled_in: age,
            page: page.and_then(path),
        })
    }
}

/// The path that a token says, unless it was too long to be said.
fn path(piece: &str) -> Option<String> {
    let path = String::from_utf8(URL_SAFE_NO_PAD.decode(piece).ok()?).ok()?;
    Some(path).filter(|path| !path.is_empty())
}

fn parts<'a>(issued: &'a str, nonce: &'a str, tenant: &'a str, form: &'a str) -> [&'a [u8]; 4] {
    [issued, nonce, tenant, form].map(str::as_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_form_of_ours_is_recognised_with_its_age() {
        let tokens = FormTokens::new(&Secrets::random());
        let token = tokens.issue(("a", "contact"), "/contact", noon());
        let later = noon() + SignedDuration::from_secs(9);
        let first = tokens.check(&token, ("a", "contact"), later).unwrap();
        assert_eq!(first.filled_in, SignedDuration::from_secs(9));
        assert_eq!(tokens.check(&token, ("a", "contact"), later), Ok(first));
    }

    #[test]
    fn a_token_of_elsewhere_is_forged() {
        let tokens = FormTokens::new(&Secrets::random());
        let token = tokens.issue(("a", "contact"), "/contact", noon());
        let altered = token.replacen('1', "2", 1);
        let page = |path| format!(".{}.", URL_SAFE_NO_PAD.encode(path));
        let elsewhere = token.replace(&page("/contact"), &page("/privacy"));
        assert_ne!(elsewhere, token);
        for (token, place) in [
            (token.as_str(), ("b", "contact")),
            (&token, ("a", "valuation")),
            (&altered, ("a", "contact")),
            ("", ("a", "contact")),
            ("a.b.c.d", ("a", "contact")),
            (&elsewhere, ("a", "contact")),
        ] {
            assert_eq!(tokens.check(token, place, noon()), Err(TokenError::Forged));
        }
    }

    #[test]
    fn a_form_knows_the_page_it_was_drawn_on() {
        let tokens = FormTokens::new(&Secrets::random());
        let page = |path: &str| {
            let token = tokens.issue(("a", "contact"), path, noon());
            tokens.check(&token, ("a", "contact"), noon()).unwrap().page
        };
        assert_eq!(page("/listings/FB.1").as_deref(), Some("/listings/FB.1"));
        assert_eq!(page(&"/x".repeat(LONGEST_PAGE)), None);
    }

    #[test]
    fn a_token_of_before_pages_were_noted_is_still_good() {
        let tokens = FormTokens::new(&Secrets::random());
        let issued = noon().as_second().to_string();
        let tag = tokens.0.tag(&parts(&issued, "nonce", "a", "contact"));
        let token = format!("{issued}.nonce.{}", URL_SAFE_NO_PAD.encode(tag));
        let submission = tokens.check(&token, ("a", "contact"), noon()).unwrap();
        assert_eq!((submission.id.as_str(), submission.page), ("nonce", None));
    }

    #[test]
    fn an_old_token_is_expired() {
        let tokens = FormTokens::new(&Secrets::random());
        let token = tokens.issue(("a", "contact"), "/contact", noon());
        let tomorrow = noon() + LIFE + SignedDuration::from_secs(1);
        let answer = tokens.check(&token, ("a", "contact"), tomorrow);
        assert_eq!(answer, Err(TokenError::Expired));
    }
}
