use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::{Clock as _, TestClock};

fn a_row(changes: Value) -> ResoListing {
    let mut row = json!({
        "ListingKey": "FB1001", "StandardStatus": "Active", "UnparsedAddress": "12 Elm Street", "City": "New Canaan",
        "StateOrProvince": "CT", "PostalCode": "06840", "SubdivisionName": "Green's Farms", "ListPrice": 1_250_000,
        "PropertySubType": "Single Family Residence", "BedroomsTotal": 4, "BathroomsFull": 2, "BathroomsHalf": 1,
        "LivingArea": 2450, "Latitude": 41.1, "Longitude": -73.4, "ListOfficeName": "Saltmarsh Realty",
        "DaysOnMarket": 10,
    });
    row.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    serde_json::from_value(row).unwrap()
}

fn read(changes: Value) -> Result<Listing, BadRow> {
    a_row(changes).read("Synthetic.", TestClock::default().now())
}

#[test]
fn a_row_becomes_a_listing() {
    let listing = read(json!({})).unwrap();

    assert_eq!(listing.facts(), "4 beds · 2.5 baths · 2,450 sq ft");
    assert_eq!(listing.headline(), "12 Elm Street");
    assert_eq!(listing.town().unwrap().as_str(), "new-canaan");
    assert_eq!(listing.neighborhood().unwrap().as_str(), "greens-farms");
    assert_eq!(
        TestClock::default()
            .now()
            .duration_since(listing.listed_at)
            .as_hours(),
        240
    );
}

#[test]
fn what_is_one_line_where_it_is_shown_has_no_others() {
    let listing = read(json!({
        "UnparsedAddress": " 12 Elm Street\r\nRear\t\tUnit\rB ", "City": "New\nCanaan", "StateOrProvince": "C\nT",
        "PostalCode": "06840\n1234", "SubdivisionName": "Green's\nFarms", "ListingId": "DEMO\n1",
        "ListOfficeName": "Saltmarsh\nRealty", "ListAgentFullName": "Theo\nLark", "ListOfficePhone": "555\n0133",
        "PublicRemarks": "Two\nlines",
    }))
    .unwrap();

    let address = listing.address;
    assert_eq!(address.street.as_deref(), Some("12 Elm Street Rear Unit B"));
    assert_eq!((&*address.city, &*address.state), ("New Canaan", "C T"));
    assert_eq!(
        (&*address.zip, address.neighborhood.as_deref()),
        ("06840 1234", Some("Green's Farms"))
    );
    let told = listing.attribution;
    assert_eq!(
        (&*told.office, told.broker.as_deref()),
        ("Saltmarsh Realty", Some("Theo Lark"))
    );
    assert_eq!(
        (told.contact.as_deref(), listing.mls_number.as_deref()),
        (Some("555 0133"), Some("DEMO 1"))
    );
    assert_eq!(listing.description, "Two\nlines");
}

#[test]
fn a_seller_decides_what_is_shown() {
    let hidden = read(json!({ "InternetEntireListingDisplayYN": false }));
    let without_address = read(json!({ "InternetAddressDisplayYN": false })).unwrap();

    assert_eq!(hidden, Err(BadRow::Hidden));
    assert_eq!(without_address.address.street, None);
    assert_eq!((without_address.lat, without_address.lng), (None, None));
    assert_eq!(without_address.headline(), "House in Green's Farms");
}

#[test]
fn a_seller_is_understood_in_any_words_and_what_cannot_be_understood_is_not_shown() {
    let field = "InternetEntireListingDisplayYN";
    for no in [
        json!(false),
        json!("N"),
        json!("0"),
        json!(" false "),
        json!(0),
        json!("No"),
    ] {
        assert_eq!(read(json!({ field: no })), Err(BadRow::Hidden), "{no}");
    }
    for yes in [
        json!(true),
        json!("Y"),
        json!("1"),
        json!("TRUE"),
        json!(1),
        json!(null),
    ] {
        assert!(read(json!({ field: yes })).is_ok(), "{yes}");
    }
    let street = |word| read(json!({ "InternetAddressDisplayYN": word })).map(|home| home.address.street);
    assert_eq!(street("N"), Ok(None));
    assert_eq!(street("Y"), Ok(Some("12 Elm Street".to_owned())));
    for field in [field, "InternetAddressDisplayYN"] {
        let told = read(json!({ field: "perhaps" })).unwrap_err();
        assert_eq!(told, BadRow::Unreadable(field));
        assert!(!told.takes_off() && told.to_string().contains(field), "{told}");
    }
}

