//! Every page of every app, looked at by axe. A new page's route has to stand here, or be excused with a reason.

use reqwest::Method;
use tests::{AVA, FAIRFIELD, HUDSON, OPS, World};
use types::JobStatus;

use super::{Driver, Scripts, Window, address, axe::Inspection, sign_in};
use crate::tenants_never_meet::{Street, examples::Example, records_of};

/// The pages of a website.
const WEB: [&str; 31] = [
    "/",
    "/contact",
    "/contact/thanks",
    "/home-value",
    "/home-value/range",
    "/towns",
    "/towns/{town}",
    "/towns/{town}/{neighborhood}",
    "/home-search",
    "/listings/{id}",
    "/sign-in",
    "/sign-in/link",
    "/account",
    "/saved-homes",
    "/saved-searches",
    "/unsubscribe",
    "/dev/mailbox",
    "/calculators/mortgage",
    "/calculators/closing-costs",
    "/calculators/taxes",
    "/about",
    "/services/buy",
    "/services/sell",
    "/services/investing",
    "/insights",
    "/insights/{post}",
    "/privacy",
    "/terms",
    "/fair-housing",
    "/accessibility",
    // What stands where nothing is.
    "/nowhere",
];

/// More of a website: what a page says when it is asked for something else.
const MORE_OF_WEB: [&str; 5] = [
    "/home-search?min_price=90000000",
    "/home-search?towns=wilton&beds=3&min_price=much",
    "/home-value?step=2&address=12+Elm+Street,+Wilton",
    "/home-value?step=3&address=12+Elm+Street,+Wilton&propertyType=single-family&beds=4&baths=2.5&sqft=2400",
    "/home-search#filters",
];

/// What looks different with another tenant's theme.
const OF_ANOTHER_THEME: [&str; 7] = [
    "/",
    "/contact",
    "/home-search",
    "/towns/{town}",
    "/listings/{id}",
    "/insights/{post}",
    "/home-value",
];

/// Routes of a website that show nothing.
const NO_PAGES_OF_WEB: [&str; 8] = [
    "/look/{file}",
    "/social/{version}/{kind}/{file}",
    "/art/{theme}/{scene}/{file}",
    "/art/{theme}/homes/{kind}/{file}",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/{file}",
    "/llms.txt",
];

/// The pages of the CRM.
const CRM: [&str; 47] = [
    "/",
    "/leads",
    "/leads/new",
    "/leads/{id}",
    "/leads/{id}/delete",
    "/pipeline",
    "/pipeline/{id}/close",
    "/sources",
    "/contacts",
    "/contacts/new",
    "/contacts/merge",
    "/contacts/{id}",
    "/contacts/{id}/delete",
    "/contacts/{id}/erase",
    "/activity",
    "/notices",
    "/settings",
    "/settings/people",
    "/settings/people/{id}",
    "/settings/people/{id}/remove",
    "/settings/support",
    "/settings/exports",
    "/settings/trail",
    "/settings/tokens",
    "/settings/tokens/{id}",
    "/settings/assignment",
    "/settings/assignment/new",
    "/settings/assignment/test",
    "/settings/assignment/{id}",
    "/settings/webhooks",
    "/settings/webhooks/{id}",
    "/settings/webhooks/{id}/delete",
    "/sign-in/support",
    "/invitation",
    "/duplicates",
    "/spam",
    "/imports",
    "/imports/{id}",
    "/bulk-edits",
    "/bulk-edits/new",
    "/bulk-edits/{id}",
    "/activities/{id}",
    "/reminders",
    "/reminders/{id}/delete",
    "/search",
    "/sign-in",
    "/nowhere",
];

/// Routes of the CRM that show a piece of a page, lead on to one, or give a file.
const NO_PAGES_OF_CRM: [&str; 8] = [
    "/imports/{id}/progress",
    "/bulk-edits/{id}/progress",
    "/settings/exports/{id}/progress",
    "/settings/exports/{id}/file",
    "/search/found",
    "/views/{id}",
    "/calendar/{file}",
    "/settings/trail/{id}/proof",
];

/// The pages of the console.
const CONSOLE: [&str; 25] = [
    "/",
    "/tenants/{id}",
    "/tenants/{id}/status",
    "/tenants/{id}/domains",
    "/tenants/{id}/settings",
    "/features",
    "/features/{feature}",
    "/tenants/{id}/website",
    "/tenants/{id}/website/theme",
    "/tenants/{id}/website/pages/{page}",
    "/tenants/{id}/members",
    "/tenants/{id}/support",
    "/queue",
    "/queue/jobs/{job}",
    "/queue/actions/{action}",
    "/audit",
    "/audit/{event}",
    "/health",
    "/explain",
    "/permissions",
    "/operators",
    "/account",
    "/provision",
    "/sign-in",
    "/nowhere",
];

