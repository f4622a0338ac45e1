use axum::http::StatusCode;
use db::testing::{a_lead, a_member};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Clock as _, Lead, LeadStatus, Money, PersonId, Role};

use crate::testing::{Crm, without_hashes};

impl Crm {
    /// A lead from there, that came just now.
    async fn a_lead_from(&self, source: &str) -> Lead {
        self.a_lead_of(source, None, self.clock.now()).await
    }

    async fn a_lead_of(&self, source: &str, of: Option<PersonId>, at: jiff::Timestamp) -> Lead {
        let mut lead = a_lead(&*self.ids).created_at(at);
        lead.0.source = source.to_owned();
        lead.0.assigned_to = of;
        lead.insert(&self.test.db, &self.fairfield).await
    }

    fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

async fn call(caller: &Caller, lead: &Lead) {
    log(caller, lead, "call_logged").await;
}

async fn log(caller: &Caller, lead: &Lead, kind: &str) {
    let done = json!({ "summary": "Spoke", "activityType": kind, "leadId": lead.id });
    let logged = caller.post_json("/api/activities", done).await;
    assert_eq!(logged.status, StatusCode::CREATED, "{}", logged.text());
}

async fn change(caller: &Caller, lead: &Lead, change: Value) {
    let changed = caller
        .patch_json(&format!("/api/leads/{}", lead.id), change)
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
}

/// Two leads of the fair and four of the site: answered after 4:59.999999, 5:00, an hour and never.
async fn two_sources() -> (Crm, Caller) {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let mut site = Vec::new();
    for _ in 0..4 {
        site.push(crm.a_lead_from("home-value").await);
    }
    let fair = [
        crm.a_lead_from("the_fair").await,
        crm.a_lead_from("the_fair").await,
    ];
    crm.clock.advance(SignedDuration::from_micros(299_999_999));
    call(&ann, &site[0]).await;
    call(&ann, &fair[0]).await;
    crm.clock.advance(SignedDuration::from_micros(1));
    change(&ann, &site[1], json!({ "status": "qualified" })).await;
    crm.wait(3_300);
    change(&ann, &site[2], json!({ "status": "won", "priceMax": 650_000 })).await;
    change(&ann, &site[1], json!({ "status": "lost" })).await;
    change(&ann, &fair[0], json!({ "status": "won", "priceMin": 1_250_000 })).await;
    // Answered long ago: a second call changes nothing.
    call(&ann, &site[0]).await;
    // One of them twice.
    for met in [&site[0], &site[0], &fair[0]] {
        log(&ann, met, "appointment_logged").await;
    }
    // What nobody saw in these days.
    let long_ago = crm.clock.now() - SignedDuration::from_hours(24 * 90);
    crm.a_lead_of("home-value", None, long_ago).await;
    a_lead(&*crm.ids).insert(&crm.test.db, &crm.hudson).await;
    (crm, ann)
}

/// The cells of the table, as somebody reads them.
fn table(page: &str) -> String {
    let body = page.split("<tbody>").nth(1).unwrap_or_default();
    let body = body.split("</tbody>").next().unwrap();
    let line = |row: &str| {
        let cells = row.split("<td").skip(1).map(|cell| {
            let mut text = String::new();
            let mut is_text = false;
            for c in cell.chars() {
                match c {
                    '>' => is_text = true,
                    '<' => is_text = false,
                    c if is_text => text.push(c),
                    _ => {}
                }
            }
            text.trim().to_owned()
        });
        cells.collect::<Vec<_>>().join(" | ")
    };
    let lines = body.split("<tr>").skip(1).map(line);
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the links of the table lead, each with what it says.
fn links(page: &str) -> Vec<(String, String)> {
    let body = page.split("<tbody>").nth(1).unwrap_or_default();
    let body = body.split("</tbody>").next().unwrap();
    let links = body.split("<a href=\"").skip(1).map(|link| {
        let (href, rest) = link.split_once("\">").unwrap();
        let text = rest.split("</a>").next().unwrap();
        (href.replace("&#38;", "&"), text.to_owned())
    });
    links.collect()
}

#[tokio::test]
async fn a_source_tells_how_soon_it_is_answered_and_what_it_brings() {
    let (_crm, ann) = two_sources().await;

    let page = ann.get("/sources").await;

    insta::assert_snapshot!(table(page.page()));
    assert!(
        page.page().contains("3 Dec 2025 to 2 Mar 2026"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn every_number_leads_to_as_many_leads() {
    let (_crm, ann) = two_sources().await;
    let answer = ann.get("/api/sources").await.json();
    let times = format!(
        "createdFrom={}&createdTo={}",
        answer["createdFrom"].as_str().unwrap(),
        answer["createdTo"].as_str().unwrap()
    );
    let mut asked = 0;
    for (source, numbers) in [
        ("&source=home-value", &answer["sources"][0]),
        ("&source=the_fair", &answer["sources"][1]),
        ("", &answer["all"]),
    ] {
        for (name, filter) in [
            ("leadCount", ""),
            ("answeredCount", "&answered=yes"),
            ("answeredInTimeCount", "&answered=in_time"),
            ("appointmentCount", "&reached=appointment"),
            ("qualifiedCount", "&reached=qualified"),
            ("wonCount", "&status=won"),
            ("lostCount", "&status=lost"),
        ] {
            let list = format!("/api/leads?count=true&{times}{source}{filter}");
            let listed = ann.get(&list).await.json();
            asked += 1;

            assert_eq!(listed["pagination"]["total"], numbers[name], "{list}");
            assert_eq!(
                json!(listed["leads"].as_array().unwrap().len()),
                numbers[name],
                "{list}"
            );
        }
    }
    let unanswered = ann.get(&format!("/api/leads?{times}&answered=no")).await.json();

    assert_eq!(asked, 21);
    assert_eq!(unanswered["leads"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_link_of_the_page_opens_a_list_of_that_length() {
    let (_crm, ann) = two_sources().await;
    let page = ann.get("/sources").await;
    let mut counted = 0;

    for (href, text) in links(page.page()) {
        let list = ann.get(&href).await;
        let rows = list.page().matches("data-lead=").count();
        // Waits, shares and sums count nothing themselves.
        let count = text.split(" (").next().unwrap().parse::<usize>();
        assert!(rows > 0, "{href} shows nothing");
        if let Ok(count) = count {
            counted += 1;
            assert_eq!(rows, count, "{href} of {text}");
        }
    }

    assert!(counted >= 15, "only {counted} numbers were counted after");
}

#[tokio::test]
async fn the_api_tells_the_same_numbers() {
    let (_crm, ann) = two_sources().await;

    let answer = ann.get("/api/sources?sort=-value").await.json();

    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn sources_stand_in_any_order_and_none_is_no_order() {
    let (crm, ann) = two_sources().await;
    let zillow = crm.a_lead_from("Zillow").await;
    let order = async |sort: &str| {
        let answer = ann.get(&format!("/api/sources?sort={sort}")).await;
        let answer = answer.json();
        let names = answer["sources"].as_array().unwrap().iter();
        let names = names.map(|row| row["source"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };

    assert_eq!(order("").await, "home-value the_fair Zillow");
    assert_eq!(order("leads").await, "Zillow the_fair home-value");
    assert_eq!(order("-source").await, "Zillow the_fair home-value");
    // Nobody answered the one of Zillow: that is neither soon nor late.
    assert_eq!(order("response").await, "the_fair home-value Zillow");
    assert_eq!(order("-response").await, "home-value the_fair Zillow");
    assert_eq!(order("-value").await, "the_fair home-value Zillow");
    log(&ann, &zillow, "appointment_logged").await;
    log(&ann, &crm.a_lead_from("Zillow").await, "appointment_logged").await;
    assert_eq!(order("-appointments").await, "Zillow home-value the_fair");
    assert_eq!(order("appointments").await, "home-value the_fair Zillow");
    let refused = ann.get("/api/sources?sort=luck").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn leads_with_an_appointment_are_a_list_like_any_other() {
    let (crm, ann) = two_sources().await;
    let hugo = crm.hugo().await;

    let list = ann.get("/leads?reached=appointment").await;
    let all = ann.get("/bulk-edits/new?of=all&reached=appointment").await;
    let file = ann
        .get("/api/leads.csv?reached=appointment&column=source&sort=createdAt")
        .await;
    let view = json!({ "name": "Met", "query": "reached=appointment" });
    let view = ann.post_json("/api/views", view).await.json();
    let view = ann
        .get(&format!("/views/{}", view["view"]["id"].as_str().unwrap()))
        .await;

    assert_eq!(list.page().matches("data-lead=").count(), 2);
    assert!(list.page().contains("Had an appointment"), "a chip takes it away");
    assert!(all.page().contains("2 leads"), "{}", all.text());
    let sources = file.text().lines().skip(1);
    let sources: Vec<_> = sources.filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(sources, ["Home value", "The fair"]);
    assert!(
        view.redirect().contains("reached=appointment"),
        "{}",
        view.redirect()
    );
    let foreign = hugo.get("/api/leads?reached=appointment").await.json();
    assert_eq!(foreign["leads"], json!([]));
}

#[tokio::test]
async fn what_nobody_was_answered_has_no_median() {
    let crm = Crm::new().await;
    crm.a_lead_from("contact").await;

    let answer = crm.ann().await.get("/api/sources").await.json();

    assert_eq!(answer["all"]["medianResponseSeconds"], Value::Null);
    assert_eq!(answer["sources"][0]["answeredCount"], 0);
}

#[tokio::test]
async fn what_was_answered_before_it_came_waited_for_nothing() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let soon = crm.clock.now() + SignedDuration::from_secs(30);
    let lead = crm.a_lead_of("import", None, soon).await;
    call(&ann, &lead).await;

    let answer = ann.get("/api/sources").await.json();

    assert_eq!(answer["all"]["medianResponseSeconds"], 0);
    assert_eq!(answer["all"]["answeredInTimeCount"], 1);
}

#[tokio::test]
async fn the_tiles_lead_to_what_they_count_and_bars_to_scale() {
    let (_crm, ann) = two_sources().await;

    let page = ann.get("/sources").await;
    let tiles: Vec<_> = page.page().split("class=\"kpi\" href=\"").skip(1).collect();

    let told = tiles.iter().map(|tile| {
        let value = tile.split("kpi-value\">").nth(1).unwrap();
        value.split('<').next().unwrap()
    });
    assert_eq!(told.collect::<Vec<_>>(), ["4 min", "2", "2", "3", "2"]);
    for (tile, filter) in std::iter::zip(
        &tiles,
        [
            "answered=yes",
            "answered=in_time",
            "reached=appointment",
            "reached=qualified",
            "status=won",
        ],
    ) {
        let href = tile.split('"').next().unwrap();
        assert!(href.contains(filter) && !href.contains("source="), "{href}");
    }
    let bars = page.page().split("bar-visitors\" width=\"").skip(1);
    let bars: Vec<_> = bars.map(|bar| bar.split('"').next().unwrap()).collect();
    assert_eq!(bars, ["100", "50"]);
}

#[tokio::test]
async fn fifty_sources_are_told_one_by_one_and_the_rest_together() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for number in 0..52 {
        crm.a_lead_from(&format!("fair-{number:02}")).await;
    }
    crm.a_lead_from("fair-51").await;
    let late = crm.a_lead_from("fair-50").await;
    crm.wait(90);
    call(&ann, &late).await;

    let first = ann.get("/api/sources").await.json();
    let second = ann.get("/api/sources?offset=50").await.json();
    let page = ann.get("/sources").await;
    let page_of_rest = ann.get("/sources?offset=50").await;

    assert_eq!(first["sources"].as_array().unwrap().len(), 50);
    assert_eq!(first["sources"][0]["source"], "fair-50");
    assert_eq!(first["sources"][0]["medianResponseSeconds"], 90);
    assert_eq!(first["others"]["sourceCount"], 2);
    assert_eq!(first["others"]["leadCount"], 2);
    assert_eq!(first["others"]["medianResponseSeconds"], Value::Null);
    assert_eq!(first["all"]["leadCount"], 54);
    assert_eq!(first["nextOffset"], 50);
    let names: Vec<_> = second["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["source"])
        .collect();
    assert_eq!(names, ["fair-48", "fair-49"]);
    assert_eq!(
        (&second["others"], &second["nextOffset"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(second["all"], first["all"], "all are all, on any page");
    assert!(
        page.page()
            .contains("<a href=\"/sources?offset=50\">2 other sources</a>")
    );
    assert!(page_of_rest.page().contains("rel=\"prev\" href=\"/sources\""));
}

#[tokio::test]
async fn a_day_begins_and_ends_at_the_readers_midnight() {
    let crm = Crm::new().await;
    let at = |text: &str| text.parse().unwrap();
    for (source, time) in [
        ("before", "2026-03-01T04:59:59.999999Z"),
        ("first", "2026-03-01T05:00:00Z"),
        ("last", "2026-03-02T04:59:59.999999Z"),
        ("after", "2026-03-02T05:00:00Z"),
    ] {
        crm.a_lead_of(source, None, at(time)).await;
    }
    let ann = crm.ann().await.with_header("cookie", "zone=America/New_York");

    let told = ann
        .get("/api/sources?from=2026-03-01&to=2026-03-01&sort=source")
        .await
        .json();
    let page = ann.get("/sources?from=2026-03-01&to=2026-03-01").await;
    let list = ann
        .get("/leads?createdFrom=2026-03-01&createdTo=2026-03-01")
        .await;
    let bulk = ann
        .get("/bulk-edits/new?of=all&createdFrom=2026-03-01&createdTo=2026-03-01")
        .await;

    let names: Vec<_> = told["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["source"])
        .collect();
    assert_eq!(names, ["first", "last"]);
    assert_eq!(told["createdFrom"], "2026-03-01T05:00:00Z");
    assert!(page.page().contains("1 Mar 2026 to 1 Mar 2026"));
    assert_eq!(list.page().matches("data-lead=").count(), 2);
    assert!(
        list.page().contains("Received from 2026-03-01"),
        "a chip takes it away"
    );
    // What a bulk edit means must not depend on whose clock its days are read by later.
    assert!(
        bulk.page().contains("createdFrom=2026-03-01T05%3A00%3A00Z"),
        "{}",
        bulk.text()
    );
    assert!(bulk.page().contains("2 leads"));
}

#[tokio::test]
async fn periods_have_names() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let days = async |query: &str| {
        let answer = ann.get(&format!("/api/sources{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        let answer = answer.json();
        format!(
            "{} {}",
            answer["from"].as_str().unwrap(),
            answer["to"].as_str().unwrap()
        )
    };

    assert_eq!(days("").await, "2025-12-03 2026-03-02");
    assert_eq!(days("?period=30d").await, "2026-02-01 2026-03-02");
    assert_eq!(days("?period=month").await, "2026-03-01 2026-03-02");
    assert_eq!(days("?period=year").await, "2026-01-01 2026-03-02");
    assert_eq!(days("?from=2026-01-05").await, "2026-01-05 2026-03-02");
    assert_eq!(
        days("?period=year&from=2026-01-05&to=2026-01-06").await,
        "2026-01-05 2026-01-06"
    );
}

#[tokio::test]
async fn days_that_no_calendar_has_are_refused() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for (query, pointer) in [
        ("period=decade", "/period"),
        ("from=soon", "/from"),
        ("from=2026-02-30", "/from"),
        ("from=-009999-01-01", "/from"),
        ("from=9999-12-31", "/from"),
        ("to=2026-01-01", "/from"),
        ("from=2026-02-02&to=2026-02-01", "/to"),
        ("from=2026-02-02&to=nine", "/to"),
    ] {
        let refused = ann.get(&format!("/api/sources?{query}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{query}");
    }
    for query in [
        "createdFrom=soon",
        "createdTo=2026-13-01",
        "createdFrom=-009999-01-01T00:00:00Z",
        "createdTo=9999-12-31",
        "answered=late",
        "reached=won",
    ] {
        let refused = ann.get(&format!("/api/leads?{query}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[tokio::test]
async fn an_agent_who_sees_their_own_counts_their_own() {
    let crm = Crm::new().await;
    let who = crm.password_hash().await;
    let who = ("olga@example.com", who.as_str());
    let olga = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, who, Role::Owner).await;
    let now = crm.clock.now();
    crm.a_lead_of("olgas-friend", Some(olga), now).await;
    crm.a_lead_of("contact", Some(crm.ann), now).await;
    crm.a_lead_of("contact", None, now).await;
    let owner = crm.at_fairfield("olga@example.com").await;
    owner
        .post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    let ann = crm.ann().await;

    let hers = ann.get("/api/sources").await.json();
    let page = ann.get("/sources").await;
    let file = ann.get("/api/sources.csv").await;
    let all = owner.get("/api/sources").await.json();

    assert_eq!(hers["all"]["leadCount"], 2);
    assert_eq!(hers["sources"].as_array().unwrap().len(), 1);
    assert!(!page.page().contains("lgas"), "a colleague's source");
    assert!(!file.text().contains("lgas"), "a colleague's source");
    assert_eq!(all["all"]["leadCount"], 3);
}

#[tokio::test]
async fn a_file_says_what_the_page_says_and_who_took_it() {
    let (crm, ann) = two_sources().await;
    crm.a_lead_from("=SUM(A1)").await;

    let file = ann.get("/api/sources.csv?sort=source").await;
    let told = ann.get("/api/activities").await.json();

    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"sources.csv\""
    );
    insta::assert_snapshot!(file.text());
    assert_eq!(told["activities"][0]["summary"], "Exported sources as CSV");
}

#[tokio::test]
async fn a_time_without_leads_says_so() {
    let crm = Crm::new().await;

    let page = crm.ruth().await.get("/sources").await;

    assert!(page.page().contains("No leads in this time"), "{}", page.text());
    insta::assert_snapshot!(without_hashes(page.page()));
}

#[tokio::test]
async fn sources_that_read_alike_say_how_they_differ() {
    let crm = Crm::new().await;
    crm.a_lead_from("open-house").await;
    crm.a_lead_from("open_house").await;
    crm.a_lead_from("<b>fair</b>").await;

    let page = crm.ann().await.get("/sources").await;

    for name in ["open-house</span>", "open_house</span>", "&#60;b&#62;fair"] {
        assert!(page.page().contains(name), "{name}: {}", page.text());
    }
}

#[tokio::test]
async fn what_was_won_and_is_open_again_is_not_won() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let price = Money::from_dollars(100).unwrap();
    let mut won = a_lead(&*crm.ids).status(LeadStatus::Won);
    won.0.property.price_max = Some(price);
    let won = won.insert(&crm.test.db, &crm.fairfield).await;

    let before = ann.get("/api/sources").await.json();
    change(&ann, &won, json!({ "status": "nurturing" })).await;
    let after = ann.get("/api/sources").await.json();

    assert_eq!(
        (&before["all"]["wonValue"], &before["all"]["wonCount"]),
        (&json!(100), &json!(1))
    );
    assert_eq!(
        (&after["all"]["wonValue"], &after["all"]["wonCount"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(after["all"]["qualifiedCount"], 1, "it was won once");
}