#[test]
fn a_row_that_cannot_be_read_may_still_say_that_its_home_must_go() {
    let goes = |changes: Value| {
        let mut row = json!({ "ListingKey": "FB1001", "StandardStatus": "Active", "ListPrice": "a lot" });
        row.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        ResoListing::must_go(&row).map(|id| id.to_string())
    };
    let its = Some("FB1001".to_owned());
    assert_eq!(goes(json!({})), None);
    assert_eq!(goes(json!({ "InternetEntireListingDisplayYN": "N" })), its);
    assert_eq!(goes(json!({ "InternetEntireListingDisplayYN": {} })), its);
    assert_eq!(goes(json!({ "InternetAddressDisplayYN": false })), its);
    assert_eq!(goes(json!({ "StandardStatus": "Withdrawn" })), its);
    assert_eq!(
        goes(json!({ "StandardStatus": "Withdrawn", "ListingKey": "a b" })),
        None
    );
    assert_eq!(ResoListing::must_go(&json!("nonsense")), None);
}

#[test]
fn since_when_a_home_is_offered_is_what_the_row_says_best() {
    let since = |changes| {
        a_row(changes)
            .offered_at(TestClock::default().now())
            .map(|at| at.to_string())
    };
    let all = json!({
        "ListingContractDate": "2026-01-02", "OnMarketDate": "2026-01-03",
        "OnMarketTimestamp": "2026-01-04T10:00:00-05:00", "OriginalEntryTimestamp": "2026-01-05T10:00:00Z",
    });
    let without = |fields: &[&str]| {
        let mut row = all.clone();
        fields.iter().for_each(|field| row[*field] = Value::Null);
        since(row)
    };
    let told = |at: &str| Some(at.to_owned());
    assert_eq!(without(&[]), told("2026-01-02T00:00:00Z"));
    assert_eq!(without(&["ListingContractDate"]), told("2026-01-03T00:00:00Z"));
    let none_of_days = ["ListingContractDate", "OnMarketDate"];
    assert_eq!(without(&none_of_days), told("2026-01-04T15:00:00Z"));
    assert_eq!(
        since(json!({ "OriginalEntryTimestamp": "2026-01-05T10:00:00Z" })),
        told("2026-01-05T10:00:00Z")
    );
    assert_eq!(
        since(json!({ "OnMarketDate": "lately", "OnMarketTimestamp": 7 })),
        None
    );
}

#[test]
fn a_day_stays_the_day_it_was_said_to_be_and_a_moment_lies_on_the_day_of_people_there() {
    let here = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let of_days =
        json!({ "StandardStatus": "Closed", "ListingContractDate": "2026-01-02", "CloseDate": "2026-02-03" });
    let of_days = read(of_days).unwrap();
    let of_moment = read(json!({ "OriginalEntryTimestamp": "2026-01-02T02:30:00Z" })).unwrap();

    assert_eq!(of_days.listed_on(&here).to_string(), "2026-01-02");
    assert_eq!(of_days.sold_on(&here).unwrap().to_string(), "2026-02-03");
    assert_eq!(of_moment.listed_on(&here).to_string(), "2026-01-01");
}

