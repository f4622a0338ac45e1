//! Listings as the RESO Data Dictionary 2.0 names their fields: what files and services send.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::{Number, Value};

use super::{
    Attribution, Listing, ListingAddress, ListingId, ListingStatus,
    line::Line,
    moment::{moment, start_of},
    permission::{OF_ADDRESS, OF_LISTING, Permission},
    street,
    withheld::Withheld,
};
use crate::{
    ListingType,
    misfit::{IS_MISSING, Misfit},
    property::{Baths, Beds, Price, Sqft},
    text::Text,
};

/// A row, as far as a site shows it. What else a row has is not asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResoListing {
    listing_key: ListingId,
    listing_id: Option<Line<64>>,
    standard_status: String,
    unparsed_address: Option<Line<LONGEST_STREET>>,
    #[serde(default, deserialize_with = "street::part")]
    street_number: Option<String>,
    #[serde(default, deserialize_with = "street::part")]
    street_dir_prefix: Option<String>,
    #[serde(default, deserialize_with = "street::part")]
    street_name: Option<String>,
    #[serde(default, deserialize_with = "street::part")]
    street_suffix: Option<String>,
    #[serde(default, deserialize_with = "street::part")]
    street_dir_suffix: Option<String>,
    #[serde(default, deserialize_with = "street::part")]
    unit_number: Option<String>,
    city: Line<100>,
    state_or_province: Line<32>,
    postal_code: Line<16>,
    subdivision_name: Option<Line<100>>,
    list_price: Price,
    close_price: Option<Price>,
    close_date: Option<Date>,
    property_type: Option<String>,
    property_sub_type: Option<String>,
    bedrooms_total: Option<Beds>,
    bathrooms_full: Option<u32>,
    bathrooms_half: Option<u32>,
    bathrooms_total_decimal: Option<Baths>,
    bathrooms_total_integer: Option<Baths>,
    #[serde(default, deserialize_with = "Sqft::rounded")]
    living_area: Option<Sqft>,
    lot_size_acres: Option<f64>,
    year_built: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    public_remarks: Option<Text<8_000>>,
    list_agent_full_name: Option<Line<200>>,
    list_office_name: Line<200>,
    list_office_phone: Option<Line<64>>,
    listing_contract_date: Option<Date>,
    #[serde(default, deserialize_with = "moment")]
    on_market_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    on_market_timestamp: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    original_entry_timestamp: Option<Timestamp>,
    days_on_market: Option<u32>,
    modification_timestamp: Option<Timestamp>,
    #[serde(default, rename = "InternetEntireListingDisplayYN")]
    may_be_shown: Permission,
    #[serde(default, rename = "InternetAddressDisplayYN")]
    address_may_be_shown: Permission,
}

/// The fields that are numbers. Postal codes and keys are not, although they have digits.
const NUMBERS: [&str; 13] = [
    "BathroomsFull",
    "BathroomsHalf",
    "BathroomsTotalDecimal",
    "BathroomsTotalInteger",
    "BedroomsTotal",
    "ClosePrice",
    "DaysOnMarket",
    "Latitude",
    "ListPrice",
    "LivingArea",
    "Longitude",
    "LotSizeAcres",
    "YearBuilt",
];

/// More than any street has.
const LONGEST_STREET: usize = 200;

