//! By what means somebody came to a website, as their request says it.

use crate::text_enum::text_enum;

text_enum! {
    /// By what means somebody came.
    pub enum Medium {
        /// Typed the address, or had a bookmark.
        Direct = "direct",
        /// A link on another site.
        Referral = "referral",
        /// What a search found.
        Organic = "organic",
        /// An advertisement.
        Paid = "paid",
        /// A message.
        Email = "email",
        /// A social network.
        Social = "social",
    }
}

/// What a request says of what led to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Led<'a> {
    /// Who sent them, as the link says: `utm_source`.
    pub source: Option<&'a str>,
    /// By what means, as the link says: `utm_medium`.
    pub medium: Option<&'a str>,
    /// Whether the link names a click on an advertisement: `gclid`, `msclkid`.
    pub has_paid_click: bool,
    /// Whether it names a click at Facebook, paid for or not: `fbclid`.
    pub has_social_click: bool,
    /// The host of the page before.
    pub referrer: Option<&'a str>,
}

/// What links call advertisements.
const PAID: [&str; 10] = [
    "cpc",
    "ppc",
    "cpm",
    "cpv",
    "cpa",
    "paid",
    "display",
    "banner",
    "ads",
    "retargeting",
];

const EMAIL: [&str; 4] = ["email", "mail", "newsletter", "gmail"];

/// As they are called in links, and in hosts.
const SOCIAL: [&str; 18] = [
    "social",
    "facebook",
    "fb",
    "instagram",
    "ig",
    "linkedin",
    "lnkd",
    "twitter",
    "pinterest",
    "reddit",
    "tiktok",
    "youtube",
    "youtu",
    "nextdoor",
    "threads",
    "snapchat",
    "bsky",
    "whatsapp",
];

const SEARCH: [&str; 11] = [
    "organic",
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "ecosia",
    "baidu",
    "yandex",
    "qwant",
    "startpage",
    "brave",
];

/// Hosts that their parts do not tell apart from others.
const HOSTS: [(&str, Medium); 5] = [
    ("com.google.android.gm", Medium::Email),
    ("t.co", Medium::Social),
    ("x.com", Medium::Social),
    ("outlook.live.com", Medium::Email),
    ("outlook.office.com", Medium::Email),
];

impl Medium {
    /// By what means, by the surest sign: a click that was paid for, what the link says, where the page before was.
    pub fn of(led: &Led<'_>) -> Self {
        if led.has_paid_click {
            return Self::Paid;
        }
        let said = led.medium.and_then(in_words).or_else(|| in_words(led.source?));
        let clicked = led.has_social_click.then_some(Self::Social);
        let from = said.or(clicked).or_else(|| led.referrer.map(from_host));
        match (from, led.medium.or(led.source)) {
            (Some(medium), _) => medium,
            // A link that somebody made, wherever it hangs: on paper, on a sign.
            (None, Some(_)) => Self::Referral,
            (None, None) => Self::Direct,
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Direct => "Typed the address, or a bookmark",
            Self::Referral => "Link elsewhere",
            Self::Organic => "Search",
            Self::Paid => "Advertisement",
            Self::Email => "E-mail",
            Self::Social => "Social network",
        }
    }
}

/// What the words of a link say: `paid_social` is paid for before it is social.
fn in_words(text: &str) -> Option<Medium> {
    let text = text.to_ascii_lowercase().replace("e-mail", "email");
    let words: Vec<_> = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .collect();
    of_words(&words).or_else(|| words.contains(&"referral").then_some(Medium::Referral))
}

fn from_host(host: &str) -> Medium {
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let known = HOSTS.iter().find(|(known, _)| *known == host);
    let words: Vec<_> = host.split('.').collect();
    let medium = known.map(|(_, medium)| *medium);
    medium.or_else(|| of_words(&words)).unwrap_or(Medium::Referral)
}

fn of_words(words: &[&str]) -> Option<Medium> {
    let kinds = [
        (&PAID[..], Medium::Paid),
        (&EMAIL, Medium::Email),
        (&SOCIAL, Medium::Social),
        (&SEARCH, Medium::Organic),
    ];
    let found = kinds
        .into_iter()
        .find(|(known, _)| words.iter().any(|word| known.contains(word)));
    found.map(|(_, medium)| medium)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(source: &str, medium: &str, referrer: &str) -> Medium {
        let said = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Medium::of(&Led {
            source: said(source),
            medium: said(medium),
            referrer: said(referrer),
            ..Led::default()
        })
    }

    #[test]
    fn the_means_is_what_the_link_says_and_else_where_they_were_before() {
        for (source, medium, referrer, expected) in [
            ("", "", "", Medium::Direct),
            ("google", "cpc", "www.google.com", Medium::Paid),
            ("facebook", "paid_social", "", Medium::Paid),
            ("autumn", "E-Mail", "", Medium::Email),
            ("newsletter", "", "", Medium::Email),
            ("linkedin", "social", "", Medium::Social),
            ("facebook", "", "www.google.com", Medium::Social),
            ("zillow", "referral", "", Medium::Referral),
            ("sign", "", "", Medium::Referral),
            ("sign", "qr", "", Medium::Referral),
            ("sign", "", "duckduckgo.com", Medium::Organic),
            ("", "", "www.google.co.uk", Medium::Organic),
            ("", "", "search.yahoo.com", Medium::Organic),
            ("", "", "mail.google.com", Medium::Email),
            ("", "", "com.google.android.gm", Medium::Email),
            ("", "", "outlook.live.com", Medium::Email),
            ("", "", "l.facebook.com", Medium::Social),
            ("", "", "T.CO", Medium::Social),
            ("", "", "www.x.com", Medium::Social),
            ("", "", "news.example.com", Medium::Referral),
            ("", "", "notgoogle.example", Medium::Referral),
        ] {
            assert_eq!(
                by(source, medium, referrer),
                expected,
                "{source} {medium} {referrer}"
            );
        }
    }

    #[test]
    fn a_click_that_was_paid_for_is_the_surest_sign() {
        let paid = Led {
            medium: Some("social"),
            has_paid_click: true,
            ..Led::default()
        };
        let social = Led {
            has_social_click: true,
            referrer: Some("news.example.com"),
            ..Led::default()
        };

        assert_eq!(Medium::of(&paid), Medium::Paid);
        assert_eq!(Medium::of(&social), Medium::Social);
    }
}
