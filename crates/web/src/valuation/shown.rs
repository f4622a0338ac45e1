//! `/home-value/range`, the answer to an owner: the range with what it rests on, or why there is none.
//!
//! Its address names the home and nothing else, so that the back button, a reload and a bookmark lead to it; it is worked
//! out from that alone, and stores nothing. What the owner typed of themselves their own browser keeps for a while.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use jiff::{Timestamp, tz::TimeZone};
use server::{Facts, Failure, Params, Submitted, page};
use types::{
    Money, PropertyType,
    events::{ValuationContact, ValuationRequested},
    listings::ListingStatus,
    valuation::{Comparable, Confidence, Method, OFF_ASKED, OFF_PENDING, Range, ReviewReason, Valuation},
};

use super::{
    pages::{OF_THE_HOME, OF_THE_PERSON, PROPERTY_TYPES},
    reading, town, typed,
};
use crate::{app::App, listings::each_once, site::Frame, visitor::Visitor};

/// Where the answer is.
const PATH: &str = "/home-value/range";

#[derive(Template)]
#[template(path = "valuation/result.html")]
struct Answer {
    frame: Frame,
    home: HomeShown,
    /// What was typed, for the way back to it.
    change: Submitted,
    range: Range,
}

#[derive(Template)]
#[template(path = "valuation/review.html")]
struct Review {
    frame: Frame,
    home: HomeShown,
    /// What was typed, for the way back to it.
    change: Submitted,
    reason: &'static str,
}

/// The facts as the owner gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HomeShown {
    pub(super) address: String,
    pub(super) property_type: String,
    pub(super) rooms: String,
    pub(super) sqft: Option<String>,
    /// Whether an agent must look at it before anybody names a price.
    pub(super) needs_review: bool,
    /// Where the agent's answer goes, if it can.
    pub(super) reply_to: Option<String>,
}

/// Leads on to the answer, once the request is stored.
pub(super) fn led_on(form: &Submitted, token: &str, whose: (&str, &Facts)) -> Response {
    let is_known = |name: &str| OF_THE_HOME.contains(&name) || OF_THE_PERSON.contains(&name);
    let typed = form.only(is_known).with("token", token);
    let query = typed::of_the_home(&typed).query_with("", None);
    let mut response = page::see_other(&format!("{PATH}?{query}"));
    typed::keep(&mut response, &typed, whose);
    response
}

/// The answer for the home that the address of the page names; or the step of the form where what is wrong with it can
/// be mended.
pub(crate) async fn range(
    visitor: Visitor,
    State(app): State<App>,
    (facts, headers): (Facts, HeaderMap),
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let home = typed::of_the_home(&asked);
    let whose = (visitor.context.tenant_id.as_str(), &facts);
    let change = typed::of(&headers, &home, whose).unwrap_or_else(|| home.clone());
    let Ok((request, _)) = reading::read(&reading::of_form(&change)) else {
        let query = home.query_with("step", Some("3"));
        return Ok(page::see_other(&format!("/home-value?{query}")));
    };
    let home = HomeShown::of(&request);
    match town::value(&app, &visitor.site.scope, &request).await {
        Valuation::Ok(range) => page::private(&Answer {
            frame,
            home,
            change,
            range,
        }),
        Valuation::NeedsReview { reason } => page::private(&Review {
            frame,
            home,
            change,
            reason: why(reason),
        }),
    }
}

const fn why(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::MultiFamily => {
            "A house with more than one household is priced by its rents as well as its rooms."
        }
        ReviewReason::ManyRooms => "A home with this many rooms has few like it to be compared with.",
        ReviewReason::UnusualSize => "A home of this size has few like it to be compared with.",
    }
}

impl HomeShown {
    pub(super) fn of(request: &ValuationRequested) -> Self {
        Self {
            address: request.address.as_str().to_owned(),
            property_type: kind(request.property_type.as_str()),
            rooms: format!("{} and {}", request.beds, request.baths),
            sqft: request.sqft.map(|sqft| grouped(u64::from(sqft.get()))),
            needs_review: request.home().review_reason().is_some(),
            reply_to: request.contact.as_ref().and_then(reply_to),
        }
    }