/// A row without the texts that say nothing: services send them for what they do not know.
fn without_blanks(row: &Value) -> Cow<'_, Value> {
    fn is_blank(value: &Value) -> bool {
        value.as_str().is_some_and(|text| text.trim().is_empty())
    }
    match row.as_object() {
        Some(fields) if fields.values().any(is_blank) => {
            let said = fields.iter().filter(|(_, value)| !is_blank(value));
            Cow::Owned(said.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        _ => Cow::Borrowed(row),
    }
}

/// A word of the dictionary. Some services write `SingleFamilyResidence`, as names of `OData` have no spaces.
fn unspaced(word: &str) -> String {
    word.replace(' ', "")
}

/// A cell as JSON would have it. What cannot be read stays text, and is refused with its field.
fn value_of(field: &str, cell: &str) -> Value {
    let number = cell.parse::<Number>().ok().filter(|_| NUMBERS.contains(&field));
    number.map_or_else(|| Value::String(cell.to_owned()), Value::Number)
}

/// Why a row is none. Reads as the end of "this listing …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRow {
    /// A status that no site shows.
    #[error("has the status {0}, which no site shows")]
    Status(String),
    /// A kind of home nobody here knows.
    #[error("is a {0}, which is no kind of home")]
    Kind(String),
    /// Nothing says what kind of home it is.
    #[error("has neither a PropertySubType nor a PropertyType")]
    NoKind,
    /// What is asked for it is asked again every month.
    #[error("is for rent, and a site shows what is for sale")]
    Rent,
    /// Its parts make an address longer than any.
    #[error("has an address of more than {LONGEST_STREET} characters")]
    Address,
    /// The seller keeps it off the internet.
    #[error("may not be shown on the internet")]
    Hidden,
    /// Nobody can read whether the seller keeps it off the internet.
    #[error("has an {0} that is neither yes nor no, and is not shown until it is")]
    Unreadable(&'static str),
    /// More bathrooms than any home has.
    #[error("has more bathrooms than any home")]
    Baths,
}

/// The words of RESO for what is not to be had, now or any more.
const OFF_MARKET: [&str; 6] = ["Canceled", "Delete", "Expired", "Hold", "Incomplete", "Withdrawn"];

pub(super) fn is_off_market(word: &str) -> bool {
    OFF_MARKET.contains(&word.trim())
}

impl BadRow {
    /// Whether the row is right, and says that the listing is to leave the site.
    pub fn takes_off(&self) -> bool {
        match self {
            Self::Hidden => true,
            Self::Status(word) => is_off_market(word),
            Self::Kind(_) | Self::NoKind | Self::Rent | Self::Address | Self::Baths | Self::Unreadable(_) => {
                false
            }
        }
    }
}

impl ResoListing {
    /// Reads a row of JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with it and in which field, as the end of "this row …", without repeating what it says.
    pub fn parse(row: &Value) -> Result<Self, String> {
        if !row.is_object() {
            return Err("is not an object with the fields of a listing".to_owned());
        }
        let row = without_blanks(row);
        Self::deserialize(&*row).map_err(|_| {
            let misfit = Misfit::of::<Self>(&row);
            misfit.map_or_else(String::new, |misfit| match (misfit.path(), &*misfit.rule) {
                (field, IS_MISSING) => format!("has no {field}"),
                (field, rule) => format!("has a {field} that {rule}"),
            })
        })
    }

    /// The row of JSON that a row of a CSV file is, whose header has the names of the fields. An empty cell says nothing.
    pub fn row_of(cells: &BTreeMap<&str, &str>) -> Value {
        let cells = cells.iter();
        cells
            .map(|(name, cell)| ((*name).to_owned(), value_of(name, cell.trim())))
            .collect()
    }

    /// What the row is called, whether or not the rest of it can be read.
    pub const fn key(&self) -> &ListingId {
        &self.listing_key
    }

    /// The listing, with the words the site must say besides.
    ///
    /// # Errors
    ///
    /// When it may not be shown, or is nothing a site shows.
    pub fn read(self, disclaimer: &str, now: Timestamp) -> Result<Listing, BadRow> {
        match (self.may_be_shown, self.address_may_be_shown) {
            (Permission::Refused, _) => return Err(BadRow::Hidden),
            (Permission::Unreadable, _) => return Err(BadRow::Unreadable(OF_LISTING)),
            (_, Permission::Unreadable) => return Err(BadRow::Unreadable(OF_ADDRESS)),
            (Permission::Unsaid | Permission::Given, _) => {}
        }
        let (status, property_type) = (self.status()?, self.kind()?);
        let (baths, listed_at) = (self.baths()?, self.listed_at(now));
        let has_rooms = property_type != ListingType::Land;
        // Without the street, a point on the map would tell it.
        let has_address = self.address_may_be_shown != Permission::Refused;
        let (street, description) = self.told(has_address)?;
        // Services write 0, 0 for what they do not know: a point in the sea.
        let is_placed = has_address && (self.latitude, self.longitude) != (Some(0.0), Some(0.0));
        Ok(Listing {
            status,
            price: self.close_price.unwrap_or(self.list_price),
            beds: self.bedrooms_total.filter(|_| has_rooms),
            baths: baths.filter(|_| has_rooms),
            // And 0 for what they do not measure.
            sqft: self.living_area.filter(|sqft| sqft.get() > 0),
            lot_acres: self.lot_size_acres.filter(|acres| (0.0..1e6).contains(acres)),
            year_built: self.year_built.filter(|year| (1600..2200).contains(year)),
            property_type,
            description,
            photos: Vec::new(),
            lat: self.latitude.filter(|lat| is_placed && lat.abs() <= 90.0),
            lng: self.longitude.filter(|lng| is_placed && lng.abs() <= 180.0),
            mls_number: self.listing_id.map(Line::into_string),
            listed_at,
            updated_at: self.modification_timestamp.unwrap_or(listed_at),
            sold_at: self.close_date.and_then(start_of),
            address: ListingAddress {
                street,
                city: self.city.into_string(),
                state: self.state_or_province.into_string(),
                zip: self.postal_code.into_string(),
                neighborhood: self.subdivision_name.map(Line::into_string),
            },
            attribution: Attribution {
                broker: self.list_agent_full_name.map(Line::into_string),
                office: self.list_office_name.into_string(),
                contact: self.list_office_phone.map(Line::into_string),
                disclaimer: disclaimer.to_owned(),
            },
            id: self.listing_key,
        })
    }

    fn status(&self) -> Result<ListingStatus, BadRow> {
        match &*unspaced(&self.standard_status) {
            "Active" | "ComingSoon" => Ok(ListingStatus::Active),
            "ActiveUnderContract" | "Pending" => Ok(ListingStatus::Pending),
            "Closed" => Ok(ListingStatus::Sold),
            _ => Err(BadRow::Status(self.standard_status.clone())),
        }
    }

    /// By its sub type; without one, by the type, which says less.
    fn kind(&self) -> Result<ListingType, BadRow> {
        let of_type = self.property_type.as_deref().map(unspaced);
        if matches!(of_type.as_deref(), Some("ResidentialLease" | "CommercialLease")) {
            return Err(BadRow::Rent);
        }
        let Some(sub_type) = &self.property_sub_type else {
            return match of_type.as_deref() {
                Some("Residential" | "Farm") => Ok(ListingType::SingleFamily),
                Some("ResidentialIncome") => Ok(ListingType::MultiFamily),
                Some("Land") => Ok(ListingType::Land),
                Some(_) => Err(BadRow::Kind(self.property_type.clone().unwrap_or_default())),
                None => Err(BadRow::NoKind),
            };
        };
        match &*unspaced(sub_type) {
            "SingleFamilyResidence" | "Farm" | "Cabin" => Ok(ListingType::SingleFamily),
            "Condominium" | "Apartment" | "StockCooperative" => Ok(ListingType::Condo),
            "Townhouse" => Ok(ListingType::Townhouse),
            "Duplex" | "Triplex" | "Quadruplex" | "MultiFamily" => Ok(ListingType::MultiFamily),
            "UnimprovedLand" => Ok(ListingType::Land),
            _ => Err(BadRow::Kind(sub_type.clone())),
        }
    }

    /// Its street, and what is said of it; the street in neither where it may not be shown.
    fn told(&self, has_address: bool) -> Result<(Option<String>, String), BadRow> {
        let said = self.public_remarks.as_ref().map_or("", Text::as_str);
        if has_address {
            return Ok((self.street()?, said.to_owned()));
        }
        let whole = self.unparsed_address.clone().map(Line::into_string);
        let parts = street::joined(self.parts(), None);
        let named = whole.as_deref().into_iter().chain([&*parts]);
        let withheld = named.filter_map(Withheld::of_line);
        let said = withheld.fold(said.to_owned(), |said, street| street.kept_out_of(&said));
        Ok((None, said))
    }

    /// Number and street: as the service wrote them down, or from their parts.
    fn street(&self) -> Result<Option<String>, BadRow> {
        if let Some(whole) = &self.unparsed_address {
            return Ok(Some(whole.clone().into_string()));
        }
        // A number alone is no address.
        if self.street_name.is_none() {
            return Ok(None);
        }
        let street =
            Text::<LONGEST_STREET>::parse(&street::joined(self.parts(), self.unit_number.as_deref()));
        street
            .map(|street| Some(street.into_string()))
            .map_err(|_| BadRow::Address)
    }

    fn parts(&self) -> [Option<&str>; 5] {
        [
            self.street_number.as_deref(),
            self.street_dir_prefix.as_deref(),
            self.street_name.as_deref(),
            self.street_suffix.as_deref(),
            self.street_dir_suffix.as_deref(),
        ]
    }

    /// Full and half ones. A total counts when nobody counted the full ones; the whole number takes a half for one.
    fn baths(&self) -> Result<Option<Baths>, BadRow> {
        let total = self.bathrooms_total_decimal.or(self.bathrooms_total_integer);
        match (self.bathrooms_full, self.bathrooms_half, total) {
            (None, _, Some(total)) => Ok(Some(total)),
            (None, None, None) => Ok(None),
            (full, half, _) => {
                let (full, half) = (f64::from(full.unwrap_or(0)), f64::from(half.unwrap_or(0)));
                Baths::try_from(full + half / 2.0)
                    .map(Some)
                    .map_err(|_| BadRow::Baths)
            }
        }
    }

    /// When it was first offered, as the row says. None when nothing but a number of days does.
    pub fn offered_at(&self) -> Option<Timestamp> {
        self.listing_contract_date
            .and_then(start_of)
            .or(self.on_market_date)
            .or(self.on_market_timestamp)
            .or(self.original_entry_timestamp)
    }

    fn listed_at(&self, now: Timestamp) -> Timestamp {
        let days = self.days_on_market.unwrap_or(0).min(36_500);
        self.offered_at()
            .unwrap_or_else(|| now - SignedDuration::from_hours(24 * i64::from(days)))
    }
}
