//! What somebody typed on their way to a range, kept by their own browser for the page that shows it: the address of that
//! page holds the home alone, because addresses are remembered and handed on.
//!
//! It is signed, so that a neighbouring subdomain, which may set cookies for us, cannot put words in anybody's mouth. And
//! it goes with one home: what was typed for another is not shown beside this one.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use server::{
    Facts, Submitted, cookie,
    secrets::{Key, Purpose},
};

use super::pages::OF_THE_HOME;

const NAME: &str = "home_value";

/// As long as somebody looks at homes like theirs and comes back. Whoever comes later sees the range all the same.
const SECONDS: u32 = 60 * 60;

/// Browsers keep no cookie of more than 4,096 bytes, its name and what it says of itself among them.
const LONGEST: usize = 3_900;

/// Has the browser keep what was typed, if it can.
pub(super) fn keep(response: &mut Response, typed: &Submitted, (tenant, facts): (&str, &Facts)) {
    let text = written(typed);
    let tag = key(facts).tag(&parts(tenant, &text));
    let secure = if facts.secure_cookies() { "; Secure" } else { "" };
    let cookie = format!(
        "{NAME}={text}.{}; Path=/home-value; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}",
        hex::encode(tag)
    );
    if cookie.len() <= LONGEST {
        let cookie = HeaderValue::from_str(&cookie).expect("a query is ASCII");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What the browser kept of the way to the range of this home.
pub(super) fn of(
    headers: &HeaderMap,
    home: &Submitted,
    (tenant, facts): (&str, &Facts),
) -> Option<Submitted> {
    let (text, tag) = cookie::get(headers, NAME)?.rsplit_once('.')?;
    if !key(facts).is_tag(&parts(tenant, text), &hex::decode(tag).ok()?) {
        return None;
    }
    let typed = Submitted::of_query(text).ok()?;
    (written(&of_the_home(&typed)) == written(&of_the_home(home))).then_some(typed)
}

/// The facts of the home alone.
pub(super) fn of_the_home(typed: &Submitted) -> Submitted {
    typed.only(|name| OF_THE_HOME.contains(&name))
}

fn written(typed: &Submitted) -> String {
    typed.query_with("", None)
}

fn key(facts: &Facts) -> Key {
    facts.secrets().key(Purpose::HomeValue)
}

fn parts<'a>(tenant: &'a str, text: &'a str) -> [&'a [u8]; 2] {
    [tenant.as_bytes(), text.as_bytes()]
}
