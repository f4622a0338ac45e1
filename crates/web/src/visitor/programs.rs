//! Programs, by what they call themselves.
//!
//! A list of ours: the crates that have one are years old, or bring a list that grows with every release. What does not
//! say that it is a program is not found here; what drives a browser is, by the site's script (`navigator.webdriver`).

/// What only programs that look at sites say, in lower case.
const ROBOTS: [&str; 45] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "pingdom",
    "uptime",
    "statuscake",
    "site24x7",
    "datadog",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-externalagent",
    "meta-externalfetcher",
    "whatsapp/",
    "skypeuripreview",
    "bingpreview",
    "vkshare",
    "embedly",
    "iframely",
    "linkpreview",
    "google-inspectiontool",
    "google-read-aloud",
    "google-extended",
    "google web preview",
    "mediapartners",
    "adsbot",
    "feedfetcher",
    "feedburner",
    "ia_archiver",
    "archive.org",
    "chatgpt-user",
    "perplexity-user",
    "claude-user",
    "semrush",
    "ahrefs",
    "scrapy",
    "+http",
];

/// What tools and libraries say that programs are made of.
const TOOLS: [&str; 22] = [
    "curl/",
    "wget",
    "httpie",
    "python",
    "aiohttp",
    "httpx",
    "go-http-client",
    "java/",
    "apache-httpclient",
    "okhttp",
    "libwww",
    "lwp::",
    "guzzle",
    "php/",
    "ruby",
    "faraday",
    "axios",
    "node-fetch",
    "undici",
    "node.js",
    "reqwest",
    "postman",
];

/// A telephone whose makers named it badly.
const NO_ROBOT: &str = "cubot";

/// What a visitor calls themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A browser, or something that does not say what it is.
    Person,
    /// A program of somebody's own.
    Tool,
    /// A program that looks at sites.
    Robot,
}

impl Kind {
    pub(crate) fn of(agent: &str) -> Self {
        let agent = agent.to_ascii_lowercase().replace(NO_ROBOT, "");
        let says = |words: &[&str]| words.iter().any(|word| agent.contains(word));
        match () {
            () if says(&ROBOTS) => Self::Robot,
            () if says(&TOOLS) => Self::Tool,
            () => Self::Person,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_what_they_say() {
        for (agent, kind) in [
            (
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                Kind::Robot,
            ),
            (
                "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
                Kind::Robot,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0.0.0 Safari/537.36",
                Kind::Robot,
            ),
            (
                "Mozilla/5.0 (Linux; Android 11) Chrome/131.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
                Kind::Robot,
            ),
            (
                "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
                Kind::Robot,
            ),
            ("WhatsApp/2.23.20.0 A", Kind::Robot),
            (
                "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ BingPreview/1.0b",
                Kind::Robot,
            ),
            ("curl/8.9.1", Kind::Tool),
            ("python-requests/2.32.3", Kind::Tool),
            ("Go-http-client/2.0", Kind::Tool),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                Kind::Person,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 \
              Safari/604.1",
                Kind::Person,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 8) Chrome/131.0.0.0 Mobile Safari/537.36",
                Kind::Person,
            ),
            (
                "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/21B101 Instagram 309.1.1.28.108",
                Kind::Person,
            ),
            ("", Kind::Person),
        ] {
            assert_eq!(Kind::of(agent), kind, "{agent}");
        }
    }

    #[test]
    fn every_word_is_in_lower_case_or_would_never_be_found() {
        for word in ROBOTS.iter().chain(&TOOLS) {
            assert_eq!(*word, word.to_ascii_lowercase());
        }
    }
}