#[test]
fn what_is_said_of_a_home_does_not_name_the_address_that_it_withholds() {
    let said = |address: &str, remarks: &str| {
        let row = json!({
            "InternetAddressDisplayYN": false, "UnparsedAddress": address, "PublicRemarks": remarks,
        });
        read(row).unwrap().description
    };
    for (address, remarks, told) in [
        (
            "48 N Main Street",
            "Welcome to 48 N. MAIN ST, close to all.",
            "Welcome to [address withheld], close to all.",
        ),
        (
            "48 N Main Street",
            "48 Main is new.",
            "[address withheld] is new.",
        ),
        (
            "48 Main St N, Ridgefield",
            "Quiet Main Street North; see 48.",
            "Quiet [address withheld]; see 48.",
        ),
        (
            "7 Old Mill Lane #4B",
            "At 7 Old Mill Ln Unit 4B. Ask.",
            "At [address withheld]. Ask.",
        ),
        (
            "12 O'Brien’s Way",
            "12 O'Brien’s Way – “12 O'Brien’s Way”",
            "[address withheld] – “[address withheld]”",
        ),
        (
            "12 Elm Street",
            "Main rooms with elm floors, built 12 years ago.",
            "Main rooms with elm floors, built 12 years ago.",
        ),
        ("Lot 9", "A lot of room.", "A lot of room."),
    ] {
        assert_eq!(said(address, remarks), told);
    }
    let shown = read(json!({ "PublicRemarks": "See 12 Elm Street." })).unwrap();
    assert_eq!(shown.description, "See 12 Elm Street.");
    let parts = json!({
        "InternetAddressDisplayYN": "N", "UnparsedAddress": null, "StreetNumber": 48, "StreetName": "Main",
        "PublicRemarks": "48 Main Street it is.",
    });
    assert_eq!(
        a_row_of_a_service(parts).unwrap().description,
        "[address withheld] it is."
    );
}

#[test]
fn a_point_in_the_sea_is_no_place_of_a_home() {
    let at_sea = read(json!({ "Latitude": 0, "Longitude": 0.0 })).unwrap();

    assert_eq!((at_sea.lat, at_sea.lng), (None, None));
}

#[test]
fn what_no_site_shows_is_refused_by_its_reason() {
    assert_eq!(
        read(json!({ "StandardStatus": "Withdrawn" })),
        Err(BadRow::Status("Withdrawn".to_owned()))
    );
    assert!(
        read(json!({ "StandardStatus": "Withdrawn" }))
            .unwrap_err()
            .takes_off()
    );
    assert!(
        !read(json!({ "StandardStatus": "Sleeping" }))
            .unwrap_err()
            .takes_off()
    );
    assert_eq!(
        read(json!({ "PropertySubType": "Boat Slip" })),
        Err(BadRow::Kind("Boat Slip".to_owned()))
    );
    assert_eq!(
        read(json!({ "BathroomsFull": 4_000_000_000_u32 })),
        Err(BadRow::Baths)
    );
}

#[test]
fn a_sale_is_told_with_what_was_paid() {
    let sold = read(json!({ "StandardStatus": "Closed", "ClosePrice": "1300000.00" })).unwrap();

    assert_eq!(sold.status, ListingStatus::Sold);
    assert_eq!(sold.price.dollars(), 1_300_000);
}

#[test]
fn a_home_that_is_not_sold_is_shown_with_what_is_asked() {
    for status in ["Active", "Coming Soon", "Pending", "Active Under Contract"] {
        for paid in [0, 700_000] {
            let row = json!({ "StandardStatus": status, "ClosePrice": paid, "CloseDate": "2020-05-01" });
            let home = read(row).unwrap();
            assert_eq!(home.price.dollars(), 1_250_000, "{status} {paid}");
            assert_eq!(home.sold_at, None, "{status} {paid}");
        }
    }
    let sold = |changes: Value| {
        let mut row = json!({ "StandardStatus": "Closed", "CloseDate": "2026-02-03" });
        let fields = row.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        read(row).map(|home| (home.price.dollars(), home.sold_at.is_some()))
    };
    assert_eq!(sold(json!({ "ClosePrice": 0 })), Ok((1_250_000, true)));
    assert_eq!(
        sold(json!({ "ClosePrice": 900_000, "ListPrice": 0 })),
        Ok((900_000, true))
    );
}

#[test]
fn a_home_that_costs_nothing_is_a_bad_row() {
    for row in [
        json!({ "ListPrice": 0 }),
        json!({ "ListPrice": 0, "ClosePrice": 700_000 }),
        json!({ "ListPrice": 0.2 }),
        json!({ "StandardStatus": "Closed", "ListPrice": 0, "ClosePrice": 0 }),
    ] {
        assert_eq!(read(row.clone()), Err(BadRow::Price), "{row}");
    }
    assert!(!BadRow::Price.takes_off());
    assert_eq!(BadRow::Price.to_string(), "has a price of 0");
}

fn oddities(changes: Value) -> Vec<String> {
    let odd = a_row(changes).oddities(TestClock::default().now());
    odd.iter().map(ToString::to_string).collect()
}

