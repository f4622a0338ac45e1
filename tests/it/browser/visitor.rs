//! A visitor's evening: finds a home, keeps it, asks what their own is worth, and writes; the agent sees one lead.

use serde_json::Value;
use tests::{AVA, FAIRFIELD, Process, World};

use super::{Driver, Scripts, Window, address, sign_in};

const EMAIL: &str = "wanda.walker@example.com";

#[tokio::test]
async fn a_visitor_finds_a_home_keeps_it_and_asks_about_it() {
    walk(Scripts::On).await;
}

#[tokio::test]
async fn a_visitor_without_javascript_finds_a_home_keeps_it_and_asks_about_it() {
    walk(Scripts::Off).await;
}

async fn walk(scripts: Scripts) {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let driver = Driver::start();
    let wanda = driver.window(scripts).await;

    arrive_from_a_newsletter(&wanda, &web).await;
    let home = find_a_home(&wanda).await;
    read_whose_it_is(&wanda).await;
    keep(&wanda, &home).await;
    ask_for_a_valuation(&wanda).await;
    ask_about(&wanda, &home).await;
    world.drain().await;

    let ava = driver.window(Scripts::On).await;
    sign_in(&ava, &crm, AVA).await;
    let lead = the_only_lead(&crm).await;
    let address = lead["listingAddress"].as_str().unwrap();
    assert!(address.starts_with(&home), "{address}");
    agent_reads(&ava, &home, scripts).await;
}

async fn arrive_from_a_newsletter(wanda: &Window, web: &Process) {
    let link = "/?utm_source=newsletter&utm_medium=email&utm_campaign=autumn";
    wanda.open(&address(web, FAIRFIELD, link)).await;
    wanda.press("Search").await;
    wanda.see("Find a home").await;
}

/// Narrows the search until it fits, and opens the first home of it; says what it is called.
async fn find_a_home(wanda: &Window) -> String {
    wanda.fill("Least price", "900000").await;
    wanda.fill("Most", "1500000").await;
    wanda.choose("Bedrooms", "3 or more").await;
    wanda.press("More filters").await;
    wanda.tick("Wilton").await;
    wanda.press_at(".finder .actions button").await;
    wanda.see("Clear all").await;
    let places = wanda.texts(".home h3 + p").await;
    assert!(!places.is_empty());
    assert!(
        places.iter().all(|place| place.starts_with("Wilton")),
        "{places:?}"
    );
    let home = wanda.text(".home h3").await;
    wanda.press(&home).await;
    assert_eq!(wanda.text("h1").await, home);
    home
}

/// In how large letters the page of a home says whose listing it is, and what is said of it.
const SIZES: &str = "return ['.listing-firm', '.listing-text']
    .map((part) => getComputedStyle(document.querySelector(part)).fontSize)";

/// Reads the firm as easily as the words that sell the home.
async fn read_whose_it_is(wanda: &Window) {
    let sizes = wanda.run(SIZES).await;
    assert!(sizes[0].is_string() && sizes[0] == sizes[1], "{sizes}");
}

/// Keeps the home, and finds it again where homes are kept.
async fn keep(wanda: &Window, home: &str) {
    wanda.press_at(".save button[aria-pressed=false]").await;
    wanda.find(".save button[aria-pressed=true]").await;
    wanda.press("Saved homes").await;
    wanda.see("Kept on this device.").await;
    assert_eq!(wanda.texts(".home h3").await, [home]);
}

/// Asks what her own home is worth, without leaving her name, and goes back once on the way.
async fn ask_for_a_valuation(wanda: &Window) {
    wanda.press("Home value").await;
    wanda
        .fill("Street address and town", "12 Elm Street, Wilton")
        .await;
    wanda.press("Continue").await;
    wanda.see("Tell us about the home.").await;
    wanda.fill("Living area in square feet", "2400").await;
    wanda.fill("Bedrooms", "4").await;
    wanda.fill("Bathrooms", "2.5").await;
    wanda.press("Continue").await;
    wanda.see("Your range is ready.").await;
    wanda.press("Show the range").await;
    let range = wanda.text(".result .range").await;
    assert!(range.starts_with('$') && range.contains(" to $"), "{range}");
    wanda.see("An estimate, not an appraisal.").await;
}

/// Writes about the home she kept, and presses the button twice.
async fn ask_about(wanda: &Window, home: &str) {
    wanda.press("Saved homes").await;
    wanda.press(home).await;
    wanda.fill("Your name", "Wanda Walker").await;
    wanda.fill("E-mail", EMAIL).await;
    wanda.fill("Phone", "(203) 555-0142").await;
    wanda.fill("Your message", "Is the attic dry?").await;
    wanda.tick("Yes, send me market notes by e-mail.").await;
    wanda.press_twice("Send message").await;
    wanda.see("Message received").await;
}

/// The lead as programs read it.
async fn the_only_lead(crm: &Process) -> Value {
    let ava = crm.member(AVA).await;
    let found = ava.get(&format!("/api/leads?q={EMAIL}")).await.expect(200).json();
    let leads = found["leads"].as_array().unwrap();
    assert_eq!(leads.len(), 1, "{leads:?}");
    let asked = format!("/api/activities?leadId={}", leads[0]["id"].as_str().unwrap());
    let told = ava.get(&asked).await.expect(200).json();
    let submitted: Vec<_> = told["activities"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|activity| activity["activityType"] == "lead_submitted")
        .collect();
    assert_eq!(submitted.len(), 1, "{told}");
    let said = &submitted[0]["metadata"];
    assert_eq!(said["attribution"]["first"]["utm_source"], "newsletter");
    assert_eq!(said["consent"]["marketingEmail"], true);
    assert_eq!(said["consent"]["marketingCalls"], false);
    leads[0].clone()
}

/// The lead as the agent reads it.
async fn agent_reads(ava: &Window, home: &str, scripts: Scripts) {
    ava.press_at("nav a[href='/leads']").await;
    ava.fill("Search", EMAIL).await;
    ava.press_at("form.toolbar-search button").await;
    ava.press("Wanda Walker").await;
    assert_eq!(ava.text("h1").await, "Wanda Walker");
    ava.see("Is the attic dry?").await;
    ava.see(home).await;
    ava.see("newsletter, email, autumn").await;
    ava.see("Marketing e-mail, no calls").await;
    // What a browser did is told by a script of the site's.
    if scripts == Scripts::On {
        ava.see("Properties viewed").await;
        ava.see("Saved").await;
    }
}
