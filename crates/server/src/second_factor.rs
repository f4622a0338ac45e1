//! Codes of an authenticator app (TOTP, RFC 6238), its QR code, and the codes for when it is lost.
//!
//! The app's secret is kept nowhere: it is made from the key of the installation and a salt that is stored, so that a
//! leaked database makes no codes. Another `SESSION_SECRET` means that everybody enrols again.

use jiff::{SignedDuration, Timestamp};
use totp_rs::{Builder, Totp};
use types::TokenHash;

use crate::{
    qr::QrPath,
    secrets::{Key, Purpose, Secrets},
};

/// As long as HMAC-SHA-1's output, which is what authenticator apps take.
const SECRET_BYTES: usize = 20;

/// Without letters and digits that people mistake for one another.
const ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// Letters of a recovery code, of five bits each: nobody guesses 80 bits, hashed or not.
const RECOVERY_LETTERS: usize = 16;

/// What one person's authenticator app knows.
pub struct SecondFactor {
    totp: Totp,
}

impl SecondFactor {
    /// A new salt: enrolling again makes the old app's codes worthless.
    pub fn salt() -> String {
        let bytes: [u8; 16] = rand::random();
        hex::encode(bytes)
    }

    /// The app of somebody with this salt.
    pub fn of(secrets: &Secrets, owner: &str, salt: &str) -> Self {
        let tag = secrets
            .key(Purpose::SecondFactor)
            .tag(&[owner.as_bytes(), salt.as_bytes()]);
        let secret = tag[..SECRET_BYTES].to_vec();
        let totp = Builder::new().with_secret(secret).build();
        Self {
            totp: totp.expect("20 bytes, six digits and 30 seconds are what the RFC asks for"),
        }
    }

    /// The secret as people type it: base32 in groups of four.
    pub fn text(&self) -> String {
        let text = self.totp.secret().to_base32();
        let groups: Vec<&str> = (0..text.len())
            .step_by(4)
            .map(|at| &text[at..text.len().min(at + 4)])
            .collect();
        groups.join(" ")
    }

    /// The address that an authenticator app reads from a QR code.
    pub fn address(&self, account: &str) -> String {
        let account: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
        format!(
            "otpauth://totp/Freehold:{account}?secret={}&issuer=Freehold",
            self.totp.secret().to_base32()
        )
    }

    /// The same as a QR code.
    pub fn qr(&self, account: &str) -> QrPath {
        QrPath::of(&self.address(account)).expect("an address of ours fits into a QR code")
    }

    /// The step of time whose code this is: now, or half a minute before or after. Whoever asks lets no step pass twice.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let now = u64::try_from(now.as_second()).ok()?;
        let step = self.totp.check(&digits, now)?;
        i64::try_from(step).ok()
    }

    /// The code of a time, for tests.
    #[cfg(any(test, feature = "testing"))]
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp.generate(now.as_second().unsigned_abs()).to_string()
    }
}

/// Says for a few minutes that somebody's password was right, to whoever carries it.
pub struct Ticket;

impl Ticket {
    /// Long enough to find a phone.
    const LIFE: SignedDuration = SignedDuration::from_mins(5);

    /// A ticket for `owner`, which must not have a dot in its name.
    pub fn issue(secrets: &Secrets, owner: &str, now: Timestamp) -> String {
        let at = now.as_second().to_string();
        let tag = Self::key(secrets).tag(&[b"ticket", owner.as_bytes(), at.as_bytes()]);
        format!("{owner}.{at}.{}", hex::encode(tag))
    }

    /// Whose ticket it is, if it is ours and not too old.
    pub fn check<'a>(secrets: &Secrets, ticket: &'a str, now: Timestamp) -> Option<&'a str> {
        let (owner, rest) = ticket.split_once('.')?;
        let (at, tag) = rest.split_once('.')?;
        let tag = hex::decode(tag).ok()?;
        let parts: [&[u8]; 3] = [b"ticket", owner.as_bytes(), at.as_bytes()];
        let issued = Timestamp::from_second(at.parse().ok()?).ok()?;
        let is_young = now.duration_since(issued) < Self::LIFE;
        (is_young && Self::key(secrets).is_tag(&parts, &tag)).then_some(owner)
    }

    fn key(secrets: &Secrets) -> Key {
        secrets.key(Purpose::SecondFactor)
    }
}