#[test]
fn a_place_is_one_in_the_states_or_there_is_none() {
    for (lat, lng) in [
        (41.1, -73.4),
        (25.1, -81.1),
        (64.8, -147.7),
        (52.8, 173.2),
        (21.3, -157.8),
        (18.4, -66.1),
        (13.5, 144.8),
        (-14.3, -170.7),
    ] {
        let home = json!({ "Latitude": lat, "Longitude": lng });
        assert_eq!(oddities(home.clone()), Vec::<String>::new(), "{lat}, {lng}");
        let home = read(home).unwrap();
        assert_eq!((home.lat, home.lng), (Some(lat), Some(lng)));
    }
    let swapped =
        "has its Latitude and its Longitude in each other's place, and is kept without a place on the map";
    let elsewhere =
        "has a Latitude and a Longitude outside of the United States, and is kept without a place on the map";
    for (lat, lng, odd) in [
        (json!(-73.47), json!(41.05), Some(swapped)),
        (json!(41.1), json!(73.4), Some(elsewhere)),
        (json!(410.5), json!(-73.4), Some(elsewhere)),
        (json!(0), json!(0.0), None),
        (json!(41.1), json!(null), None),
    ] {
        let home = json!({ "Latitude": lat, "Longitude": lng });
        assert_eq!(oddities(home.clone()), Vec::from_iter(odd), "{lat}, {lng}");
        let home = read(home).unwrap();
        assert_eq!((home.lat, home.lng), (None, None), "{lat}, {lng}");
    }
    let untold = json!({ "Latitude": -73.47, "Longitude": 41.05, "InternetAddressDisplayYN": false });
    assert_eq!(oddities(untold), Vec::<String>::new(), "nobody is told its place");
}

#[test]
fn a_day_to_come_is_announced_and_nothing_has_happened_on_it() {
    let now = TestClock::default().now();
    let here = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let coming = |changes: Value| {
        let home = read(changes).unwrap();
        assert!(home.listed_at <= now && home.updated_at <= now, "{home:?}");
        home.coming_on(&here, now).map(|day| day.to_string())
    };
    let december = Some("2026-12-15".to_owned());
    let soon = json!({ "StandardStatus": "Coming Soon", "OnMarketDate": "2026-12-15" });
    assert_eq!(coming(soon.clone()), december);
    assert_eq!(oddities(soon), Vec::<String>::new());
    let signed = json!({
        "StandardStatus": "ComingSoon", "ListingContractDate": "2026-02-20",
        "OnMarketTimestamp": "2026-12-15T10:00:00-05:00",
    });
    assert_eq!(coming(signed.clone()), december);
    assert_eq!(
        read(signed).unwrap().listed_at.to_string(),
        "2026-02-20T00:00:00Z"
    );
    let active = json!({ "OnMarketDate": "2031-01-01", "ModificationTimestamp": "2031-01-01T00:00:00Z" });
    assert_eq!(coming(active.clone()), Some("2031-01-01".to_owned()));
    assert_eq!(
        oddities(active),
        [
            "is for sale and says in its OnMarketDate a day in the future, and is shown as coming soon",
            "says in its ModificationTimestamp a time in the future, and counts as changed now",
        ]
    );
    let pending =
        json!({ "StandardStatus": "Pending", "OnMarketDate": "2026-12-15", "CloseDate": "2026-04-01" });
    assert_eq!(coming(pending.clone()), None);
    let without = "says in its OnMarketDate a day in the future, and is kept without it";
    assert_eq!(oddities(pending), [without]);
    let sold = json!({ "StandardStatus": "Closed", "CloseDate": "2031-01-01" });
    assert_eq!(
        oddities(sold.clone()),
        ["says in its CloseDate a day in the future, and is kept without it"]
    );
    assert_eq!(read(sold).unwrap().sold_at, None);
    let ahead = json!({ "ModificationTimestamp": (now + jiff::SignedDuration::from_mins(5)).to_string() });
    assert_eq!(oddities(ahead.clone()), Vec::<String>::new(), "clocks differ");
    assert_eq!(read(ahead).unwrap().updated_at, now);
}

