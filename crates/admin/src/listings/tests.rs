use db::{door::hosts, tenant::listings, testing::a_tenant};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{
    PageRequest,
    listings::{Listing, ListingSearch},
};

use super::{Imported, Remark, import};
use crate::{Refusal, testing::Console};

pub(super) fn a_row(key: &str, changes: Value) -> Value {
    let mut row = json!({
        "ListingKey": key, "StandardStatus": "Active", "UnparsedAddress": "12 Elm Street", "City": "Wilton",
        "StateOrProvince": "CT", "PostalCode": "06897", "ListPrice": 1_250_000,
        "PropertySubType": "Single Family Residence", "ListOfficeName": "Saltmarsh Realty",
    });
    row.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    row
}

async fn imported(console: &Console, file: &Value) -> Imported {
    let text = file.to_string();
    import(
        &console.shell(),
        "acme",
        (text.into(), "As reported."),
        &|_, _| {},
    )
    .await
    .unwrap()
}

/// The ids and prices on acme's site.
pub(super) async fn shown(console: &Console) -> Vec<String> {
    let all = homes(console).await.into_iter();
    let mut all: Vec<_> = all
        .map(|listing| format!("{} {}", listing.id, listing.price.dollars()))
        .collect();
    all.sort();
    all
}

/// The streets on acme's site.
pub(super) async fn streets(console: &Console) -> Vec<String> {
    let all = homes(console).await.into_iter();
    all.map(|listing| listing.address.street.unwrap_or_default())
        .collect()
}

async fn homes(console: &Console) -> Vec<Listing> {
    let acme = hosts::find_by_slug(&console.test.db, &"acme".parse().unwrap()).await;
    let scope = acme.unwrap().unwrap().scope;
    let mut tx = console.test.db.read(&scope).await.unwrap();
    let all = listings::search(
        &mut tx,
        &scope,
        &ListingSearch::default(),
        PageRequest::new(50, 0),
    )
    .await;
    all.unwrap().items
}

#[tokio::test]
async fn good_rows_are_kept_and_bad_ones_named() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let file = json!([
        a_row("A1", json!({})),
        a_row("A2", json!({ "ListPrice": "a lot" })),
        a_row("A3", json!({ "StandardStatus": "Asleep" })),
        "nonsense",
        { "ListingKey": "A5" },
        a_row("A1", json!({ "ListPrice": 1_100_000 })),
        a_row("no key", json!({})),
    ]);

    let once = imported(&console, &file).await;
    let twice = imported(&console, &file).await;

    assert_eq!((once.rows, once.kept), (7, 1));
    insta::assert_json_snapshot!(once.bad);
    assert_eq!(once, twice);
    assert_eq!(shown(&console).await, ["A1 1100000"]);
}

#[tokio::test]
async fn a_seller_who_changes_their_mind_is_taken_off_the_site() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let hidden = json!({ "InternetEntireListingDisplayYN": false });
    imported(
        &console,
        &json!({ "value": [a_row("A1", json!({})), a_row("A2", json!({}))] }),
    )
    .await;

    let again = imported(&console, &json!([a_row("A1", hidden)])).await;
    let withdrawn = json!([a_row("A2", json!({ "StandardStatus": "Withdrawn" }))]);
    let later = imported(&console, &withdrawn).await;

    assert_eq!((again.kept, again.removed), (0, 1));
    assert_eq!((later.kept, later.removed, later.bad), (0, 1, vec![]));
    assert_eq!(shown(&console).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_seller_may_say_so_in_text_and_the_later_row_counts() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let all = ["A1", "A2", "A3"].map(|key| a_row(key, json!({})));
    imported(&console, &json!(all)).await;
    let entirely = |word: &str| json!({ "InternetEntireListingDisplayYN": word });

    let again = imported(
        &console,
        &json!([
            a_row("A1", entirely("N")),
            a_row("A2", entirely("0")),
            a_row("A3", entirely("perhaps")),
            a_row("A1", entirely("Y")),
        ]),
    )
    .await;

    assert_eq!((again.kept, again.removed), (1, 2));
    assert_eq!(again.bad.len(), 1);
    assert!(
        again.bad[0].reason.contains("InternetEntireListingDisplayYN"),
        "{:?}",
        again.bad
    );
    assert_eq!(shown(&console).await, ["A1 1250000"]);
}

