//! Two tenants, every route of every app: whoever comes from next door finds nothing, not even that there is something.
//!
//! The routes are asked of the apps themselves, so a new one is walked before anybody thinks of it. One whose
//! parameter or body has no example below fails the walk by its name.

pub(crate) mod examples;

use std::collections::HashSet;

use examples::{EVERYBODYS, Example, PUBLIC, Records, takes_away, takes_people};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    AVA, Answer, BEN, Caller, FAIRFIELD, HUDSON, HUGO, OLIVIA, OPS, PATIENCE, Process, VERA, World,
    an_enquiry,
};
use tokio::time::timeout;

/// Fairfield's visitor, whom nobody in hudson has ever heard of.
const SECRET: &str = "zelda.quince@example.com";

/// Two tenants, and what one of them knows.
pub(crate) struct Street {
    _world: World,
    pub(crate) crm: Process,
    records: Records,
}

impl Street {
    pub(crate) async fn new() -> Self {
        let world = World::seeded().await;
        let (web, crm) = (world.web().await, world.crm().await);
        zelda_writes(&web.caller(FAIRFIELD)).await;
        let held = a_held_form(&web.caller(FAIRFIELD)).await;
        world.drain().await;
        let ava = crm.member(AVA).await;
        let found = ava
            .get(&format!("/api/leads?q={SECRET}"))
            .await
            .expect(200)
            .json();
        let text = |found: &Value| found.as_str().unwrap().to_owned();
        let lead = text(&found["leads"][0]["id"]);
        let body = json!({ "title": "Call Zelda", "dueAt": "2030-01-02T09:00:00Z", "leadId": lead });
        let reminder = ava.post_json("/api/reminders", body).await.expect(201).json();
        let body = json!({ "name": "Zelda's", "list": "leads", "query": "q=zelda", "isShared": true });
        let view = ava.post_json("/api/views", body).await.expect(201).json();
        let ben = crm.member(BEN).await;
        let notice = a_notice(&ava, &ben).await;
        let ben = ben.get("/api/session").await.expect(200).json();
        // Opened last, by somebody who comes back for nothing else.
        let phone = crm.member(AVA).await;
        let settings = phone.get("/settings").await.expect(200).text;
        let mut pairs = people_typed_in_twice(&ava).await;
        let merges = merged(&ava, pairs.split_off(4)).await;
        let checked_import = an_import(&ava, "Cy,cy@example.com", true).await;
        let done_import = an_import(&ava, "Di,di@example.com", false).await;
        let edits = some_edits(&ava).await;
        let console = world.console().await;
        let (support, code) = somebody_looks_in(&console).await;
        Self {
            records: Records {
                member: text(&ben["userId"]),
                session: current_session(&settings),
                support,
                code,
                line: a_signed_line(&console).await,
                view: text(&view["view"]["id"]),
                rule: a_rule(&ava).await,
                invitations: some_invitations(&ava).await,
                notice,
                checked_import,
                done_import,
                edits,
                edit_of_contacts: an_edit_of_contacts(&ava).await,
                pairs,
                merges,
                contact: text(&found["leads"][0]["contactId"]),
                reminder: text(&reminder["reminder"]["id"]),
                notes: some_notes(&ava, &lead).await,
                lead,
                held,
                ..programs(&ava).await
            },
            _world: world,
            crm,
        }
    }

    pub(crate) fn example(&self, method: &Method, pattern: &str) -> Example {
        Example::of(method, pattern, &self.records)
    }

    /// Zelda's lead, herself, and what is to be done for her.
    pub(crate) fn lead(&self) -> &str {
        &self.records.lead
    }

    pub(crate) fn contact(&self) -> &str {
        &self.records.contact
    }

    pub(crate) fn reminder(&self) -> &str {
        &self.records.reminder
    }

    /// Two contacts that may be one person.
    pub(crate) fn pair(&self) -> &[String; 2] {
        &self.records.pairs[0]
    }

    /// Everything fairfield's owner can see of the lead.
    async fn known(&self) -> [Value; 3] {
        let ava = self.crm.member(AVA).await;
        let lead = ava
            .get(&format!("/api/leads/{}", self.records.lead))
            .await
            .expect(200);
        let contact = ava
            .get(&format!("/api/contacts/{}", self.records.contact))
            .await
            .expect(200);
        let activities = ava
            .get(&format!("/api/activities?leadId={}", self.records.lead))
            .await
            .expect(200);
        [lead.json(), contact.json(), activities.json()]
    }
}