#[test]
fn a_date_that_is_none_costs_no_row_and_is_named() {
    for field in [
        "ListingContractDate",
        "OnMarketDate",
        "OnMarketTimestamp",
        "OriginalEntryTimestamp",
        "ModificationTimestamp",
        "CloseDate",
    ] {
        for none in [json!("soon"), json!(7), json!("2026-02-30")] {
            let row = json!({ "DaysOnMarket": 10, field: none });
            let told = format!("says in its {field} what is no date, and is kept without it");
            assert_eq!(oddities(row.clone()), [told], "{none}");
            let home = read(row).unwrap();
            let since = TestClock::default().now().duration_since(home.listed_at);
            assert_eq!(since.as_hours(), 240, "{field}: {none}");
        }
        for blank in [json!(""), json!(" "), json!(null)] {
            assert_eq!(oddities(json!({ field: blank })), Vec::<String>::new());
        }
    }
}

#[test]
fn an_id_is_a_word() {
    for text in ["FB1001", "a-b_c.d", "1"] {
        assert_eq!(text.parse::<ListingId>().unwrap().as_str(), text);
    }
    for text in ["", ".", "..", "a/b", "a b", "é", &"x".repeat(65)] {
        assert_eq!(text.parse::<ListingId>(), Err(ListingIdError), "{text}");
    }
}

#[test]
fn a_row_of_cells_says_what_the_same_row_of_json_says() {
    let header = "ListingKey,StandardStatus,UnparsedAddress,City,StateOrProvince,PostalCode,ListPrice,\
                  PropertySubType,BedroomsTotal,BathroomsFull,LotSizeAcres,ListOfficeName,\
                  InternetAddressDisplayYN,PublicRemarks";
    let cells =
        "123,Active,12 Elm Street,Wilton,CT,06897,1250000,Single Family Residence,4,2,0.5,Saltmarsh,N, ";
    let cells: BTreeMap<_, _> = header.split(',').zip(cells.split(',')).collect();

    let listing = ResoListing::parse(&ResoListing::row_of(&cells))
        .unwrap()
        .read("", TestClock::default().now());

    let listing = listing.unwrap();
    assert_eq!(listing.id.as_str(), "123");
    assert_eq!(listing.address.zip, "06897");
    assert_eq!(listing.address.street, None, "the seller says no");
    assert_eq!(listing.price.dollars(), 1_250_000);
    assert_eq!((listing.lot_acres, listing.description.as_str()), (Some(0.5), ""));
}

#[test]
fn a_cell_that_cannot_be_read_is_named_with_its_field() {
    let cells = |name, cell| {
        let row = [
            ("ListingKey", "1"),
            ("StandardStatus", "Active"),
            ("City", "Wilton"),
            ("StateOrProvince", "CT"),
            ("PostalCode", "06897"),
            ("ListPrice", "900000"),
            ("PropertySubType", "Condominium"),
            ("ListOfficeName", "Saltmarsh"),
            (name, cell),
        ];
        let row = ResoListing::row_of(&BTreeMap::from(row));
        ResoListing::parse(&row).map(|_| ()).unwrap_err()
    };
    for (name, cell) in [("ListPrice", "dear"), ("BedroomsTotal", "-1")] {
        let told = cells(name, cell);
        assert!(told.contains(name) && !told.contains(cell), "{told}");
    }
    assert!(cells("City", "").contains("City"));
}

/// A row as services send them: no address as a whole, no bathrooms but all together, tenths of square feet, and a null
/// or nothing for what there is not.
fn a_row_of_a_service(changes: Value) -> Result<Listing, String> {
    let mut row = json!({
        "@odata.id": "Property('1077293')", "ListingKey": "1077293", "ListingId": "24014457", "StandardStatus": "Active",
        "MlsStatus": "Active", "PropertyType": "Residential", "PropertySubType": null, "UnparsedAddress": null,
        "StreetNumber": "48", "StreetNumberNumeric": 48, "StreetDirPrefix": "N", "StreetName": "Main",
        "StreetSuffix": "Street", "StreetDirSuffix": null, "UnitNumber": "", "City": "Ridgefield",
        "StateOrProvince": "CT", "PostalCode": "06877", "PostalCodePlus4": null, "SubdivisionName": "",
        "ListPrice": 1_149_000.0, "ClosePrice": null, "CloseDate": null, "BedroomsTotal": 4, "BathroomsFull": null,
        "BathroomsHalf": null, "BathroomsTotalInteger": 3, "LivingArea": 1850.5, "LivingAreaUnits": "Square Feet",
        "LotSizeAcres": 0.46, "YearBuilt": 1962, "Latitude": 41.28, "Longitude": -73.49, "ListOfficeName": "Saltmarsh",
        "ListAgentFullName": null, "ModificationTimestamp": "2026-02-27T18:04:11.203Z", "Media": [],
    });
    row.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    let listing = ResoListing::parse(&row)?.read("", TestClock::default().now());
    listing.map_err(|bad| bad.to_string())
}

