//! An example of every route: what stands in its path, and what is sent to it.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{Caller, PASSWORD};

/// An id of the right form that nothing has.
const MISSING: &str = "01930000-0000-7000-8000-0000000000ff";

/// Routes that are there for people nobody knows yet.
pub(crate) const PUBLIC: [&str; 10] = [
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/support",
    "POST /sign-in/support",
    "POST /sign-in/code",
    "POST /api/session",
    "GET /api/openapi.json",
    // A calendar cannot sign in: its address is the secret.
    "GET /calendar/{file}",
    // Whoever is invited cannot sign in yet.
    "GET /invitation",
    "POST /invitation",
];

/// Routes that change nothing but one's own session.
pub(crate) const EVERYBODYS: [&str; 6] = [
    "POST /sign-out",
    "DELETE /api/session",
    "POST /account/second-factor",
    "POST /account/second-factor/confirm",
    "POST /account/second-factor/codes",
    "POST /account/second-factor/off",
];

/// The records of fairfield that routes are asked about.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) lead: String,
    pub(crate) contact: String,
    pub(crate) reminder: String,
    /// Notes that somebody may correct: one for the pages, one for the API.
    pub(crate) notes: [String; 2],
    /// A form that is held as spam.
    pub(crate) held: String,
    pub(crate) view: String,
    /// A rule of assignment.
    pub(crate) rule: String,
    /// Something that fairfield's owner was told.
    pub(crate) notice: String,
    pub(crate) member: String,
    /// Somebody who was invited, and another who was.
    pub(crate) invitations: [String; 2],
    pub(crate) session: String,
    /// An operator who looks in, and the code that lets them.
    pub(crate) support: String,
    pub(crate) code: String,
    /// A line of the trail about fairfield, which is signed.
    pub(crate) line: String,
    /// Of the console.
    pub(crate) domain: String,
    pub(crate) event: String,
    pub(crate) job: String,
    /// Something that goes on with many dead letters.
    pub(crate) action: String,
    /// Somebody who runs the platform, and not its last admin.
    pub(crate) operator: String,
    /// Contacts that look like one person, a pair for each route that decides about one.
    pub(crate) pairs: Vec<[String; 2]>,
    /// Merges that can be undone, one for each route that does.
    pub(crate) merges: Vec<String>,
    /// An import that waits to be started, and one that is done.
    pub(crate) checked_import: String,
    pub(crate) done_import: String,
    /// A lead, and edits of it as one of many that can be undone, one for each route that does.
    pub(crate) edits: [String; 3],
    /// The same of a contact, for the one route that undoes it.
    pub(crate) edit_of_contacts: String,
    /// What a program acts with.
    pub(crate) token: String,
    /// Who is told, and what is on its way there.
    pub(crate) webhook: String,
    pub(crate) delivery: String,
    /// Everything in one file, ready to be taken away.
    pub(crate) export: String,
    /// The name of a calendar's file.
    pub(crate) calendar: String,
}

impl Records {
    /// A route of the console with what its parameters stand for, but for the tenant.
    fn of_console(&self, pattern: &str) -> String {
        let parameters = [
            ("{domain}", &self.domain),
            ("{member}", &self.member),
            ("{event}", &self.event),
            ("{job}", &self.job),
            ("{session}", &self.support),
            ("{operator}", &self.operator),
            ("{action}", &self.action),
            ("{subject}", &"ai_nba".to_owned()),
            ("{feature}", &"ai_nba".to_owned()),
            ("{page}", &"buy".to_owned()),
        ];
        parameters
            .iter()
            .fold(pattern.to_owned(), |path, (name, id)| path.replace(name, id))
    }
}