/// The session that a settings page says it is shown in.
fn current_session(settings: &str) -> String {
    let after = settings
        .split("data-current=\"")
        .nth(1)
        .expect("one session is this one");
    after.split('"').next().unwrap_or_default().to_owned()
}

/// A rule about nobody's leads.
async fn a_rule(ava: &Caller) -> String {
    let body = json!({ "name": "Zelda's", "source": "zelda", "target": "pool" });
    let made = ava.post_json("/api/assignment-rules", body).await.expect(201);
    made.json()["rule"]["id"].as_str().unwrap().to_owned()
}

/// What Ava wrote down of Zelda's lead.
async fn some_notes(ava: &Caller, lead: &str) -> [String; 2] {
    let mut ids = Vec::new();
    for summary in ["Likes mills", "Likes attics"] {
        let body = json!({ "summary": summary, "leadId": lead });
        let made = ava.post_json("/api/activities", body).await.expect(201).json();
        ids.push(made["activity"]["id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

/// Two people who are asked to work here.
async fn some_invitations(ava: &Caller) -> [String; 2] {
    let mut ids = Vec::new();
    for email in ["zoe@example.com", "zac@example.com"] {
        let body = json!({ "email": email, "role": "assistant" });
        let made = ava.post_json("/api/invitations", body).await.expect(201).json();
        ids.push(made["invitation"]["id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

/// What Ava is told of a lead that Ben gave her.
async fn a_notice(ava: &Caller, ben: &Caller) -> String {
    let me = ava.get("/api/session").await.expect(200).json();
    let body = json!({ "leadType": "buyer", "listingAddress": "12 Elm Street", "assignedTo": me["userId"] });
    ben.post_json("/api/leads", body).await.expect(201);
    let told = ava.get("/api/notices").await.expect(200).json();
    told["notices"][0]["id"].as_str().unwrap().to_owned()
}

/// An operator who is about to look in at fairfield: the session, and the code that opens it.
async fn somebody_looks_in(console: &Process) -> (String, String) {
    let ops = console.member(OPS).await;
    let body = json!({ "reason": "a lead is missing" });
    let started = ops
        .post_json("/api/tenants/fairfield/support-sessions", body)
        .await;
    let started = started.expect(201).json();
    let text = |found: &Value| found.as_str().unwrap().to_owned();
    (text(&started["session"]["id"]), text(&started["code"]))
}

/// A line of the trail about fairfield, which the command that wrote it has signed.
async fn a_signed_line(console: &Process) -> String {
    let vera = console.member(VERA).await;
    let lines = "/api/admin-audit?action=seed.demo&tenantId=tenant_fairfield";
    let lines = vera.get(lines).await.expect(200).json();
    lines["events"][0]["id"].as_str().unwrap().to_owned()
}

/// A form that no person fills in so.
async fn a_held_form(visitor: &Caller) -> String {
    let fields = [
        ("email", "bot@example.com"),
        ("phone", "(860) 555-0118"),
        ("website", "https://spam.example.com"),
        (
            "message",
            "https://a.example.com https://b.example.com https://c.example.com",
        ),
    ];
    let sent = visitor.post_form("/api/lead", &fields).await.expect(202).json();
    sent["jobId"].as_str().unwrap().to_owned()
}

/// Fairfield's visitor sends a form.
async fn zelda_writes(visitor: &Caller) {
    let mut enquiry = an_enquiry(SECRET);
    enquiry["name"] = json!("Zelda Quince");
    visitor.post_json("/api/lead", enquiry).await.expect(202);
}

/// Six pairs of contacts: four to be decided about, and two to be merged.
async fn people_typed_in_twice(ava: &Caller) -> Vec<[String; 2]> {
    let mut pairs = Vec::new();
    for name in [
        "Nat Pear", "Nat Fig", "Nat Plum", "Nat Lime", "Nat Kiwi", "Nat Date",
    ] {
        pairs.push(twice(ava, name).await);
    }
    pairs
}

/// A person who was typed in twice.
async fn twice(ava: &Caller, name: &str) -> [String; 2] {
    let mut ids = Vec::new();
    for number in 1..=2 {
        let email = format!("{}.{number}@example.com", name.replace(' ', "."));
        let body = json!({ "fullName": name, "email": email });
        let made = ava.post_json("/api/contacts", body).await.expect(201).json();
        ids.push(made["contact"]["id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

/// Each pair made one person.
async fn merged(ava: &Caller, pairs: Vec<[String; 2]>) -> Vec<String> {
    let mut merges = Vec::new();
    for pair in pairs {
        let body = json!({ "contactIds": pair });
        let merged = ava.post_json("/api/contacts/merge", body).await.expect(200);
        merges.push(merged.json()["merge"]["id"].as_str().unwrap().to_owned());
    }
    merges
}

/// What is about programs.
async fn programs(ava: &Caller) -> Records {
    let (webhook, delivery) = a_webhook(ava).await;
    Records {
        token: an_api_token(ava).await,
        webhook,
        delivery,
        export: an_export(ava).await,
        calendar: a_calendar(ava).await,
        ..Records::default()
    }
}

/// The file of one's calendar.
pub(crate) async fn a_calendar(whose: &Caller) -> String {
    let form = [("action", "renew")];
    let renewing = whose.request(Method::POST, "/reminders/calendar").form(&form);
    whose.answer(renewing).await.expect(303);
    let page = whose.get("/reminders").await.expect(200).text;
    let after = page
        .split("/calendar/")
        .nth(1)
        .expect("the page shows the address");
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Everything in one file, once the process has put it together behind Ava's back.
async fn an_export(ava: &Caller) -> String {
    let begun = ava.post_json("/api/exports", json!({})).await.expect(202).json();
    let id = begun["export"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/exports/{id}");
    let ready = async { while ava.get(&path).await.expect(200).json()["export"]["status"] != "ready" {} };
    timeout(PATIENCE, ready).await.expect("the export gets ready");
    id
}

/// What a program acts with.
async fn an_api_token(ava: &Caller) -> String {
    let body = json!({ "name": "Zelda's program", "scopes": ["leads:read"] });
    let made = ava.post_json("/api/tokens", body).await.expect(201).json();
    made["token"]["id"].as_str().unwrap().to_owned()
}

/// An address that is told of leads, and something on its way there.
async fn a_webhook(ava: &Caller) -> (String, String) {
    let text = |found: &Value| found.as_str().unwrap().to_owned();
    let body = json!({ "name": "Zelda's", "url": "https://hooks.invalid/zelda", "events": ["lead.created"] });
    let made = ava.post_json("/api/webhooks", body).await.expect(201).json();
    let webhook = text(&made["webhook"]["id"]);
    let test = format!("/api/webhooks/{webhook}/test");
    let sent = ava.post_json(&test, json!({})).await.expect(202).json();
    (webhook, text(&sent["delivery"]["id"]))
}

/// A file with somebody in it, only checked or imported.
async fn an_import(ava: &Caller, row: &str, is_dry_run: bool) -> String {
    let body = json!({ "csv": format!("Name,E-mail\n{row}\n"), "dryRun": is_dry_run });
    let made = ava.post_json("/api/imports", body).await.expect(201).json();
    made["import"]["id"].as_str().unwrap().to_owned()
}

/// A contact, and a tag added to it as somebody adds one to many.
async fn an_edit_of_contacts(ava: &Caller) -> String {
    let body = json!({ "fullName": "Pia Moss", "email": "pia@example.com" });
    let made = ava.post_json("/api/contacts", body).await.expect(201).json();
    let body = json!({ "contactIds": [made["contact"]["id"]], "addTag": "spring" });
    let made = ava
        .post_json("/api/contacts/bulk-edits", body)
        .await
        .expect(201)
        .json();
    made["bulkEdit"]["id"].as_str().unwrap().to_owned()
}

/// A lead, and tags added to it as somebody adds one to many.
async fn some_edits(ava: &Caller) -> [String; 3] {
    let made = ava
        .post_json("/api/leads", json!({ "listingAddress": "12 Elm Street" }))
        .await
        .expect(201)
        .json();
    let lead = made["lead"]["id"].as_str().unwrap();
    let mut edits = vec![lead.to_owned()];
    for tag in ["spring", "loft"] {
        let body = json!({ "leadIds": [lead], "addTag": tag });
        let made = ava.post_json("/api/bulk-edits", body).await.expect(201).json();
        edits.push(made["bulkEdit"]["id"].as_str().unwrap().to_owned());
    }
    edits.try_into().unwrap()
}

/// What a caller cannot help but see differ from one answer to the next: the id they sent, and the request's own.
fn essence(answer: &Answer, sent: &str) -> (u16, String) {
    let mut text = answer.text.replace(sent, "…");
    for varying in [answer.header("x-request-id")]
        .into_iter()
        .filter(|id| !id.is_empty())
    {
        text = text.replace(varying, "…");
    }
    (answer.status, text)
}

#[tokio::test]
async fn a_neighbour_finds_nothing_behind_any_route_of_the_crm() {
    let street = Street::new().await;
    let before = street.known().await;

    for (method, pattern) in crm::surface() {
        let route = format!("{method} {pattern}");
        let example = street.example(&method, pattern);
        let hugo = street.crm.member(HUGO).await;

        let answer = hugo.answer(example.request(&hugo)).await;

        for secret in [SECRET, "Zelda", &street.records.lead, &street.records.contact] {
            let shown = answer.text.replace(&example.path, "…");
            assert!(
                !shown.contains(secret),
                "{route} leaked {secret} to a neighbour:\n{}",
                answer.text
            );
        }
        if let Some(id) = &example.id {
            let missing = example.with_missing_id();
            let nothing = hugo.answer(missing.request(&hugo)).await;
            let (foreign, absent) = (
                essence(&answer, id),
                essence(&nothing, missing.id.as_ref().unwrap()),
            );
            assert_eq!(
                answer.status, 404,
                "{route} leaked to a neighbour:\n{}",
                answer.text
            );
            assert_eq!(foreign, absent, "{route} tells a foreign id from a missing one");
        }
    }

    assert_eq!(street.known().await, before, "a neighbour changed something");
}

#[tokio::test]
async fn a_stranger_gets_past_no_route_of_the_crm_but_the_door() {
    let street = Street::new().await;
    let hugo = street
        .crm
        .caller(HUDSON)
        .sign_in(HUGO.email)
        .await
        .expect(200)
        .json();
    let foreign_token = format!("Bearer {}", hugo["token"].as_str().unwrap());

    for (method, pattern) in crm::surface() {
        let route = format!("{method} {pattern}");
        let example = street.example(&method, pattern);
        let stranger = street.crm.caller(FAIRFIELD);

        let alone = stranger.answer(example.request(&stranger)).await;
        let with_token = example.request(&stranger).header("authorization", &foreign_token);
        let from_next_door = stranger.answer(with_token).await;

        if !PUBLIC.contains(&route.as_str()) {
            assert_sent_away(&alone, &route);
            assert_sent_away(&from_next_door, &route);
        }
    }
}

#[track_caller]
fn assert_sent_away(answer: &Answer, route: &str) {
    if route.contains(" /api/") {
        assert_eq!(answer.status, 401, "{route} let a stranger in:\n{}", answer.text);
    } else {
        assert_eq!(answer.status, 303, "{route} let a stranger in:\n{}", answer.text);
        assert!(answer.header("location").starts_with("/sign-in"), "{route}");
    }
}

/// Without it the other two could pass because nothing works at all.
#[tokio::test]
async fn the_owner_gets_through_every_route_of_the_crm() {
    let mut walk = Walk::through(crm::surface()).await;

    while let Some((method, pattern)) = walk.next().await {
        let ava = walk.street.crm.member(AVA).await;

        let answer = ava
            .answer(walk.street.example(&method, pattern).request(&ava))
            .await;

        // The example's link is none of ours.
        let is_refused_link = pattern == "/invitation" && answer.status == 410;
        let is_fine = (200..400).contains(&answer.status) || is_refused_link;
        assert!(
            is_fine,
            "{method} {pattern} answers its owner {}:\n{}",
            answer.status, answer.text
        );
    }
}

/// Routes one after the other, each with its record still there: what only looks comes first, what takes a record away
/// last, and what takes people away finds a street where nobody was touched.
pub(crate) struct Walk {
    routes: std::vec::IntoIter<(Method, &'static str)>,
    /// What is not on this street any more.
    taken: HashSet<Option<String>>,
    pub(crate) street: Street,
}

impl Walk {
    pub(crate) async fn through(mut routes: Vec<(Method, &'static str)>) -> Self {
        routes.sort_by_key(|(method, path)| {
            let changes = *method != Method::GET;
            (takes_people(method, path), takes_away(method, path), changes)
        });
        Self {
            routes: routes.into_iter(),
            taken: HashSet::new(),
            street: Street::new().await,
        }
    }

    pub(crate) async fn next(&mut self) -> Option<(Method, &'static str)> {
        let (method, path) = self.routes.next()?;
        if takes_away(&method, path) {
            let id = self.street.example(&method, path).id;
            if takes_people(&method, path) || !self.taken.insert(id) {
                self.street = Street::new().await;
                self.taken.clear();
            }
        }
        Some((method, path))
    }
}

#[tokio::test]
async fn an_id_from_next_door_means_nothing_in_a_body_or_a_filter() {
    let street = Street::new().await;
    let hugo = street.crm.member(HUGO).await;
    let (lead, contact) = (&street.records.lead, &street.records.contact);

    for about in [json!({ "leadId": lead }), json!({ "contactId": contact })] {
        let mut note = json!({ "summary": "Called", "activityType": "note" });
        note.as_object_mut()
            .unwrap()
            .extend(about.as_object().unwrap().clone());
        hugo.post_json("/api/activities", note).await.expect(404);
    }
    let theirs = json!({ "leadType": "buyer", "contactId": contact });
    hugo.post_json("/api/leads", theirs).await.expect(404);
    for (path, list) in [
        (format!("/api/leads?contactId={contact}"), "leads"),
        (format!("/api/leads?q={SECRET}"), "leads"),
        (format!("/api/contacts?search={SECRET}"), "contacts"),
        (format!("/api/activities?leadId={lead}"), "activities"),
        (format!("/api/activities?contactId={contact}"), "activities"),
    ] {
        let found = hugo.get(&path).await.expect(200).json();
        assert_eq!(found[list], json!([]), "{path}");
    }
    // What is unique is unique within a tenant: a conflict would tell that somebody is known next door.
    hugo.post_json("/api/contacts", json!({ "fullName": "Zelda", "email": SECRET }))
        .await
        .expect(201);
}

#[tokio::test]
async fn no_page_of_a_site_shows_the_site_next_door() {
    let world = World::seeded().await;
    let web = world.web().await;

    for (method, pattern) in web::surface() {
        for (host, own, other) in [
            (FAIRFIELD, "fairfield", "hudson"),
            (HUDSON, "hudson", "fairfield"),
        ] {
            let visitor = web.caller(host);
            let (example, next_door) = Example::of_site(&method, pattern, own);
            if OF_ACCOUNTS.iter().any(|own| pattern.starts_with(own)) {
                sign_in_by_mail(&visitor).await;
            }

            let answer = visitor.answer(example.request(&visitor)).await;

            let route = format!("{method} {pattern} at {host}");
            // The example's link is none of ours.
            let is_refused_link =
                ["/sign-in/link", "/unsubscribe"].contains(&pattern) && answer.status == 410;
            assert!(
                answer.status < 400 || is_refused_link,
                "{route} answers {}:\n{}",
                answer.status,
                answer.text
            );
            assert_eq!(answer.header("x-tenant-slug"), own, "{route}");
            let shown = answer.text.to_lowercase();
            // The river and the town may be spoken of; the brokerage and its addresses may not.
            for name in [
                format!("{other}.localhost"),
                format!("tenant_{other}"),
                brokerage(other).to_owned(),
            ] {
                assert!(!shown.contains(&name), "{route} shows {name}");
            }
            if let Some(next_door) = next_door {
                let foreign = visitor.answer(next_door.request(&visitor)).await;
                assert_eq!(foreign.status, 404, "{route} shows what is next door");
            }
        }
    }
}

/// Where a site's pages and routes for those who signed in begin.
const OF_ACCOUNTS: [&str; 2] = ["/account", "/api/user/"];

/// Signs a visitor in with the link that the development mailbox shows.
pub(crate) async fn sign_in_by_mail(visitor: &Caller) {
    let form = [("email", "ann@example.com")];
    visitor
        .answer(visitor.request(Method::POST, "/sign-in").form(&form))
        .await
        .expect(200);
    let mailbox = visitor.get("/dev/mailbox").await.expect(200);
    let (_, token) = mailbox.text.split_once("token=").expect("the mailbox has a link");
    let token = token.split('"').next().expect("the link ends");
    visitor
        .answer(
            visitor
                .request(Method::POST, "/sign-in/link")
                .form(&[("token", token)]),
        )
        .await
        .expect(303);
}

fn brokerage(slug: &str) -> &'static str {
    match slug {
        "fairfield" => "fairfield baseline",
        _ => "hudson &#38; vale",
    }
}

#[tokio::test]
async fn nobody_but_operators_gets_past_the_door_of_the_console() {
    let world = World::seeded().await;
    let (crm, console) = (world.crm().await, world.console().await);
    let ava = crm.caller(FAIRFIELD).sign_in(AVA.email).await.expect(200).json();
    let members_token = format!("Bearer {}", ava["token"].as_str().unwrap());
    let records = records_of(&world, &console).await;

    for (method, pattern) in admin::surface() {
        let route = format!("{method} {pattern}");
        let example = Example::of(&method, pattern, &records);
        let stranger = console.caller("localhost");

        let alone = stranger.answer(example.request(&stranger)).await;
        let as_member = example
            .request(&stranger)
            .header("authorization", &members_token)
            .header("x-admin-role", "admin");
        let as_member = stranger.answer(as_member).await;

        if !PUBLIC.contains(&route.as_str()) {
            assert_sent_away(&alone, &route);
            assert_sent_away(&as_member, &route);
        }
    }
}

#[tokio::test]
async fn a_viewer_changes_nothing_in_the_console() {
    let world = World::seeded().await;
    let console = world.console().await;
    let records = records_of(&world, &console).await;

    for (method, pattern) in admin::surface() {
        let route = format!("{method} {pattern}");
        let vera = console.member(VERA).await;
        let example = Example::of(&method, pattern, &records);

        let answer = vera.answer(example.request(&vera)).await;

        let may_look = method == Method::GET;
        if may_look || EVERYBODYS.contains(&route.as_str()) {
            assert!(
                answer.status < 400,
                "{route} answers a viewer {}:\n{}",
                answer.status,
                answer.text
            );
        } else if !PUBLIC.contains(&route.as_str()) {
            assert_eq!(answer.status, 403, "{route} obeyed a viewer:\n{}", answer.text);
        }
    }
}

/// What the console's routes are asked about: the first domain of fairfield, its second member, who is no owner, a
/// line of the trail that the command which wrote it has signed, and a job of it.
pub(crate) async fn records_of(world: &World, console: &Process) -> Records {
    let web = world.web().await;
    let accepted = web
        .caller(FAIRFIELD)
        .post_json("/api/lead", an_enquiry(SECRET))
        .await;
    let (support, code) = somebody_looks_in(console).await;
    let ops = console.member(OPS).await;
    let everything = json!({ "all": true });
    let action = ops.post_json("/api/queue/dead-letters/requeue", everything).await;
    let action = action.expect(200).json();
    let vera = console.member(VERA).await;
    let read = async |path: &str| vera.get(path).await.expect(200).json();
    let text = |found: &Value| found.as_str().unwrap().to_owned();
    let operators = read("/api/operators").await;
    let mut operators = operators["operators"].as_array().unwrap().iter();
    let olivia = operators.find(|found| found["email"] == OLIVIA.email).unwrap();
    Records {
        domain: text(&read("/api/tenants/fairfield/domains").await["domains"][0]["id"]),
        member: text(&read("/api/tenants/fairfield/members").await["members"][1]["memberId"]),
        event: text(&read("/api/admin-audit?action=seed.demo").await["events"][0]["id"]),
        job: text(&accepted.expect(202).json()["jobId"]),
        support,
        code,
        operator: text(&olivia["operatorId"]),
        action: text(&action["bulkActionId"]),
        ..Records::default()
    }
}