    /// What somebody typed that is no home yet.
    pub(super) fn as_typed(form: &Submitted) -> Self {
        Self {
            address: form.get("address").to_owned(),
            property_type: kind(form.get("propertyType")),
            rooms: format!("{} and {}", form.get("beds"), form.get("baths")),
            sqft: form.filled("sqft").map(str::to_owned),
            needs_review: form.get("propertyType") == PropertyType::MultiFamily.as_str(),
            reply_to: None,
        }
    }
}

fn kind(word: &str) -> String {
    let shown = PROPERTY_TYPES.iter().find(|(value, _)| *value == word);
    shown.map_or(word, |(_, shown)| shown).to_owned()
}

/// The address, or else the number, that an answer can go to.
fn reply_to(contact: &ValuationContact) -> Option<String> {
    let email = contact.email.as_ref().map(|email| email.as_str().to_owned());
    email.or_else(|| Some(contact.number()?.original().to_owned()))
}

/// `1,250,000`.
fn grouped(number: u64) -> String {
    dollars(number).trim_start_matches('$').to_owned()
}

/// `$1,250,000`.
fn dollars(amount: u64) -> String {
    let money = i64::try_from(amount).ok().and_then(Money::from_dollars);
    money
        .expect("no home costs ninety quadrillion dollars")
        .to_string()
}

impl Answer {
    fn low(&self) -> String {
        dollars(self.range.low)
    }

    fn high(&self) -> String {
        dollars(self.range.high)
    }

    /// What the range rests on, as one sentence.
    fn method(&self) -> String {
        match (self.range.method, self.range.confidence) {
            (Method::Comparables, _) => format!(
                "From {} homes like it in the same town, each brought to the rooms and the size of yours and to today.",
                self.range.comparables.len()
            ),
            (Method::Baseline, Confidence::Low) => {
                "From type, bedrooms and bathrooms alone, plus or minus 20 %. The living area would narrow it.".to_owned()
            }
            (Method::Baseline, _) => {
                "From type, bedrooms, bathrooms and living area, plus or minus 10 %.".to_owned()
            }
        }
    }

    /// What must be said beside the homes.
    fn disclaimers(&self) -> Vec<&str> {
        let homes = self.range.comparables.iter();
        each_once(homes.map(|home| home.disclaimer.as_str()))
    }

    /// `High`, and what makes it so.
    const fn confidence(&self) -> &'static str {
        match (self.range.method, self.range.confidence) {
            (_, Confidence::High) => "High: many homes like it, and their prices agree.",
            (Method::Comparables, Confidence::Medium) => "Medium: few homes like it, or their prices differ.",
            (Method::Comparables, Confidence::Low) => "Low: the prices of homes like it lie far apart.",
            (Method::Baseline, Confidence::Medium) => {
                "Medium: too few homes like it were for sale in this town to compare it with."
            }
            (Method::Baseline, Confidence::Low) => {
                "Low: neither its living area nor enough homes like it are known."
            }
        }
    }

    /// What is taken off prices that nobody has paid.
    fn asking() -> String {
        format!(
            "Asking prices count a little less than prices that were paid: {OFF_ASKED} % less for homes that are for sale, \
             {OFF_PENDING} % less where an offer was accepted."
        )
    }

    fn price(home: &Comparable) -> String {
        dollars(u64::from(home.price.dollars()))
    }

    fn adjusted(home: &Comparable) -> String {
        dollars(home.adjusted_price)
    }

    fn facts(home: &Comparable) -> String {
        let facts = [
            home.beds.map(|beds| format!("{beds} bd")),
            home.baths.map(|baths| format!("{baths} ba")),
            home.sqft
                .map(|sqft| format!("{} sq ft", grouped(sqft.get().into()))),
        ];
        facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// `Sold June 2026`, `Sold` when nobody says when, or that it is still to be had.
    fn standing(home: &Comparable) -> String {
        match (home.status, home.sold_at) {
            (ListingStatus::Sold, Some(at)) => format!("Sold {}", month(at)),
            (status, _) => status.label().to_owned(),
        }
    }
}

fn month(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%B %Y").to_string()
}