#[test]
fn a_row_of_a_service_becomes_a_listing() {
    let listing = a_row_of_a_service(json!({})).unwrap();

    assert_eq!(listing.headline(), "48 N Main Street");
    assert_eq!(listing.facts(), "4 beds · 3 baths · 1,851 sq ft");
    assert_eq!(listing.property_type, ListingType::SingleFamily);
    assert_eq!(listing.address.neighborhood, None);
}

#[test]
fn an_address_is_made_of_its_parts() {
    let street = |changes| a_row_of_a_service(changes).map(|listing| listing.address.street);
    let some = |street: &str| Ok(Some(street.to_owned()));

    assert_eq!(
        street(json!({ "UnparsedAddress": "48 Main St N" })),
        some("48 Main St N")
    );
    assert_eq!(
        street(json!({ "UnparsedAddress": " " })),
        some("48 N Main Street")
    );
    let all = json!({ "StreetNumber": 48, "StreetName": " Old\nMain ", "StreetDirSuffix": "SW", "UnitNumber": "4B" });
    assert_eq!(street(all), some("48 N Old Main Street SW #4B"));
    for (unit, told) in [
        ("7", "#7"),
        ("G", "#G"),
        ("12-A", "#12-A"),
        ("#7", "#7"),
        ("APT G", "APT G"),
        ("Unit 7", "Unit 7"),
        ("Rear", "Rear"),
    ] {
        let told = format!("48 N Main Street {told}");
        assert_eq!(street(json!({ "UnitNumber": unit })), some(&told));
    }
    let lot = json!({ "StreetNumber": null, "StreetDirPrefix": "", "UnitNumber": [] });
    assert_eq!(street(lot), some("Main Street"));
    assert_eq!(street(json!({ "StreetName": null })), Ok(None), "a number alone");
    assert_eq!(street(json!({ "InternetAddressDisplayYN": false })), Ok(None));
    let long = street(json!({ "StreetName": "x".repeat(200) }));
    assert_eq!(long, Err("has an address of more than 200 characters".to_owned()));
}

#[test]
fn bathrooms_are_those_that_somebody_counted() {
    let baths = |changes| {
        let listing = a_row_of_a_service(changes).unwrap();
        listing.baths.map(Baths::as_f64)
    };
    let both = json!({ "BathroomsFull": 2, "BathroomsHalf": 1, "BathroomsTotalDecimal": 3.5, "BathroomsTotalInteger": 3 });
    assert_eq!(baths(both), Some(3.5), "the total in halves is theirs");
    assert_eq!(baths(json!({ "BathroomsTotalDecimal": 2.5 })), Some(2.5));
    assert_eq!(baths(json!({ "BathroomsTotalDecimal": "2.50" })), Some(2.5));
    assert_eq!(
        baths(json!({ "BathroomsHalf": 1 })),
        Some(3.0),
        "the full ones are in the total"
    );
    assert_eq!(
        baths(json!({ "BathroomsHalf": 1, "BathroomsTotalInteger": null })),
        Some(0.5)
    );
    assert_eq!(baths(json!({ "BathroomsTotalInteger": null })), None);
}