#[tokio::test]
async fn a_home_whose_row_only_counts_days_is_offered_since_when_it_was_known() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let counted = |days: u32| json!([a_row("A1", json!({ "DaysOnMarket": days }))]);
    imported(&console, &counted(10)).await;
    let first = homes(&console).await;

    console.clock.advance(SignedDuration::from_hours(30));
    imported(&console, &counted(10)).await;
    let again = homes(&console).await;
    imported(&console, &json!([a_row("A1", json!({ "ListPrice": 900_000 }))])).await;
    let cheaper = homes(&console).await.remove(0);
    imported(
        &console,
        &json!([a_row("A1", json!({ "OnMarketDate": "2026-01-02" }))]),
    )
    .await;
    let said = homes(&console).await.remove(0);

    assert_eq!(first, again);
    assert_eq!(cheaper.listed_at, first[0].listed_at);
    assert_eq!(cheaper.updated_at, console.shell().now);
    assert_eq!(said.listed_at.to_string(), "2026-01-02T00:00:00Z");
}

#[tokio::test]
async fn a_row_with_something_odd_is_kept_and_named() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let file = json!([
        a_row(
            "A1",
            json!({ "OnMarketDate": "soon", "Latitude": -73.47, "Longitude": 41.05 })
        ),
        a_row("A2", json!({ "ListPrice": 0 })),
        a_row("A3", json!({ "OnMarketDate": "soon" })),
        a_row("A3", json!({ "OnMarketDate": "2026-01-02" })),
    ]);

    let came = imported(&console, &file).await;
    let again = imported(&console, &file).await;

    assert_eq!((came.rows, came.kept), (4, 2));
    let told = |all: &[Remark]| -> Vec<String> {
        let told = all.iter();
        told.map(|told| format!("row {} {}", told.row, told.reason))
            .collect()
    };
    assert_eq!(told(&came.bad), ["row 2 has a price of 0"]);
    assert_eq!(
        told(&came.odd),
        [
            "row 1 says in its OnMarketDate what is no date, and is kept without it; it has its Latitude and its \
          Longitude in each other's place, and is kept without a place on the map"
        ]
    );
    assert_eq!(came, again);
    assert_eq!(shown(&console).await, ["A1 1250000", "A3 1250000"]);
}

#[tokio::test]
async fn a_home_that_is_announced_stays_where_it_was_in_the_list_until_its_day() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let soon = json!([a_row("A1", json!({ "OnMarketDate": "2026-12-15" }))]);
    imported(&console, &soon).await;
    let first = homes(&console).await;

    console.clock.advance(SignedDuration::from_hours(30));
    imported(&console, &soon).await;
    let again = homes(&console).await;
    console.clock.advance(SignedDuration::from_hours(24 * 365));
    imported(&console, &soon).await;
    let after = homes(&console).await.remove(0);

    assert_eq!(first, again);
    assert_eq!(first[0].listed_at, first[0].updated_at);
    assert_eq!(after.listed_at.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(
        (after.offered_from, after.updated_at),
        (None, console.shell().now)
    );
}

#[tokio::test]
async fn a_large_file_is_written_part_by_part_and_says_how_far_it_is() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let rows: Vec<_> = (0..450)
        .map(|number| a_row(&format!("A{number}"), json!({})))
        .collect();
    let told = std::cell::RefCell::new(Vec::new());

    let file = json!(rows).to_string();
    let tell = |done, all| told.borrow_mut().push((done, all));
    let came = import(&console.shell(), "acme", (file.into(), ""), &tell)
        .await
        .unwrap();

    assert_eq!(came.kept, 450);
    assert_eq!(told.into_inner(), [(200, 450), (400, 450), (450, 450)]);
    assert_eq!(
        console.trail().await,
        ["shell listings.import succeeded tenant_acme"; 3]
    );
}

