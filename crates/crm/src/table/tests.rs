use axum::http::StatusCode;
use db::testing::{a_contact, a_lead};
use jiff::SignedDuration;
use serde_json::json;
use types::Clock as _;

use crate::testing::Crm;

/// Five leads and five contacts, a minute apart: "Person 0" to "Person 4".
async fn with_five_people() -> Crm {
    let crm = Crm::new().await;
    for number in 0..5 {
        let contact = a_contact(&*crm.ids)
            .name(&format!("Person {number}"))
            .email(&format!("person{number}@example.com"))
            .insert(&crm.test.db, &crm.fairfield)
            .await;
        let at = crm.clock.now() + SignedDuration::from_mins(number);
        let lead = a_lead(&*crm.ids).of(&contact).created_at(at);
        lead.insert(&crm.test.db, &crm.fairfield).await;
    }
    crm
}

fn people(page: &str) -> Vec<String> {
    let after = page.split("<tbody>").nth(1).unwrap_or_default();
    let names = after.split(">Person ").skip(1);
    names.map(|rest| rest[..1].to_owned()).collect()
}

fn link(page: &str, rel: &str) -> Option<String> {
    let after = page.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
    Some(after.split('"').next()?.replace("&#38;", "&"))
}

#[tokio::test]
async fn pages_are_turned_forth_and_back_though_leads_arrive() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;

    let first = ann.get("/leads?limit=2&status=new").await;
    let at = crm.clock.now() + SignedDuration::from_mins(9);
    let newest = a_lead(&*crm.ids).created_at(at);
    newest.insert(&crm.test.db, &crm.fairfield).await;
    let second = ann.get(&link(first.page(), "next").unwrap()).await;
    let third = ann.get(&link(second.page(), "next").unwrap()).await;
    let back = ann.get(&link(third.page(), "prev").unwrap()).await;
    let start = ann.get(&link(back.page(), "prev").unwrap()).await;

    assert_eq!(people(first.page()), ["4", "3"]);
    assert_eq!(people(second.page()), ["2", "1"]);
    assert_eq!(people(third.page()), ["0"]);
    assert_eq!(people(back.page()), ["2", "1"]);
    assert_eq!(people(start.page()), ["4", "3"]);
    assert_eq!(link(first.page(), "prev"), None);
    assert_eq!(link(third.page(), "next"), None);
    assert!(link(start.page(), "prev").is_some(), "somebody arrived before");
    assert!(first.page().contains("2 of 5 leads"));
}

#[tokio::test]
async fn a_list_is_turned_from_its_other_end_and_foreign_cursors_are_refused() {
    let crm = with_five_people().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);

    let oldest = ann.get("/leads?limit=2&sort=createdAt").await;
    let next = link(oldest.page(), "next").unwrap();
    let back = ann.get(&link(ann.get(&next).await.page(), "prev").unwrap()).await;
    let contacts = ann.get("/contacts?limit=4").await;
    let last = ann.get(&link(contacts.page(), "next").unwrap()).await;

    assert_eq!(people(oldest.page()), ["0", "1"]);
    assert_eq!(people(ann.get(&next).await.page()), ["2", "3"]);
    assert_eq!(people(back.page()), ["0", "1"]);
    assert_eq!(people(last.page()).len(), 1);
    for refused in [
        hugo.get(&next).await,
        ann.get(&next.replace("sort=createdAt", "sort=-createdAt")).await,
        ann.get(&next.replace("/leads", "/contacts")).await,
        ann.get("/leads?before=x").await,
    ] {
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn columns_density_and_filters_stand_in_the_address() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;

    let page = ann
        .get("/leads?column=source&column=changed&density=dense&q=person&status=new&unheard=1")
        .await;

    let page = page.page();
    assert!(page.contains("<th scope=\"col\">Source</th>"));
    assert!(page.contains("aria-sort=\"none\""));
    assert!(!page.contains("First response</th>"));
    assert!(page.contains("table-dense"));
    assert!(page.contains("Searched for “person”"));
    assert!(page.contains("Status is New"));
    let export =
        "/api/leads.csv?column=source&#38;column=changed&#38;density=dense&#38;q=person&#38;status=new";
    assert!(page.contains(export), "{page}");
}

#[tokio::test]
async fn a_file_is_what_is_on_the_screen_row_for_row() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;
    let formula =
        json!({ "fullName": "=SUM(A1)", "email": "formula@example.com", "phone": "+1 203 555 0199" });
    ann.post_json("/api/contacts", formula).await;

    let leads = ann
        .get("/api/leads.csv?column=status&column=source&sort=createdAt")
        .await;
    let contacts = ann.get("/api/contacts.csv?search=formula&bom=1").await;
    let refused = ann.get("/api/leads.csv?status=open").await;
    let neighbours = crm.hugo().await.get("/api/leads.csv").await;

    assert_eq!(leads.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        leads.header("content-disposition"),
        "attachment; filename=\"leads.csv\""
    );
    let lines: Vec<_> = leads.text().lines().collect();
    assert_eq!(lines[0], "Lead,E-mail,Phone,Status,Source");
    assert_eq!(lines[1], "Person 0,person0@example.com,,New,Contact");
    assert_eq!(lines.len(), 6);
    let file = contacts.text();
    assert!(file.starts_with("\u{feff}Contact,E-mail,Phone,Source,Tags,First seen\r\n'=SUM(A1),formula"));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(neighbours.text().lines().count(), 1);
    let told = ann.get("/api/activities").await.json();
    let summaries: Vec<_> = told["activities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| &told["summary"])
        .collect();
    assert_eq!(summaries, ["Exported contacts as CSV", "Exported leads as CSV"]);
}