#[test]
fn no_part_of_a_bathroom_is_lost() {
    let baths = |changes| {
        let listing = a_row_of_a_service(changes).unwrap();
        listing.baths.map(Baths::as_f64)
    };
    let three_quarters = json!({
        "BathroomsFull": 2, "BathroomsHalf": 0, "BathroomsThreeQuarter": 1, "BathroomsTotalInteger": 3,
        "BathroomsTotalDecimal": 2.75,
    });
    assert_eq!(baths(three_quarters.clone()), Some(2.75));
    let mut counted = three_quarters;
    counted["BathroomsTotalDecimal"] = Value::Null;
    assert_eq!(baths(counted.clone()), Some(2.75), "each for what it is");
    counted["BathroomsThreeQuarter"] = Value::Null;
    assert_eq!(baths(counted), Some(3.0), "one that nobody counted");
    assert_eq!(
        baths(json!({ "BathroomsFull": 2, "BathroomsTotalInteger": 3 })),
        Some(3.0)
    );
    assert_eq!(
        baths(json!({ "BathroomsFull": 2, "BathroomsOneQuarter": 1, "BathroomsTotalInteger": null })),
        Some(2.25)
    );
    for (total, what) in [(2.1, "two full ones and a half one"), (0.0, "not known")] {
        let both = json!({
            "BathroomsFull": 2, "BathroomsHalf": 1, "BathroomsTotalDecimal": total, "BathroomsTotalInteger": 3,
        });
        assert_eq!(baths(both), Some(2.5), "{what}");
    }
    let cells = BTreeMap::from([("BathroomsThreeQuarter", "1"), ("BathroomsOneQuarter", "2")]);
    let row = ResoListing::row_of(&cells);
    assert_eq!(
        row,
        json!({ "BathroomsThreeQuarter": 1, "BathroomsOneQuarter": 2 })
    );
}

#[test]
fn a_living_area_is_rounded() {
    let sqft = |area: Value| {
        let listing = a_row_of_a_service(json!({ "LivingArea": area }));
        listing.map(|listing| listing.sqft.map(Sqft::get))
    };
    for (area, told) in [
        (json!(1850.0), Some(1_850)),
        (json!(1850.4), Some(1_850)),
        (json!("1,850.50"), Some(1_851)),
        (json!(0.0), None),
        (json!(null), None),
    ] {
        assert_eq!(sqft(area.clone()), Ok(told), "{area}");
    }
    for (area, told) in [
        (json!("wide"), "has a LivingArea that must be a number"),
        (json!(-20.5), "has a LivingArea that must be from 0 to 10000000"),
        (json!([1850]), "has a LivingArea that must be a number"),
    ] {
        assert_eq!(sqft(area), Err(told.to_owned()));
    }
}

#[test]
fn without_a_sub_type_the_type_says_what_it_is() {
    let kind = |of_type: Value, sub_type: Value| {
        let changes = json!({ "PropertyType": of_type, "PropertySubType": sub_type });
        a_row_of_a_service(changes).map(|listing| listing.property_type)
    };
    for (of_type, told) in [
        ("Residential", ListingType::SingleFamily),
        ("Farm", ListingType::SingleFamily),
        ("Residential Income", ListingType::MultiFamily),
        ("ResidentialIncome", ListingType::MultiFamily),
        ("Land", ListingType::Land),
    ] {
        assert_eq!(kind(json!(of_type), json!(null)), Ok(told), "{of_type}");
        assert_eq!(kind(json!(of_type), json!("")), Ok(told), "{of_type}");
        assert_eq!(
            kind(json!(of_type), json!("Townhouse")),
            Ok(ListingType::Townhouse)
        );
    }
    let sub_type = json!("SingleFamilyResidence");
    assert_eq!(kind(json!(null), sub_type), Ok(ListingType::SingleFamily));
    let refused = |of_type, sub_type| kind(of_type, sub_type).unwrap_err();
    let rent = "is for rent, and a site shows what is for sale";
    assert_eq!(refused(json!("Residential Lease"), json!(null)), rent);
    assert_eq!(refused(json!("ResidentialLease"), json!("Townhouse")), rent);
    let nothing = "has neither a PropertySubType nor a PropertyType";
    assert_eq!(refused(json!(null), json!(null)), nothing);
    let office = "is a Commercial Sale, which is no kind of home";
    assert_eq!(refused(json!("Commercial Sale"), json!(null)), office);
    let slip = "is a Boat Slip, which is no kind of home";
    assert_eq!(refused(json!("Residential"), json!("Boat Slip")), slip);
}

#[test]
fn land_has_no_rooms() {
    let zeroes = json!({
        "PropertyType": "Land", "StandardStatus": "ActiveUnderContract", "BedroomsTotal": 0,
        "BathroomsTotalInteger": 0, "LivingArea": 0,
    });
    let land = a_row_of_a_service(zeroes).unwrap();

    assert_eq!(
        (land.property_type, land.status),
        (ListingType::Land, ListingStatus::Pending)
    );
    assert_eq!((land.beds, land.baths, land.sqft), (None, None, None));
}