/// New recovery codes, each good once.
pub fn recovery_codes() -> Vec<String> {
    let letter = || char::from(ALPHABET[usize::from(rand::random::<u8>() & 31)]);
    let code = |_| {
        let letters: Vec<char> = (0..RECOVERY_LETTERS).map(|_| letter()).collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is kept of a recovery code; none when this can be none. Case, spaces and dashes do not matter.
pub fn recovery_hash(typed: &str) -> Option<TokenHash> {
    let plain: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_lowercase)
        .collect();
    let is_code = plain.len() == RECOVERY_LETTERS && plain.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| TokenHash::of(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_the_ones_beside_it() {
        let factor = SecondFactor::of(&Secrets::random(), "ops", "salt");
        let code = factor.code_at(noon());
        let after = |seconds| factor.step_of(&code, noon() + SignedDuration::from_secs(seconds));

        let step = noon().as_second() / 30;
        assert_eq!(after(0), Some(step));
        assert_eq!((after(59), after(-30)), (Some(step), Some(step)));
        assert_eq!((after(60), after(-31)), (None, None));
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(factor.step_of(&spaced, noon()), Some(step));
        assert_eq!(factor.step_of("12345", noon()), None);
    }

    #[test]
    fn the_secret_comes_from_the_installation_its_owner_and_the_salt() {
        let secrets = Secrets::random();
        let text = |owner, salt| SecondFactor::of(&secrets, owner, salt).text();

        assert_eq!(text("a", "1"), text("a", "1"));
        assert_eq!(text("a", "1").len(), 32 + 7);
        let others = [
            text("b", "1"),
            text("a", "2"),
            SecondFactor::of(&Secrets::random(), "a", "1").text(),
        ];
        assert!(!others.contains(&text("a", "1")));
    }

    #[test]
    fn an_app_reads_issuer_and_account_from_the_address() {
        let factor = SecondFactor::of(&Secrets::random(), "ops", "salt");

        let address = factor.address("ops@freehold.example");

        assert!(address.starts_with("otpauth://totp/Freehold:ops%40freehold.example?secret="));
        assert!(address.ends_with("&issuer=Freehold"));
        let qr = factor.qr("ops@freehold.example");
        assert!(
            qr.size >= 33 && qr.path.starts_with("M0 0h7v1h-7z"),
            "{}",
            qr.size
        );
    }

    #[test]
    fn a_ticket_is_good_for_five_minutes_and_says_whose_it_is() {
        let secrets = Secrets::random();
        let ticket = Ticket::issue(&secrets, "ops", noon());
        let after = |minutes| Ticket::check(&secrets, &ticket, noon() + SignedDuration::from_mins(minutes));

        assert_eq!((after(4), after(5)), (Some("ops"), None));
        let forged = ticket.replacen("ops", "eve", 1);
        assert_eq!(Ticket::check(&secrets, &forged, noon()), None);
        assert_eq!(Ticket::check(&Secrets::random(), &ticket, noon()), None);
        assert_eq!(Ticket::check(&secrets, "ops.1.zz", noon()), None);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_as_people_write_them() {
        let codes = recovery_codes();
        let mut hashes: Vec<_> = codes.iter().map(|code| recovery_hash(code).unwrap()).collect();
        assert_eq!(codes[0].len(), 19);

        let shouted = codes[0].replace('-', " ").to_uppercase();
        assert_eq!(recovery_hash(&shouted).as_ref(), Some(&hashes[0]));
        hashes.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        hashes.dedup();
        assert_eq!(hashes.len(), RECOVERY_CODES);
        for text in ["", "123456", "0000-0000-0000-0000", &"é".repeat(8)] {
            assert_eq!(recovery_hash(text), None, "{text}");
        }
    }
}