#[tokio::test]
async fn a_long_list_is_sent_whole() {
    let crm = Crm::new().await;
    for _ in 0..405 {
        a_lead(&*crm.ids).insert(&crm.test.db, &crm.fairfield).await;
    }

    let file = crm.ann().await.get("/api/leads.csv").await;

    assert_eq!(file.text().lines().count(), 406);
}

/// The tag of the menu whose address says `open`, as it stands in the page.
fn menu<'p>(page: &'p str, open: &str) -> &'p str {
    let after = page.split("<details ");
    let mut menus = after.filter_map(|rest| rest.split('>').next());
    let address = format!("open={open}\"");
    menus.find(|menu| menu.contains(&address)).unwrap()
}

#[tokio::test]
async fn every_menu_has_an_address_that_shows_it_open_and_leads_back() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;
    for (path, open) in [
        ("/leads?status=new&limit=2", "filter"),
        ("/leads?status=new&limit=2", "columns"),
        ("/leads?status=new&limit=2", "view"),
        ("/contacts?search=person", "filter"),
        ("/contacts?search=person", "columns"),
        ("/contacts?search=person", "view"),
        ("/sources?period=30d", "days"),
    ] {
        let (closed, opened) = (ann.get(path).await, ann.get(&format!("{path}&open={open}")).await);

        assert!(!menu(closed.page(), open).ends_with(" open"), "{path} {open}");
        assert!(menu(opened.page(), open).ends_with(" open"), "{path} {open}");
        let opens = opened.page().matches("\" open>").count();
        assert_eq!(opens, 1, "{path} {open}: the others stay shut");
        let back = format!("href=\"{}\">Close</a>", path.replace('&', "&#38;"));
        assert!(opened.page().contains(&back), "{path} {open}");
    }
}

#[tokio::test]
async fn an_open_menu_is_left_behind_by_whoever_goes_on() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;

    let page = ann.get("/leads?limit=2&open=columns").await;

    let next = link(page.page(), "next").unwrap();
    assert!(!next.contains("open="), "{next}");
    let export = page.page().split("/api/leads.csv").nth(1).unwrap();
    assert!(!export.split('"').next().unwrap().contains("open="));
}

#[tokio::test]
async fn a_view_without_a_name_is_asked_for_it_again_in_its_menu() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;
    let form = [("list", "leads"), ("query", "status=new"), ("name", " ")];

    let refused = ann.post_form("/views", &form).await;

    assert_eq!(refused.redirect(), "/leads?status=new&open=view");
    let again = ann.get(refused.redirect()).await;
    assert!(menu(again.page(), "view").ends_with(" open"));
    assert!(again.page().contains("A view needs a name"));
}

#[tokio::test]
async fn how_many_rows_a_page_has_is_chosen_and_kept() {
    let crm = Crm::new().await;
    for _ in 0..26 {
        a_lead(&*crm.ids).insert(&crm.test.db, &crm.fairfield).await;
    }
    let ann = crm.ann().await;

    let page = ann.get("/leads?status=new&limit=25&column=source").await;
    let few = crm.hugo().await.get("/leads").await;

    let chosen = "/leads?status=new&#38;column=source&#38;limit=25\" aria-current=\"true\">25</a>";
    assert!(page.page().contains(chosen), "{}", page.page());
    assert!(
        page.page()
            .contains("status=new&#38;column=source&#38;limit=200\">200</a>")
    );
    assert!(link(page.page(), "next").unwrap().contains("limit=25"));
    assert!(
        page.page()
            .contains("/leads?limit=25&#38;column=source&#38;status=won")
    );
    assert!(!few.page().contains("Rows on a page"));
}