#[tokio::test]
async fn a_file_that_is_no_list_changes_nothing() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;

    for text in ["", "{", "{\"rows\": []}", "7"] {
        let refused = import(&console.shell(), "acme", (text.into(), ""), &|_, _| {}).await;
        assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{text}");
    }
    let nobody = import(&console.shell(), "nobody", ("[]".into(), ""), &|_, _| {}).await;
    assert!(matches!(nobody, Err(Refusal::NotFound(_))));
}

#[tokio::test]
async fn a_csv_file_says_the_same() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let text = "\u{feff}ListingKey,StandardStatus,UnparsedAddress,City,StateOrProvince,PostalCode,ListPrice,\
                PropertySubType,ListOfficeName,PublicRemarks\r\n\
                A1,Active,\"12 Elm Street, rear\",Wilton,CT,06897,1250000,Condominium,Saltmarsh,\"Two\nlines\"\r\n\
                A2,Active,14 Elm Street,Wilton,CT,06897,a lot,Condominium,Saltmarsh,\r\n\
                A3,Active\r\n";

    let came = import(
        &console.shell(),
        "acme",
        (text.into(), "As reported."),
        &|_, _| {},
    )
    .await
    .unwrap();
    let refused = import(
        &console.shell(),
        "acme",
        ("Key;Price\nA1;1".into(), ""),
        &|_, _| {},
    )
    .await;

    assert_eq!((came.rows, came.kept), (3, 1));
    let bad: Vec<_> = came
        .bad
        .iter()
        .map(|bad| (bad.row, bad.listing_key.as_deref()))
        .collect();
    assert_eq!(bad, [(2, Some("A2")), (3, Some("A3"))]);
    assert_eq!(shown(&console).await, ["A1 1250000"]);
    assert!(matches!(
        refused,
        Err(Refusal::Invalid {
            code: "malformed",
            ..
        })
    ));
}

#[tokio::test]
async fn a_quote_that_nobody_closes_costs_its_own_row_only() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let header = "ListingKey,StandardStatus,UnparsedAddress,City,StateOrProvince,PostalCode,ListPrice,\
                  PropertySubType,ListOfficeName,PublicRemarks";
    let rest = "Wilton,CT,06897,1250000,Condominium,Saltmarsh";
    let text = format!(
        "{header}\nC1,Active,1 C St,{rest},\"Two\nlines\"\nC2,Active,\"2 C St,unclosed,{rest}\n\
         C3,Active,3 C St,{rest},\nC4,Active,\"4 C St\",{rest},\"Two\n\nparts\"\nC5,Active,5 C St,{rest},\"no end\n"
    );

    let came = import(&console.shell(), "acme", (text.into(), ""), &|_, _| {})
        .await
        .unwrap();

    let told = |key: &str, row, line| Remark {
        row,
        listing_key: Some(key.to_owned()),
        reason: format!("has a quote on line {line} of the file that is not closed"),
    };
    assert_eq!(came.bad, [told("C2", 2, 4), told("C5", 5, 9)]);
    assert_eq!((came.rows, came.kept), (5, 3));
    assert_eq!(shown(&console).await, ["C1 1250000", "C3 1250000", "C4 1250000"]);
}

