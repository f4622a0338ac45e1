//! Listings as the RESO Data Dictionary 2.0 names their fields: what files and services send.

mod bad_row;
mod baths;
mod dates;
mod oddity;
mod place;

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Number, Value};

use super::{
    Attribution, Listing, ListingAddress, ListingId, ListingStatus,
    line::Line,
    moment::Said,
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

pub use bad_row::BadRow;
pub(in crate::listings) use bad_row::is_off_market;
pub use oddity::Oddity;
use place::Place;

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
    #[serde(default)]
    close_date: Said,
    property_type: Option<String>,
    property_sub_type: Option<String>,
    bedrooms_total: Option<Beds>,
    bathrooms_full: Option<u32>,
    bathrooms_three_quarter: Option<u32>,
    bathrooms_half: Option<u32>,
    bathrooms_one_quarter: Option<u32>,
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
    #[serde(default)]
    listing_contract_date: Said,
    #[serde(default)]
    on_market_date: Said,
    #[serde(default)]
    on_market_timestamp: Said,
    #[serde(default)]
    original_entry_timestamp: Said,
    days_on_market: Option<u32>,
    #[serde(default)]
    modification_timestamp: Said,
    #[serde(default, rename = "InternetEntireListingDisplayYN")]
    may_be_shown: Permission,
    #[serde(default, rename = "InternetAddressDisplayYN")]
    address_may_be_shown: Permission,
}

/// The fields that are numbers. Postal codes and keys are not, although they have digits.
const NUMBERS: [&str; 15] = [
    "BathroomsFull",
    "BathroomsHalf",
    "BathroomsOneQuarter",
    "BathroomsThreeQuarter",
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
        let (price, baths) = (self.price(status)?, self.baths()?);
        let (listed_at, updated_at) = (self.listed_at(now), self.updated_at(now));
        let (offered_from, sold_at) = (self.offered_from(status, now), self.sold_at(status, now));
        let has_rooms = property_type != ListingType::Land;
        // Without the street, a point on the map would tell it.
        let has_address = self.address_may_be_shown != Permission::Refused;
        let (street, description) = self.told(has_address)?;
        let place = self.place().on_the_map().filter(|_| has_address);
        Ok(Listing {
            status,
            price,
            beds: self.bedrooms_total.filter(|_| has_rooms),
            baths: baths.filter(|_| has_rooms),
            // And 0 for what they do not measure.
            sqft: self.living_area.filter(|sqft| sqft.get() > 0),
            lot_acres: self.lot_size_acres.filter(|acres| (0.0..1e6).contains(acres)),
            year_built: self.year_built.filter(|year| (1600..2200).contains(year)),
            property_type,
            description,
            photos: Vec::new(),
            lat: place.map(|place| place.lat),
            lng: place.map(|place| place.lng),
            mls_number: self.listing_id.map(Line::into_string),
            listed_at,
            offered_from,
            updated_at,
            sold_at,
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

    fn is_coming_soon(&self) -> bool {
        unspaced(&self.standard_status) == "ComingSoon"
    }

    /// What was paid, of one that is sold; of any other what is asked, whatever was once paid for it.
    fn price(&self, status: ListingStatus) -> Result<Price, BadRow> {
        let paid = self.close_price.filter(|_| status == ListingStatus::Sold);
        let mut known = paid.into_iter().chain([self.list_price]);
        known.find(|price| price.dollars() > 0).ok_or(BadRow::Price)
    }

    fn place(&self) -> Place {
        Place::of(self.latitude, self.longitude)
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
}
