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

    let listing = ResoListing::from_cells(&cells)
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
        ResoListing::from_cells(&BTreeMap::from(row))
            .map(|_| ())
            .unwrap_err()
    };
    for (name, cell) in [
        ("ListPrice", "dear"),
        ("BedroomsTotal", "-1"),
        ("InternetAddressDisplayYN", "perhaps"),
    ] {
        let told = cells(name, cell);
        assert!(told.contains(name) && !told.contains(cell), "{told}");
    }
    assert!(cells("City", "").contains("City"));
}
