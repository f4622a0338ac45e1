//! The way through the pages of a RESO Web API: where it begins, where the next page is, and where it ends.
//!
//! Services end a page in two ways. Most name the next one, and go on so to the end of all there is. Others take `$top`
//! by its word, and end there: of them the rows behind the last one are asked for, by moment and key, until a page is
//! short. Nobody is asked for the same address twice, and nobody for ever.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use server::outgoing::{Question, Unanswered, Url, is_private};

use crate::Refusal;

/// Listings asked for at a time: what each of the services allows.
pub(super) const PAGE: usize = 200;

/// How long all pages of a poll may take. What is left is asked for the next time. Less than the ten minutes that alerts
/// leave to what is still being written.
const PATIENCE: Duration = Duration::from_mins(9);

/// A service that never comes to an end is stopped here, and goes on where it was the next time.
const MOST_PAGES: usize = 5_000;

/// A service, and how it knows us.
pub struct Feed {
    /// The address below which its `Property` is.
    address: Url,
    property: Url,
    token: Option<SecretString>,
    patience: Duration,
}

/// A page of its answer.
#[derive(Deserialize)]
pub(super) struct PageOfRows {
    pub(super) value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

/// Why a service was not heard out. Reads as the end of "the service …".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    #[error("leads elsewhere for its next page, where its token must not go")]
    Elsewhere,
    #[error("leads in a circle: the next page that it names was read already")]
    Circle,
    #[error("did not come to its end in time, and is heard on from there the next time")]
    Unended,
    #[error(
        "sends whole pages without a ListingKey and a ModificationTimestamp, so that nobody can ask for the next"
    )]
    Nameless,
}

impl Feed {
    /// The service at this address: the one below which `Property` is.
    ///
    /// # Errors
    ///
    /// When it is no address, or one where anybody on the way could read the token.
    pub fn at(address: &str, token: Option<SecretString>) -> Result<Self, Refusal> {
        let refused = |detail: &str| Refusal::invalid("", "address", detail);
        let none =
            || refused("The address must be that of a RESO Web API, such as https://api.example.com/odata.");
        let mut address: Url = address.parse().map_err(|_| none())?;
        if !is_private(&address) {
            return Err(refused("The address must begin with https://."));
        }
        address.set_query(None);
        address.set_fragment(None);
        if !address.path().ends_with('/') {
            let path = format!("{}/", address.path());
            address.set_path(&path);
        }
        let property = address.join("Property").map_err(|_| none())?;
        Ok(Self {
            address,
            property,
            token,
            patience: PATIENCE,
        })
    }

    /// Names it in the database, and to people.
    pub(super) fn name(&self) -> &str {
        self.address.as_str()
    }

    pub(super) const fn patience(&self) -> Duration {
        self.patience
    }

    #[cfg(test)]
    pub(super) fn heard_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// A page of what changed, the oldest change first, and of one moment in the order of the keys.
    fn page(&self, filter: Option<&str>) -> Url {
        let mut url = self.property.clone();
        let mut query = url.query_pairs_mut();
        if let Some(filter) = filter {
            query.append_pair("$filter", filter);
        }
        query
            .append_pair("$orderby", "ModificationTimestamp asc,ListingKey asc")
            .append_pair("$top", &PAGE.to_string())
            .finish();
        drop(query);
        // Not every OData server takes a plus for a space.
        let query = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&query));
        url
    }

    /// Where a link leads. Only at the same service: the token goes nowhere else.
    fn linked(&self, link: &str) -> Result<Url, Broken> {
        let next = self.address.join(link).ok();
        next.filter(|next| next.origin() == self.address.origin())
            .ok_or(Broken::Elsewhere)
    }

    pub(super) fn question(&self, address: Url) -> Question {
        let token = self.token.as_ref().map(|token| {
            let bearer = format!("Bearer {}", token.expose_secret());
            ("authorization", SecretString::from(bearer))
        });
        let accept = ("accept", SecretString::from("application/json"));
        Question {
            address,
            headers: token.into_iter().chain([accept]).collect(),
            body: None,
        }
    }
}

/// How far one is on the way.
pub(super) struct Way<'a> {
    feed: &'a Feed,
    /// Until when the service had been heard before.
    since: Option<Timestamp>,
    asked: HashSet<Url>,
    /// Rows since we named a page ourselves.
    rows: usize,
    /// When the last row changed, and what it is called.
    last: Option<(Timestamp, String)>,
}

impl<'a> Way<'a> {
    /// The way, and its first page: what changed since then. That moment itself is asked for again: others may have
    /// changed in the same one.
    pub(super) fn begin(feed: &'a Feed, since: Option<Timestamp>) -> (Self, Url) {
        let filter = since.map(|since| format!("ModificationTimestamp ge {since}"));
        let first = feed.page(filter.as_deref());
        let way = Self {
            feed,
            since,
            asked: HashSet::from([first.clone()]),
            rows: 0,
            last: None,
        };
        (way, first)
    }

    /// The page behind one, if there is more.
    pub(super) fn behind(&mut self, page: &PageOfRows) -> Result<Option<Url>, Broken> {
        self.rows += page.value.len();
        let last = page.value.iter().rev().find_map(place);
        self.last = last.or_else(|| self.last.take());
        let next = match &page.next {
            Some(link) => self.feed.linked(link)?,
            None if self.may_end_early() => self.behind_the_last()?,
            None => return Ok(None),
        };
        if self.asked.len() >= MOST_PAGES {
            return Err(Broken::Unended);
        }
        match self.asked.insert(next.clone()) {
            true => Ok(Some(next)),
            false => Err(Broken::Circle),
        }
    }

    /// Whether there may be more although no next page is named: after as many rows as were asked for; and before the
    /// first new moment, where a service that sends fewer at a time would be asked for the same ones for ever.
    fn may_end_early(&self) -> bool {
        let stands_still = self.since.zip(self.last.as_ref());
        // Kept to the microsecond.
        let stands_still =
            stands_still.is_some_and(|(since, (last, _))| last.as_microsecond() <= since.as_microsecond());
        self.rows == PAGE || (self.rows > 1 && stands_still)
    }

    fn behind_the_last(&mut self) -> Result<Url, Broken> {
        let (at, key) = self.last.as_ref().ok_or(Broken::Nameless)?;
        let key = key.replace('\'', "''");
        let filter = format!(
            "ModificationTimestamp gt {at} or (ModificationTimestamp eq {at} and ListingKey gt '{key}')"
        );
        self.rows = 0;
        Ok(self.feed.page(Some(&filter)))
    }
}

fn place(row: &Value) -> Option<(Timestamp, String)> {
    Some((changed_at(row)?, row["ListingKey"].as_str()?.to_owned()))
}

/// When a row changed.
pub(super) fn changed_at(row: &Value) -> Option<Timestamp> {
    row["ModificationTimestamp"].as_str()?.parse().ok()
}
