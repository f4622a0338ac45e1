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
    let told = ann.get("/api/activities?activityType=note").await.json();
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