/// Pages about something of a tenant: what it is called on fairfield's site, and on hudson's.
const OF_ONE_SITE: [(&str, &str, &str); 6] = [
    ("/listings/{id}", "/listings/FB1002", "/listings/HV1001"),
    (
        "/api/listings/{id}",
        "/api/listings/FB1001",
        "/api/listings/HV1001",
    ),
    (
        "/insights/{post}",
        "/insights/two-family-arithmetic",
        "/insights/five-stations",
    ),
    (
        "/social/{version}/{kind}/{file}",
        "/social/1/listing/FB1002.png",
        "/social/1/listing/HV1001.png",
    ),
    ("/towns/{town}", "/towns/wilton", "/towns/irvington"),
    (
        "/towns/{town}/{neighborhood}",
        "/towns/wilton/georgetown",
        "/towns/irvington/main-street",
    ),
];

/// What is at the same address on every site: drawings and colours, and lists of its own pages.
const OF_EVERY_SITE: [(&str, &str); 5] = [
    (
        "/home-value/range",
        "/home-value/range?address=12+Elm+Street,+Wilton&propertyType=single-family&beds=4&baths=2.5",
    ),
    ("/look/{file}", "/look/harbour_accent-2b3467.css"),
    ("/sitemaps/{file}", "/sitemaps/pages.xml"),
    ("/art/{theme}/{scene}/{file}", "/art/harbour/shore/darien.svg"),
    (
        "/art/{theme}/homes/{kind}/{file}",
        "/art/harbour/homes/condo/a.svg",
    ),
];

/// Whether a route takes its record away, so that no other can be asked about it any more.
pub(crate) fn takes_away(method: &Method, path: &str) -> bool {
    let is_asked = ["/erase", "/delete", "/remove"]
        .iter()
        .any(|end| path.ends_with(end));
    *method == Method::DELETE || (*method == Method::POST && is_asked)
}

/// Whether a route takes a person away, or their lead, and with them what others are asked about.
pub(crate) fn takes_people(method: &Method, path: &str) -> bool {
    let of_people = ["/leads/", "/contacts/", "/people/", "/members/"];
    let is_of_people = of_people.iter().any(|own| path.contains(own));
    is_of_people && takes_away(method, path)
}