/// Files that the console writes.
const NO_PAGES_OF_CONSOLE: [&str; 3] = ["/audit.csv", "/audit.jsonl", "/audit/{event}/proof.json"];

#[test]
fn every_page_is_looked_at_or_excused() {
    for (app, surface, looked_at, excused) in [
        ("web", web::surface(), &WEB[..], &NO_PAGES_OF_WEB[..]),
        ("crm", crm::surface(), &CRM[..], &NO_PAGES_OF_CRM[..]),
        ("admin", admin::surface(), &CONSOLE[..], &NO_PAGES_OF_CONSOLE[..]),
    ] {
        let forgotten: Vec<_> = surface
            .iter()
            .filter(|(method, route)| *method == Method::GET && !route.starts_with("/api/"))
            .filter(|(_, route)| !looked_at.contains(route) && !excused.contains(route))
            .collect();

        assert!(forgotten.is_empty(), "axe looks at no {forgotten:?} of {app}");
    }
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page_of_a_website() {
    let world = World::seeded().await;
    let web = world.web().await;
    let driver = Driver::start();
    let window = driver.window(Scripts::On).await;
    let mut axe = Inspection::by(&window).await;

    for (host, own, routes) in [
        (FAIRFIELD, "fairfield", &WEB[..]),
        (HUDSON, "hudson", &OF_ANOTHER_THEME[..]),
    ] {
        for route in routes {
            let path = path_of_site(route, own);
            window.open(&address(&web, host, &path)).await;
            axe.look_at(&format!("{own}'s {route}")).await;
        }
    }
    for path in MORE_OF_WEB {
        window.open(&address(&web, FAIRFIELD, path)).await;
        axe.look_at(path).await;
    }
    let at = |path: &str| address(&web, FAIRFIELD, path);
    look_at_answers(&mut axe, &window, at).await;
    look_at_an_account(&mut axe, &window, at).await;

    axe.expect_clean();
}

fn path_of_site(route: &str, own: &str) -> String {
    Example::of_site(&Method::GET, route, own).0.path
}

/// What forms answer: what is wrong with them, and what a home may be worth.
async fn look_at_answers(axe: &mut Inspection<'_>, window: &Window, at: impl Fn(&str) -> String) {
    window.open(&at("/contact")).await;
    window.press("Send message").await;
    window.see("Some answers need another look").await;
    axe.look_at("a refused message").await;
    window.open(&at(MORE_OF_WEB[3])).await;
    window.press("Show the range").await;
    window.see("An estimate, not an appraisal.").await;
    axe.look_at("a valuation").await;
    window.open(&at(&MORE_OF_WEB[3].replace("Wilton", "Reno"))).await;
    window.press("Show the range").await;
    window.see("Change the facts").await;
    axe.look_at("a valuation from nothing like it").await;
}

/// What a visitor sees who signs in, saves a home and a search, and wants no more messages.
async fn look_at_an_account(axe: &mut Inspection<'_>, window: &Window, at: impl Fn(&str) -> String) {
    window.open(&at("/sign-in")).await;
    window.fill("E-mail", "ann@example.com").await;
    window.press_at("main form button[type=submit]").await;
    window.see("ann@example.com").await;
    axe.look_at("a link that was sent").await;
    window.open(&at("/dev/mailbox")).await;
    axe.look_at("a mailbox with a message").await;
    window.press_at("main a[href*='token=']").await;
    window.find("main form button[type=submit]").await;
    axe.look_at("a link that is followed").await;
    window.press_at("main form button[type=submit]").await;
    window.see("Sign out").await;
    window.open(&at("/listings/FB1001")).await;
    window.press_at(".save button").await;
    window.find(".save button[aria-pressed=true]").await;
    window.open(&at("/home-search?towns=wilton")).await;
    window.press("Save this search").await;
    for path in ["/account", "/saved-homes", "/saved-searches"] {
        window.open(&at(path)).await;
        axe.look_at(&format!("{path} of somebody")).await;
    }
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page_of_the_crm() {
    let street = Street::new().await;
    let driver = Driver::start();
    let ava = driver.window(Scripts::On).await;
    let mut axe = Inspection::by(&ava).await;
    ava.open(&address(&street.crm, FAIRFIELD, "/sign-in")).await;
    axe.look_at("/sign-in").await;
    sign_in(&ava, &street.crm, AVA).await;

    let paths = CRM
        .iter()
        .filter(|route| **route != "/sign-in")
        .map(|route| street.example(&Method::GET, route).path);
    let compared = format!("/contacts/merge?ids={}", street.pair().join("&ids="));
    let foretold = format!("{compared}&step=preview");
    let edited = ["/leads/{id}", "/contacts/{id}"]
        .map(|route| format!("{}?open=edit", street.example(&Method::GET, route).path));
    let more = [
        "/leads?q=nobody",
        "/leads?createdFrom=2026-01-01&answered=no",
        "/sources?from=2020-01-01&to=2020-01-31",
        "/bulk-edits/new?of=all",
        "/bulk-edits/new?about=contacts&of=all",
        "/search?q=zel",
        "/search?q=attics",
        "/search?q=%3F%3F",
        "/leads?status=new&column=source&density=dense",
        "/leads?open=filter",
        "/leads?open=view",
        "/contacts?open=columns",
        "/sources?open=days",
        edited[0].as_str(),
        edited[1].as_str(),
        compared.as_str(),
        foretold.as_str(),
    ];
    for path in paths.chain(more.map(str::to_owned)) {
        ava.open(&address(&street.crm, FAIRFIELD, &path)).await;
        axe.look_at(&path).await;
    }
    ava.open(&address(
        &street.crm,
        FAIRFIELD,
        &street.example(&Method::GET, "/leads/{id}").path,
    ))
    .await;
    ava.press("Log call").await;
    ava.see("The note is missing.").await;
    axe.look_at("a refused note").await;

    axe.expect_clean();
}

/// A feature whose switch is refused, foretold, and thrown.
async fn look_at_a_switch(axe: &mut Inspection<'_>, ops: &Window, page: &str) {
    ops.open(page).await;
    ops.choose("For all tenants", "On for a share of the tenants")
        .await;
    ops.fill("Share in percent", "a lot").await;
    ops.fill("Reason", "first tenants").await;
    ops.press("See what would happen").await;
    ops.see("Write a whole number from 0 to 100.").await;
    axe.look_at("a refused switch").await;
    ops.fill("Share in percent", "100").await;
    ops.press("See what would happen").await;
    ops.see("Roll Automation sequences out to 100 % of the tenants?")
        .await;
    axe.look_at("a switch that is foretold").await;
    ops.press("Switch it").await;
    ops.see("Automation sequences is switched.").await;
    axe.look_at("a feature that is rolled out").await;
    ops.open(page).await;
    axe.look_at("a feature that was switched").await;
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page_of_the_console() {
    let world = World::seeded().await;
    let console = world.console().await;
    let dead = world.enqueue("website.lead.submitted", "{}").await;
    world.drain().await;
    world.until(dead, JobStatus::DeadLetter).await;
    let records = records_of(&world, &console).await;
    let driver = Driver::start();
    let ops = driver.window(Scripts::On).await;
    let mut axe = Inspection::by(&ops).await;
    ops.open(&address(&console, OPS.host, "/sign-in")).await;
    axe.look_at("/sign-in").await;
    sign_in(&ops, &console, OPS).await;

    let paths = CONSOLE
        .iter()
        .filter(|route| **route != "/sign-in")
        .map(|route| match *route {
            "/tenants/{id}/status" => "/tenants/tenant_fairfield/status?to=suspended".to_owned(),
            _ => Example::of(&Method::GET, route, &records).path,
        });
    let dead = format!("/queue/jobs/{dead}");
    let more = [
        "/?search=nobody",
        "/explain?host=www.fairfield.localhost",
        "/explain?host=nobody.example.com",
        dead.as_str(),
    ];
    for path in paths.chain(more.map(str::to_owned)) {
        ops.open(&address(&console, OPS.host, &path)).await;
        axe.look_at(&path).await;
    }
    ops.open(&address(&console, OPS.host, "/provision")).await;
    ops.fill("Name", "Acme").await;
    ops.fill("Slug", "Not a slug").await;
    ops.fill("Primary domain", "*.com").await;
    ops.press("Provision tenant").await;
    ops.see("Nothing was made").await;
    axe.look_at("a refused tenant").await;
    look_at_a_switch(
        &mut axe,
        &ops,
        &address(&console, OPS.host, "/features/automation_sequences"),
    )
    .await;

    axe.expect_clean();
}