/// The leads of five people, as the API tells them, oldest first.
async fn leads_of(ann: &server::testing::Caller) -> Vec<String> {
    let told = ann.get("/api/leads?sort=createdAt").await.json();
    let leads = told["leads"].as_array().unwrap().iter();
    leads
        .map(|lead| lead["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn leads_are_sorted_by_what_is_known_and_turned_forth_and_back_through_what_is_not() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;
    let ids = leads_of(&ann).await;
    let due = |day: u8| json!({ "nextActionAt": format!("2031-01-0{day}T09:00:00Z") });
    for (lead, change) in [
        (0, json!({ "priceMax": 300 })),
        (2, json!({ "priceMin": 500 })),
        (4, json!({ "priceMax": 100, "priceMin": 90 })),
        (1, due(3)),
        (3, due(1)),
    ] {
        let changed = ann.patch_json(&format!("/api/leads/{}", ids[lead]), change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    }

    for (sort, all) in [
        // Who says nothing comes last, newest first.
        ("-price", ["2", "0", "4", "3", "1"]),
        ("price", ["4", "0", "2", "3", "1"]),
        ("nextActionAt", ["3", "1", "4", "2", "0"]),
        ("-nextActionAt", ["1", "3", "4", "2", "0"]),
        ("-lastContactAt", ["4", "3", "2", "1", "0"]),
    ] {
        let first = ann.get(&format!("/leads?limit=2&sort={sort}")).await;
        let second = ann.get(&link(first.page(), "next").unwrap()).await;
        let third = ann.get(&link(second.page(), "next").unwrap()).await;
        assert_eq!(people(first.page()), all[..2], "{sort}");
        assert_eq!(people(second.page()), all[2..4], "{sort}");
        assert_eq!(people(third.page()), all[4..], "{sort}");
        assert_eq!(link(third.page(), "next"), None, "{sort}");
        let back = ann.get(&link(third.page(), "prev").unwrap()).await;
        assert_eq!(people(back.page()), all[2..4], "{sort}");
        let start = ann.get(&link(back.page(), "prev").unwrap()).await;
        assert_eq!(people(start.page()), all[..2], "{sort}");
        assert_eq!(link(start.page(), "prev"), None, "{sort}");
        let file = ann
            .get(&format!("/api/leads.csv?column=source&sort={sort}"))
            .await;
        let lines = file.text().lines().skip(1).map(|line| &line[7..8]);
        assert_eq!(lines.collect::<Vec<_>>(), all, "{sort}");
        for offset in 0..6 {
            let path = format!("/api/leads?limit=2&sort={sort}&offset={offset}");
            let told = ann.get(&path).await.json();
            let names = told["leads"].as_array().unwrap().iter();
            let names = names.map(|lead| lead["contact"]["fullName"].as_str().unwrap()[7..].to_owned());
            let wanted: Vec<_> = all.iter().skip(offset).take(2).copied().collect();
            assert_eq!(names.collect::<Vec<_>>(), wanted, "{path}");
        }
    }
}

#[tokio::test]
async fn headings_sort_and_say_how_the_list_is_sorted() {
    let crm = with_five_people().await;
    let ann = crm.ann().await;

    let page = ann
        .get("/leads?column=price&column=next&column=score&sort=-price")
        .await;

    let head = |aria: &str, sort: &str, label: &str| {
        format!(
            "<th scope=\"col\" aria-sort=\"{aria}\"><a href=\"/leads?column=price&#38;column=next&#38;column=score&#38;sort={sort}\">{label} "
        )
    };
    assert!(
        page.page().contains(&head("descending", "price", "Price")),
        "{}",
        page.page()
    );
    assert!(page.page().contains(&head("none", "nextActionAt", "Next action")));
    assert!(page.page().contains("<th scope=\"col\">Score</th>"));
    assert!(page.page().contains("5 leads, highest price first"));
    assert!(page.page().contains("In order: highest price first"));
    let contacts = ann.get("/contacts?sort=name").await;
    let by_name = "aria-sort=\"ascending\"><a href=\"/contacts?sort=-name\">Contact ";
    assert!(contacts.page().contains(by_name), "{}", contacts.page());
}

#[tokio::test]
async fn contacts_are_sorted_by_the_name_they_are_shown_by_whatever_its_letters() {
    let crm = Crm::new().await;
    for (name, email) in [
        (Some("zoe Quist"), "a@example.com"),
        (Some("Anna Berg"), "z@example.com"),
        (None, "bert@example.com"),
        (Some("Carl Orff"), "c@example.com"),
        (Some("anna berg"), "y@example.com"),
    ] {
        let mut contact = a_contact(&*crm.ids).email(email);
        contact.0.full_name = name.map(str::to_owned);
        contact.insert(&crm.test.db, &crm.fairfield).await;
    }
    let ann = crm.ann().await;
    let emails = |answer: &serde_json::Value| -> Vec<String> {
        let all = answer["contacts"].as_array().unwrap().iter();
        all.map(|contact| contact["email"].as_str().unwrap()[..1].to_owned())
            .collect()
    };
    for (sort, all) in [
        ("name", ["z", "y", "b", "c", "a"]),
        ("-name", ["a", "c", "b", "y", "z"]),
    ] {
        let mut seen = Vec::new();
        let mut path = format!("/api/contacts?limit=2&sort={sort}");
        loop {
            let page = ann.get(&path).await.json();
            seen.extend(emails(&page));
            let Some(next) = page["pagination"]["nextCursor"].as_str() else {
                break;
            };
            path = format!("/api/contacts?limit=2&sort={sort}&cursor={next}");
        }
        assert_eq!(seen, all, "{sort}");
        let first = ann.get(&format!("/contacts?limit=2&sort={sort}")).await;
        let second = ann.get(&link(first.page(), "next").unwrap()).await;
        let back = ann.get(&link(second.page(), "prev").unwrap()).await;
        let rows = |page: &str| {
            page.split("<tbody>")
                .nth(1)
                .unwrap()
                .split("</table>")
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(rows(back.page()), rows(first.page()), "{sort}");
    }
}