/// A request to a route.
pub(crate) struct Example {
    method: Method,
    pattern: String,
    /// What stands in its path, if something does.
    pub(crate) id: Option<String>,
    pub(crate) path: String,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Nothing,
    Json(Value),
    Form(Vec<(&'static str, &'static str)>),
    /// A file of contacts, as itself and in a form.
    Csv(&'static str),
    Upload(&'static str),
    /// A form about records of this street.
    Typed(Vec<(&'static str, String)>),
}

impl Example {
    /// The example of a route, about one of these records.
    pub(crate) fn of(method: &Method, pattern: &str, records: &Records) -> Self {
        let route = format!("{method} {pattern}");
        let body = about_many(&route, records).unwrap_or_else(|| body(&route));
        let pattern = &records.of_console(pattern);
        let noun = pattern.split('{').next().unwrap().trim_end_matches('/');
        let id = pattern.contains('{').then(|| match noun {
            "/leads" | "/api/leads" => records.lead.clone(),
            "/contacts" | "/api/contacts" => records.contact.clone(),
            "/reminders" | "/api/reminders" => records.reminder.clone(),
            "/activities" => records.notes[0].clone(),
            "/api/activities" => records.notes[1].clone(),
            "/spam" => records.held.clone(),
            "/settings/members" | "/settings/people" | "/api/members" => records.member.clone(),
            "/settings/invitations" => records.invitations[0].clone(),
            "/api/invitations" => records.invitations[1].clone(),
            "/settings/sessions" => records.session.clone(),
            "/settings/support" => records.support.clone(),
            "/settings/trail" => records.line.clone(),
            "/calendar" => records.calendar.clone(),
            "/settings/tokens" | "/api/tokens" => records.token.clone(),
            "/notices" | "/api/notices" => records.notice.clone(),
            "/settings/assignment" | "/api/assignment-rules" => records.rule.clone(),
            "/settings/webhooks" | "/api/webhooks" => records.webhook.clone(),
            "/settings/webhooks/deliveries" | "/api/webhooks/deliveries" => records.delivery.clone(),
            "/settings/exports" | "/api/exports" => records.export.clone(),
            "/views" | "/api/views" => records.view.clone(),
            "/contacts/merges" => records.merges[0].clone(),
            "/imports" => records.checked_import.clone(),
            "/api/imports" if pattern.ends_with("/undo") => records.done_import.clone(),
            "/api/imports" => records.checked_import.clone(),
            "/bulk-edits" => records.edits[1].clone(),
            "/api/bulk-edits" => records.edits[2].clone(),
            "/api/contacts/bulk-edits" => records.edit_of_contacts.clone(),
            "/pipeline" => records.lead.clone(),
            "/api/contacts/merge" => records.merges[1].clone(),
            "/tenants" | "/api/tenants" | "/api/health/tenants" => "tenant_fairfield".to_owned(),
            _ => panic!("{pattern} has a parameter without an example here"),
        });
        Self::at(method.clone(), pattern.to_owned(), id, body)
    }

    /// The example of a route of the site of `own`, and the same about something of the site next door.
    pub(crate) fn of_site(method: &Method, pattern: &str, own: &str) -> (Self, Option<Self>) {
        let with = |path: &str| Self {
            method: method.clone(),
            pattern: pattern.to_owned(),
            id: None,
            path: path.to_owned(),
            body: body(&format!("{method} {pattern}")),
        };
        if let Some((_, fairfields, hudsons)) = OF_ONE_SITE.iter().find(|example| example.0 == pattern) {
            return match own {
                "fairfield" => (with(fairfields), Some(with(hudsons))),
                _ => (with(hudsons), Some(with(fairfields))),
            };
        }
        let path = OF_EVERY_SITE.iter().find(|example| example.0 == pattern);
        let path = path.map_or(pattern, |example| example.1);
        assert!(
            !path.contains('{'),
            "{pattern} has a parameter without an example here"
        );
        (with(path), None)
    }

    fn at(method: Method, pattern: String, id: Option<String>, body: Body) -> Self {
        let path = match &id {
            Some(id) => {
                let (before, rest) = pattern.split_once('{').unwrap();
                let (_, after) = rest.split_once('}').unwrap();
                assert!(
                    !after.contains('{'),
                    "{pattern} has a second parameter without an example here"
                );
                format!("{before}{id}{after}")
            }
            None => pattern.clone(),
        };
        Self {
            method,
            pattern,
            id,
            path,
            body,
        }
    }

    /// The same, about something that is not there.
    pub(crate) fn with_missing_id(&self) -> Self {
        Self::at(
            self.method.clone(),
            self.pattern.clone(),
            Some(MISSING.to_owned()),
            self.body.clone(),
        )
    }

    pub(crate) fn request(&self, caller: &Caller) -> RequestBuilder {
        let request = caller.request(self.method.clone(), &self.path);
        match &self.body {
            Body::Nothing => request,
            Body::Json(body) => request.json(body),
            Body::Form(fields) => request.form(fields),
            Body::Typed(fields) => request.form(fields),
            Body::Csv(file) => request.header("content-type", "text/csv").body(*file),
            Body::Upload(file) => {
                let kind = "multipart/form-data; boundary=edge";
                let field = "form-data; name=\"file\"; filename=\"people.csv\"";
                let form = format!("--edge\r\nContent-Disposition: {field}\r\n\r\n{file}\r\n--edge--\r\n");
                request.header("content-type", kind).body(form)
            }
        }
    }
}

/// What a route wants to be sent that is about many: lists, files, and pairs of contacts, each route its own pair, so that
/// all get through.
fn about_many(route: &str, records: &Records) -> Option<Body> {
    let form = |pair: usize| Body::Typed(vec![("ids", records.pairs[pair].join(","))]);
    let json = |pair: usize| Body::Json(json!({ "contactIds": records.pairs[pair] }));
    Some(match route {
        "POST /contacts/new" => Body::Form(vec![("fullName", "Nat Sloe"), ("email", "nat.sloe@example.com")]),
        "POST /leads/new" => Body::Typed(vec![
            ("contactId", records.contact.clone()),
            ("leadType", "buyer".to_owned()),
        ]),
        "POST /contacts/merge" => form(0),
        "POST /duplicates/dismiss" => form(1),
        "POST /api/contacts/merge" => json(2),
        "POST /api/duplicates/dismiss" => json(3),
        "POST /sign-in/support" => Body::Typed(vec![("code", records.code.clone())]),
        "POST /settings/support" => Body::Form(vec![("support", "allowed")]),
        "POST /leads/{id}/claim" | "POST /api/leads/{id}/claim" => Body::Nothing,
        "POST /notices" => Body::Form(vec![]),
        "POST /notices/{id}" => Body::Form(vec![("action", "read")]),
        "PATCH /api/notices/{id}" => Body::Json(json!({ "read": true })),
        "POST /settings/exports" => Body::Form(vec![]),
        "POST /api/exports" => Body::Json(json!({})),
        "POST /settings/members/{id}/turns" => Body::Form(vec![("takes", "no")]),
        "POST /settings/agents-see" => Body::Form(vec![("agentsSee", "own")]),
        "POST /settings/hours" => Body::Form(vec![("when", "always")]),
        "POST /settings/mail" => Body::Form(vec![("getsMail", "no")]),
        "POST /settings/sound" => Body::Form(vec![("rings", "yes")]),
        "POST /settings/reminders" => Body::Form(vec![("escalates", "no")]),
        "POST /settings/zone" => Body::Form(vec![("zone", "America/Chicago")]),
        "POST /settings/assignment" => {
            Body::Form(vec![("name", "Fair"), ("source", "fair"), ("target", "pool")])
        }
        "POST /settings/assignment/{id}" => Body::Form(vec![("action", "up"), ("version", "1")]),
        "POST /api/assignment-rules" => {
            Body::Json(json!({ "name": "Fair", "source": "fair", "target": "pool" }))
        }
        "PATCH /api/assignment-rules/{id}" => Body::Json(json!({ "town": "Wilton" })),
        "DELETE /api/assignment-rules/{id}" => Body::Nothing,
        "POST /api/assignment-rules/test" => Body::Json(json!({ "leadId": records.lead })),
        "POST /pipeline/{id}" => Body::Form(vec![("version", "1"), ("to", "nurturing")]),
        "POST /pipeline/{id}/close" => Body::Form(vec![("version", "1"), ("closeReason", "timing")]),
        "POST /spam/{id}" => Body::Form(vec![("action", "discard")]),
        "POST /bulk-edits" => Body::Typed(vec![
            ("lead", records.edits[0].clone()),
            ("what", "addTag".to_owned()),
            ("addTag", "garden".to_owned()),
        ]),
        "POST /api/bulk-edits" => Body::Json(json!({ "leadIds": [records.edits[0]], "addTag": "pool" })),
        "POST /api/contacts/bulk-edits" => {
            Body::Json(json!({ "contactIds": [records.contact], "addTag": "pool" }))
        }
        "POST /bulk-edits/{id}" => Body::Form(vec![]),
        "POST /api/bulk-edits/{id}/undo" | "POST /api/contacts/bulk-edits/{id}/undo" => Body::Json(json!({})),
        "POST /imports" => Body::Upload("Name,E-mail\nBo,bo@example.com\n"),
        "POST /imports/{id}" => Body::Form(vec![("action", "check")]),
        "POST /api/imports" => Body::Csv("Name,E-mail\nBo,bo@example.com\n"),
        "POST /api/imports/{id}/start" | "POST /api/imports/{id}/undo" => Body::Json(json!({})),
        "POST /contacts/merges/{id}/undo" | "POST /duplicates/look" => Body::Form(vec![]),
        "POST /api/contacts/merge/{id}/undo" => Body::Json(json!({})),
        _ => return None,
    })
}

/// What a route wants to be sent so that its owner gets through.
fn body(route: &str) -> Body {
    let elsewhere = [
        body_of_an_account,
        body_about_programs,
        body_about_people,
        body_about_a_record,
        body_of_a_line,
        body_of_ones_own,
    ];
    if let Some(body) = elsewhere.iter().find_map(|body| body(route)) {
        return body;
    }
    match route {
        "POST /sign-in" => Body::Form(vec![
            ("email", "ava@fairfield.example.com"),
            ("password", PASSWORD),
        ]),
        "POST /api/session" => {
            Body::Json(json!({ "email": "ava@fairfield.example.com", "password": PASSWORD }))
        }
        "POST /sign-out" | "DELETE /api/session" => Body::Nothing,
        "POST /leads/{id}" => Body::Form(vec![("timeframe", "3 months"), ("version", "2")]),
        "POST /leads/{id}/status" => Body::Form(vec![("status", "qualified"), ("version", "1")]),
        "PATCH /api/leads/{id}" => Body::Json(json!({ "notes": "Called" })),
        "POST /api/leads" => Body::Json(json!({ "leadType": "buyer", "listingAddress": "12 Elm Street" })),
        "POST /api/contacts" => Body::Json(json!({ "fullName": "New Example", "email": "new@example.com" })),
        "PATCH /api/contacts/{id}" => Body::Json(json!({ "tags": ["downsizing"] })),
        "POST /contacts/{id}" => Body::Form(vec![
            ("fullName", "New Name"),
            ("email", "renamed@example.com"),
            ("version", "1"),
        ]),
        "DELETE /api/leads/{id}" | "DELETE /api/contacts/{id}" | "DELETE /api/reminders/{id}" => {
            Body::Nothing
        }
        "POST /settings/sessions/{id}" | "POST /settings/support/{id}" => Body::Nothing,
        "POST /contact" | "POST /api/lead" => {
            Body::Form(vec![("email", "ann@example.com"), ("phone", "(860) 555-0117")])
        }
        "POST /home-value" => Body::Form(HOME.to_vec()),
        "POST /api/valuation" => Body::Json(json!({
            "address": "12 Elm Street", "propertyType": "condo", "beds": 2, "baths": 1.5,
        })),
        "POST /api/website-events" => Body::Json(json!({
            "eventType": "website.listing.viewed", "payload": {"source": "listing", "listing": {"id": "FB-1"}},
        })),
        _ if route.starts_with("GET ") => Body::Nothing,
        _ if admin::surface()
            .iter()
            .any(|(method, path)| format!("{method} {path}") == route) =>
        {
            body_of_console(route)
        }
        _ => panic!("{route} is sent something, and there is no example of it here"),
    }
}

/// What a member writes down in a timeline, and corrects.
fn body_of_a_line(route: &str) -> Option<Body> {
    Some(match route {
        "POST /api/activities" => Body::Json(json!({ "summary": "Called" })),
        "PATCH /api/activities/{id}" => Body::Json(json!({ "summary": "Called twice" })),
        "POST /activities/{id}" => Body::Form(vec![
            ("action", "save"),
            ("version", "1"),
            ("summary", "Called twice"),
            ("occurredAt", "2020-01-02T09:00"),
            ("was.occurredAt", "2020-01-02T09:00"),
        ]),
        "DELETE /api/activities/{id}" => Body::Nothing,
        _ => return None,
    })
}

/// What a member keeps for themselves: reminders and views.
fn body_of_ones_own(route: &str) -> Option<Body> {
    Some(match route {
        "POST /reminders" => Body::Form(vec![("title", "Call back"), ("dueAt", "2026-12-01T09:00")]),
        "POST /reminders/{id}" => Body::Form(vec![("action", "done"), ("version", "1")]),
        "POST /api/reminders" => Body::Json(json!({ "title": "Call back", "dueAt": "2026-12-01T14:00:00Z" })),
        "PATCH /api/reminders/{id}" => Body::Json(json!({ "dueAt": "2026-12-02T14:00:00Z" })),
        "POST /views" => Body::Form(vec![("name", "Hot"), ("list", "leads"), ("query", "tag=hot")]),
        "POST /views/{id}" => Body::Form(vec![("action", "share")]),
        "DELETE /api/views/{id}" => Body::Nothing,
        "POST /api/views" => Body::Json(json!({ "name": "Hot", "list": "leads", "query": "tag=hot" })),
        "PATCH /api/views/{id}" => Body::Json(json!({ "name": "Hotter" })),
        _ => return None,
    })
}

/// What is noted of a lead or a contact, and what takes one away.
fn body_about_a_record(route: &str) -> Option<Body> {
    Some(match route {
        "POST /leads/{id}/notes" | "POST /contacts/{id}/notes" => {
            Body::Form(vec![("summary", "Called"), ("activityType", "note")])
        }
        "POST /leads/{id}/delete" | "POST /contacts/{id}/delete" => Body::Form(vec![("version", "1")]),
        "POST /contacts/{id}/erase" => Body::Form(vec![("name", "Zelda Quince"), ("version", "1")]),
        "POST /api/contacts/{id}/erase" => Body::Json(json!({})),
        _ => return None,
    })
}

/// What is sent about who works here and who is invited to.
fn body_about_people(route: &str) -> Option<Body> {
    Some(match route {
        "POST /settings/people" => Body::Form(vec![("email", "nils@example.com"), ("role", "agent")]),
        "POST /api/invitations" => Body::Json(json!({ "email": "nele@example.com", "role": "agent" })),
        "POST /settings/invitations/{id}" => Body::Form(vec![("action", "withdraw")]),
        "POST /api/invitations/{id}/send" => Body::Json(json!({})),
        "POST /settings/people/{id}" => Body::Form(vec![("role", "assistant")]),
        "PATCH /api/members/{id}" => Body::Json(json!({ "role": "agent" })),
        "POST /settings/people/{id}/sessions" | "POST /settings/people/{id}/remove" => Body::Form(vec![]),
        // No link of ours.
        "POST /invitation" => Body::Form(vec![("token", "nonsense")]),
        "DELETE /api/members/{id}" | "DELETE /api/invitations/{id}" => Body::Nothing,
        _ => return None,
    })
}

/// What is sent about programs that act here, are told of it, or show it in a calendar.
fn body_about_programs(route: &str) -> Option<Body> {
    Some(match route {
        "POST /reminders/calendar" => Body::Form(vec![("action", "renew")]),
        "POST /settings/tokens" => {
            Body::Form(vec![("name", "Sync"), ("scopes", "leads:read"), ("life", "30")])
        }
        "POST /api/tokens" => Body::Json(json!({ "name": "Sync", "scopes": ["leads:read"] })),
        "POST /settings/tokens/{id}" | "DELETE /api/tokens/{id}" => Body::Nothing,
        "POST /settings/webhooks" => Body::Form(vec![
            ("name", "Sync"),
            ("url", "https://hooks.invalid/in"),
            ("events", "lead.created"),
        ]),
        "POST /api/webhooks" => Body::Json(
            json!({ "name": "Sync", "url": "https://hooks.invalid/in", "events": ["lead.created"] }),
        ),
        "POST /settings/webhooks/{id}" => Body::Form(vec![("action", "test")]),
        "PATCH /api/webhooks/{id}" => Body::Json(json!({ "name": "Newsletter" })),
        "POST /api/webhooks/{id}/secret"
        | "POST /api/webhooks/{id}/test"
        | "POST /api/webhooks/deliveries/{id}/send" => Body::Json(json!({})),
        "POST /settings/webhooks/{id}/delete"
        | "POST /settings/webhooks/deliveries/{id}"
        | "DELETE /api/webhooks/{id}" => Body::Nothing,
        _ => return None,
    })
}

/// The same for the routes about operators, and about those who look in.
fn body_of_operators(route: &str) -> Option<Body> {
    Some(match route {
        "POST /sign-in/code"
        | "POST /account/second-factor/confirm"
        | "POST /account/second-factor/codes"
        | "POST /account/second-factor/off" => Body::Form(vec![("code", "000000")]),
        "POST /account/second-factor" => Body::Form(vec![]),
        "POST /operators" => Body::Form(vec![("email", "mara@freehold.example.com"), ("role", "viewer")]),
        "POST /operators/{operator}" => Body::Form(vec![("action", "sign-out")]),
        "POST /operators/{operator}/remove" | "DELETE /api/operators/{operator}" => Body::Nothing,
        "POST /api/operators" => {
            Body::Json(json!({ "email": "mara@freehold.example.com", "role": "viewer" }))
        }
        "PATCH /api/operators/{operator}" => Body::Json(json!({ "role": "viewer" })),
        "POST /tenants/{id}/support" => Body::Form(vec![("reason", "a lead is missing"), ("minutes", "15")]),
        "POST /tenants/{id}/support/{session}/widen" => Body::Form(vec![("reason", "it has to be moved")]),
        "POST /tenants/{id}/support/{session}/end" => Body::Nothing,
        "POST /api/tenants/{id}/support-sessions" => Body::Json(json!({ "reason": "a lead is missing" })),
        "PATCH /api/tenants/{id}/support-sessions/{session}" => {
            Body::Json(json!({ "mayWrite": true, "reason": "it has to be moved" }))
        }
        "DELETE /api/tenants/{id}/support-sessions/{session}"
        | "POST /tenants/{id}/domains/{domain}/check"
        | "POST /tenants/{id}/overrides/{subject}" => Body::Nothing,
        "PUT /api/features/{feature}" => Body::Json(json!({
            "state": "rollout", "percentage": 30, "reason": "a test", "dryRun": false,
        })),
        "POST /features/{feature}" => Body::Form(vec![("state", "off"), ("reason", "a test")]),
        _ => return None,
    })
}

/// The same for the routes of the console.
fn body_of_console(route: &str) -> Body {
    if let Some(body) = body_of_operators(route) {
        return body;
    }
    match route {
        "POST /api/tenants" => Body::Json(json!({
            "name": "New Realty", "slug": "new-realty", "primaryDomain": "new-realty.localhost",
        })),
        "POST /api/tenants/{id}/domains" => Body::Json(json!({ "hostname": "next.fairfield.localhost" })),
        "PATCH /api/tenants/{id}/domains/{domain}" => Body::Json(json!({ "isVerified": true })),
        "POST /api/tenants/{id}/domains/{domain}/check" => Body::Json(json!({})),
        "PATCH /api/tenants/{id}/domains/{domain}/certificate" => {
            Body::Json(json!({ "status": "issued", "expiresAt": "2030-01-01T00:00:00Z" }))
        }
        "PATCH /api/tenants/{id}/settings" => Body::Json(json!({ "planCode": "growth" })),
        "POST /api/tenants/{id}/overrides" => {
            Body::Json(json!({ "subject": "ai_nba", "isOn": true, "reason": "a trial" }))
        }
        "DELETE /api/tenants/{id}/overrides/{subject}" => Body::Nothing,
        "POST /tenants/{id}/overrides" => {
            Body::Form(vec![("subject", "ai_nba"), ("says", "on"), ("reason", "a trial")])
        }
        "PATCH /api/tenants/{id}/website" => Body::Json(json!({ "theme": "harbour" })),
        "POST /api/tenants/{id}/members" => {
            Body::Json(json!({ "email": "new@fairfield.example.com", "role": "agent" }))
        }
        "PATCH /api/tenants/{id}/members/{member}" => Body::Json(json!({ "revokeSessions": true })),
        "DELETE /api/tenants/{id}/members/{member}" => Body::Nothing,
        "POST /api/queue/pause" | "POST /api/queue/resume" => Body::Json(json!({ "tenantId": "hudson" })),
        "POST /api/queue/dead-letters/requeue" => Body::Json(json!({ "all": true })),
        "POST /api/queue/dead-letters/discard" => Body::Json(json!({ "all": true, "why": "a test" })),
        "POST /api/queue/jobs/{job}/payload" => Body::Json(json!({})),
        "POST /queue/jobs/{job}/payload" => Body::Form(vec![]),
        "POST /api/queue/jobs/{job}/event" => Body::Json(json!({ "payload": {}, "reason": "a test" })),
        "POST /queue/jobs/{job}/event" => Body::Form(vec![("payload", "{}"), ("reason", "a test")]),
        "POST /api/queue/jobs/{job}/abandon" => Body::Json(json!({ "reason": "a test" })),
        "POST /queue/jobs/{job}/abandon" => Body::Form(vec![("reason", "a test")]),
        "POST /provision" => Body::Form(vec![
            ("name", "New Realty"),
            ("slug", "new-realty"),
            ("primaryDomain", "new-realty.localhost"),
        ]),
        "POST /tenants/{id}/status" => Body::Form(vec![("to", "suspended")]),
        "POST /tenants/{id}/domains" => Body::Form(vec![("hostname", "next.fairfield.localhost")]),
        "POST /tenants/{id}/domains/{domain}" => Body::Form(vec![("action", "verify")]),
        "POST /tenants/{id}/settings" => Body::Form(vec![("planCode", "growth")]),
        "POST /tenants/{id}/website" => Body::Form(vec![("headline", "Homes")]),
        "POST /tenants/{id}/website/theme" => Body::Form(vec![("preset", "harbour"), ("do", "publish")]),
        "POST /tenants/{id}/website/pages/{page}" => Body::Form(vec![("title", "Buying"), ("do", "draft")]),
        "POST /tenants/{id}/members" => {
            Body::Form(vec![("email", "new@fairfield.example.com"), ("role", "agent")])
        }
        "POST /tenants/{id}/members/{member}" => Body::Form(vec![("action", "sign-out")]),
        "POST /queue/dead-letters" => Body::Form(vec![("action", "requeue"), ("scope", "all")]),
        "POST /queue/actions/{action}/stop" => Body::Form(vec![]),
        "POST /api/queue/actions/{action}/stop" => Body::Json(json!({})),
        "POST /queue/pause" | "POST /queue/resume" => Body::Form(vec![("tenant", "hudson")]),
        "PATCH /api/tenants/{id}/status" => Body::Json(json!({ "status": "suspended" })),
        _ => panic!("{route} is sent something, and there is no example of it here"),
    }
}

/// What visitors send who come back.
fn body_of_an_account(route: &str) -> Option<Body> {
    Some(match route {
        "POST /sign-in/link" => Body::Form(vec![("token", "x")]),
        "POST /account" => Body::Form(vec![("firstName", "Ann")]),
        "PATCH /api/user/profile" => Body::Json(json!({ "firstName": "Ann" })),
        "POST /api/user/sync" => Body::Json(json!({ "savedHomes": ["FB1001"] })),
        "PATCH /api/user/sync" => Body::Json(json!({ "listingId": "FB1001", "action": "remove" })),
        "POST /remember" => Body::Form(vec![("answer", "no")]),
        "POST /appearance" => Body::Form(vec![("theme", "dark")]),
        "POST /saved-homes" => Body::Form(vec![("listingId", "FB1001")]),
        "POST /saved-searches" => Body::Form(vec![("query", "beds=3")]),
        "POST /unsubscribe" => Body::Form(vec![("List-Unsubscribe", "One-Click")]),
        _ => return None,
    })
}

const HOME: [(&str, &str); 6] = [
    ("address", "12 Elm Street"),
    ("propertyType", "condo"),
    ("beds", "2"),
    ("baths", "1.5"),
    ("email", "ann@example.com"),
    ("phone", "(860) 555-0117"),
];