#[tokio::test]
async fn the_same_homes_are_read_however_a_program_saved_them() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let table = "ListingKey,StandardStatus,UnparsedAddress,City,StateOrProvince,PostalCode,ListPrice,\
                 PropertySubType,ListOfficeName\nA1,Active,12 Calle Peñón,Wilton,CT,06897,1250000,Condominium,Saltmarsh\n";
    let list = json!([a_row("A1", json!({ "UnparsedAddress": "12 Calle Peñón" }))]).to_string();
    let latin: Vec<u8> = table
        .chars()
        .map(|letter| u8::try_from(letter).unwrap())
        .collect();
    let marked = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    for (how, file) in [
        ("a table", table.as_bytes().to_vec()),
        ("a marked table", format!("\u{feff}{table}").into_bytes()),
        ("a table of Windows", latin),
        ("a table in UTF-16", marked(table, u16::to_le_bytes)),
        (
            "a table in UTF-16, the other way round",
            marked(table, u16::to_be_bytes),
        ),
        ("a list", list.clone().into_bytes()),
        ("a marked list", format!("\u{feff}{list}").into_bytes()),
        (
            "a marked list below a line",
            format!("\u{feff}\r\n{list}").into_bytes(),
        ),
        ("a list in UTF-16", marked(&list, u16::to_le_bytes)),
    ] {
        let came = import(&console.shell(), "acme", (file.into(), ""), &|_, _| {}).await;
        let came = came.unwrap_or_else(|refused| panic!("{how}: {refused}"));

        assert_eq!((came.kept, came.bad), (1, vec![]), "{how}");
        assert_eq!(streets(&console).await, ["12 Calle Peñón"], "{how}");
        let gone = json!([a_row("A1", json!({ "StandardStatus": "Withdrawn" }))]);
        assert_eq!(imported(&console, &gone).await.removed, 1, "{how}");
    }
}

#[tokio::test]
async fn a_list_that_is_not_in_utf_8_is_refused_in_a_sentence() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;

    let file = &b"[\n{\"ListingKey\": \"A1\", \"City\": \"Pe\xf1\xf3n\"}]"[..];
    let refused = import(&console.shell(), "acme", (file.into(), ""), &|_, _| {}).await;

    let told = refused.unwrap_err().to_string();
    assert!(told.contains("must be in UTF-8, and line 2"), "{told}");
}

/// A lot as services send it: in parts, and with nothing for what a lot has not.
pub(super) fn a_lot(key: &str, changes: Value) -> Value {
    let parts = json!({
        "UnparsedAddress": null, "StreetNumber": "48", "StreetDirPrefix": "N", "StreetName": "Main", "StreetSuffix": "Street",
        "UnitNumber": "", "PropertyType": "Land", "PropertySubType": null, "BathroomsTotalInteger": 0, "LivingArea": 0.0,
    });
    let mut row = a_row(key, parts);
    row.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    row
}

#[tokio::test]
async fn rows_as_services_send_them_are_listings() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let answer = json!({ "@odata.context": "$metadata#Property", "value": [
        a_lot("A1", json!({})),
        a_lot("A2", json!({ "PropertyType": "Residential Lease" })),
    ]});
    let table = "ListingKey,StandardStatus,StreetNumber,StreetDirPrefix,StreetName,StreetSuffix,UnitNumber,City,\
                 StateOrProvince,PostalCode,ListPrice,PropertyType,PropertySubType,BathroomsTotalInteger,LivingArea,\
                 ListOfficeName\n\
                 B1,Active,50,,Main,Street,4B,Wilton,CT,06897,\"1,250,000.00\",Residential,,3,1850.5,Saltmarsh\n";

    let of_json = imported(&console, &answer).await;
    let of_csv = import(&console.shell(), "acme", (table.into(), ""), &|_, _| {})
        .await
        .unwrap();

    assert_eq!((of_json.rows, of_json.kept, of_json.bad.len()), (2, 1, 1));
    assert!(of_json.bad[0].reason.contains("for rent"), "{:?}", of_json.bad);
    assert_eq!((of_csv.kept, of_csv.bad), (1, vec![]));
    let mut told: Vec<_> = homes(&console)
        .await
        .into_iter()
        .map(|home| format!("{}, {}: {}", home.headline(), home.property_type, home.facts()))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "48 N Main Street, land: ",
            "50 Main Street #4B, single-family: 3 baths · 1,851 sq ft"
        ]
    );
}
