//! Sign-ins of members: who came in or was refused, when, and from where.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::{PersonId, SignInId, text_enum::text_enum};

text_enum! {
    /// What came of somebody at the door.
    pub enum SignInOutcome {
        /// They came in with their password.
        Password = "password",
        /// They came in because the identity provider said who they are.
        IdentityProvider = "identity_provider",
        /// They came in by taking an invitation.
        Invitation = "invitation",
        /// The password was another.
        WrongPassword = "wrong_password",
    }
}

impl SignInOutcome {
    /// Whether it opened a session.
    pub const fn is_in(self) -> bool {
        !matches!(self, Self::WrongPassword)
    }

    /// What came of it, as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "Signed in",
            Self::IdentityProvider => "Signed in with the identity provider",
            Self::Invitation => "Came in by an invitation",
            Self::WrongPassword => "Wrong password",
        }
    }
}

/// From where somebody knocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whence {
    /// The address of their network.
    pub address: String,
    /// What their browser calls itself; nothing when it does not say.
    pub user_agent: String,
}

impl Whence {
    /// So much is kept of what a browser calls itself: that is anybody's to make longer.
    pub const LONGEST: usize = 300;

    /// From this address, with this browser.
    pub fn new(address: IpAddr, user_agent: &str) -> Self {
        let visible = user_agent.chars().filter(|c| !c.is_control());
        Self {
            address: address.to_string(),
            user_agent: visible.take(Self::LONGEST).collect(),
        }
    }

    /// The browser in words: `Firefox on Windows`. What is no browser we know goes by its own first word.
    pub fn browser(&self) -> String {
        let agent = self.user_agent.as_str();
        match (browser(agent), system(agent)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(browser), None) => browser.to_owned(),
            (None, _) => program(agent),
        }
    }
}

/// Those that go by the names of others, too, stand before them.
fn browser(agent: &str) -> Option<&'static str> {
    const MARKS: [(&str, &str); 9] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Safari/", "Safari"),
    ];
    named(agent, &MARKS)
}

fn system(agent: &str) -> Option<&'static str> {
    const MARKS: [(&str, &str); 8] = [
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "a Mac"),
        ("Linux", "Linux"),
        ("X11", "Unix"),
    ];
    named(agent, &MARKS)
}

fn named(agent: &str, marks: &[(&str, &'static str)]) -> Option<&'static str> {
    let found = marks.iter().find(|(mark, _)| agent.contains(mark));
    found.map(|(_, name)| *name)
}

fn program(agent: &str) -> String {
    const LONGEST: usize = 30;

    let is_of_word = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let word: String = agent.chars().take_while(is_of_word).take(LONGEST).collect();
    match word.is_empty() {
        true => "An unknown program".to_owned(),
        false => format!("The program {word}"),
    }
}

/// Somebody at the door, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Names it within its tenant: as its session, where one was opened.
    pub id: SignInId,
    /// Who; nobody, when the address that was tried is no member's.
    pub person_id: Option<PersonId>,
    /// What came of it.
    pub outcome: SignInOutcome,
    /// From where.
    pub whence: Whence,
    /// When.
    pub occurred_at: Timestamp,
}

impl SignIn {
    /// For so long it is kept.
    pub const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

    /// So many of one outcome are kept of one person: no stranger's guesses drive the good ones out.
    pub const MOST: i64 = 200;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_by_the_name_people_know_it_by() {
        let at_home: IpAddr = [127, 0, 0, 1].into();
        for (agent, told) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "The program curl"),
            ("Firefox/140.0", "Firefox"),
            ("<b>Odd", "An unknown program"),
            ("", "An unknown program"),
        ] {
            assert_eq!(Whence::new(at_home, agent).browser(), told, "{agent}");
        }
    }

    #[test]
    fn of_what_a_browser_calls_itself_only_so_much_is_kept_and_no_line_of_its_own() {
        let whence = Whence::new([127, 0, 0, 1].into(), &"a\n".repeat(1_000));

        assert_eq!(whence.user_agent, "a".repeat(Whence::LONGEST));
    }
}
