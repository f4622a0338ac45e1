//! Which leads a rule is for, and how each of its criteria compares with a lead.

use jiff::tz::TimeZone;

use super::{LeadFacts, TimeWindow, ZipCode};
use crate::{LeadType, Money};

/// Which leads match: each criterion that is set must fit. The default fits all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// Came from exactly here.
    pub source: Option<String>,
    /// Are about this.
    pub lead_type: Option<LeadType>,
    /// Are about this town.
    pub town: Option<String>,
    /// Are about one of these postal codes.
    pub zips: Vec<ZipCode>,
    /// Have this word on them, or on whom they are from.
    pub tag: Option<String>,
    /// Are about at least this much.
    pub price_min: Option<Money>,
    /// Are about at most this much.
    pub price_max: Option<Money>,
    /// Come in this window.
    pub window: Option<TimeWindow>,
}

/// How one criterion compares with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is compared: `Source`, `Town`.
    pub what: &'static str,
    /// What the rule asks for.
    pub wanted: String,
    /// What the lead says.
    pub found: String,
    /// Whether that fits.
    pub fits: bool,
}

impl Criteria {
    /// Compares each criterion that is set with a lead that came in a tenant of this zone.
    pub fn checks(&self, facts: &LeadFacts, zone: &TimeZone) -> Vec<Check> {
        let each = [
            self.source_check(facts),
            self.type_check(facts),
            self.town_check(facts),
            self.zip_check(facts),
            self.tag_check(facts),
            self.price_check(facts),
            self.window_check(facts, zone),
        ];
        each.into_iter().flatten().collect()
    }

    fn source_check(&self, facts: &LeadFacts) -> Option<Check> {
        let wanted = self.source.as_ref()?;
        Some(Check {
            what: "Source",
            wanted: wanted.clone(),
            found: facts.source.clone(),
            fits: wanted.eq_ignore_ascii_case(&facts.source),
        })
    }

    fn type_check(&self, facts: &LeadFacts) -> Option<Check> {
        let wanted = self.lead_type?;
        Some(Check {
            what: "Type",
            wanted: wanted.label().to_owned(),
            found: facts.lead_type.label().to_owned(),
            fits: wanted == facts.lead_type,
        })
    }

    fn town_check(&self, facts: &LeadFacts) -> Option<Check> {
        let wanted = self.town.as_ref()?;
        let found = facts.town.as_ref().or(facts.address.as_ref());
        Some(Check {
            what: "Town",
            wanted: wanted.clone(),
            found: found.map_or_else(|| "no address is known".to_owned(), String::clone),
            fits: facts.is_in(wanted),
        })
    }

    fn zip_check(&self, facts: &LeadFacts) -> Option<Check> {
        if self.zips.is_empty() {
            return None;
        }
        let found = facts.zip();
        Some(Check {
            what: "ZIP code",
            wanted: listed(&self.zips),
            fits: found.as_ref().is_some_and(|found| self.zips.contains(found)),
            found: found.map_or_else(|| "no ZIP code is known".to_owned(), |zip| zip.to_string()),
        })
    }

    fn tag_check(&self, facts: &LeadFacts) -> Option<Check> {
        let wanted = self.tag.as_ref()?;
        let is_it = |tag: &String| tag.to_lowercase() == wanted.to_lowercase();
        Some(Check {
            what: "Tag",
            wanted: wanted.clone(),
            found: match facts.tags.as_slice() {
                [] => "no tag".to_owned(),
                tags => tags.join(", "),
            },
            fits: facts.tags.iter().any(is_it),
        })
    }

    fn price_check(&self, facts: &LeadFacts) -> Option<Check> {
        if self.price_min.is_none() && self.price_max.is_none() {
            return None;
        }
        let fits = facts.price.is_some_and(|(least, most)| {
            self.price_min.is_none_or(|wanted| most >= wanted)
                && self.price_max.is_none_or(|wanted| least <= wanted)
        });
        Some(Check {
            what: "Price",
            wanted: band(self.price_min, self.price_max),
            found: match facts.price {
                Some((least, most)) if least == most => least.to_string(),
                Some((least, most)) => band(Some(least), Some(most)),
                None => "no price is known".to_owned(),
            },
            fits,
        })
    }

    fn window_check(&self, facts: &LeadFacts, zone: &TimeZone) -> Option<Check> {
        let window = self.window.as_ref()?;
        let at = zone.to_datetime(facts.at);
        Some(Check {
            what: "Time",
            wanted: window.to_string(),
            found: at.strftime("%A %H:%M").to_string(),
            fits: window.contains(at),
        })
    }

    /// Every criterion as a person reads it: `Town: Wilton`.
    pub fn in_words(&self) -> Vec<String> {
        let price = (self.price_min.is_some() || self.price_max.is_some())
            .then(|| format!("Price: {}", band(self.price_min, self.price_max)));
        let each = [
            self.source.as_ref().map(|source| format!("Source: {source}")),
            self.lead_type.map(|kind| format!("Type: {}", kind.label())),
            self.town.as_ref().map(|town| format!("Town: {town}")),
            (!self.zips.is_empty()).then(|| format!("ZIP code: {}", listed(&self.zips))),
            self.tag.as_ref().map(|tag| format!("Tag: {tag}")),
            price,
            self.window.as_ref().map(ToString::to_string),
        ];
        each.into_iter().flatten().collect()
    }
}

fn listed(zips: &[ZipCode]) -> String {
    let zips: Vec<_> = zips.iter().map(ZipCode::as_str).collect();
    zips.join(", ")
}

fn band(least: Option<Money>, most: Option<Money>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("from {least}"),
        (None, Some(most)) => format!("up to {most}"),
        (None, None) => "any".to_owned(),
    }
}
