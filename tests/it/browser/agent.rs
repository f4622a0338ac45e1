//! An agent's morning: a lead arrives while the dashboard is open, and is worked; a file, a duplicate, a number.

use std::fs;

use tests::{AVA, BEN, Caller, FAIRFIELD, HUGO, Process, World, an_enquiry};

use super::{Driver, Scripts, Window, address, sign_in};

/// Keys as the WebDriver names them.
const ARROW_RIGHT: &str = "\u{E014}";
const CONTROL: &str = "\u{E009}";
const ENTER: &str = "\u{E007}";

/// What the neighbour must never read.
const NAMES: [&str; 3] = ["Zelda", "Quince", "Wilfred"];

/// Two people with a name in common, one that nobody can reach, and one with half an address.
const PEOPLE: &str = "Name,E-mail,Phone\n\
                      Wilfred Oak,wilfred@example.com,(475) 555-0133\n\
                      Zelda Quince,zelda@work.example.com,\n\
                      Nobody At All,,\n\
                      Half Address,half@,\n";

#[tokio::test]
async fn an_agent_lives_a_morning_that_the_neighbour_never_hears_of() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let _worker = world.worker().await;
    let driver = Driver::start();
    let ben = driver.window(Scripts::On).await;
    let hugo = driver.window(Scripts::On).await;
    sign_in(&hugo, &crm, HUGO).await;
    sign_in(&ben, &crm, BEN).await;
    ben.see("Live: what is new appears here").await;

    let mut enquiry = an_enquiry("zelda@example.com");
    enquiry["name"] = "Zelda Quince".into();
    let visitor = web.caller(FAIRFIELD);
    visitor.post_json("/api/lead", enquiry).await.expect(202);
    ben.see("New lead: Zelda Quince").await;
    ben.press("Zelda Quince").await;
    claim(&ben).await;
    log_a_call(&ben).await;
    set_a_reminder(&ben).await;
    move_on_the_board(&ben).await;
    import(&ben, &world).await;
    merge_and_undo(&ben).await;
    find_by_half_a_number(&ben).await;
    find_from_anywhere(&ben).await;
    find_faster_than_the_answer(&ben).await;
    go_by_letters(&ben).await;
    tick_a_range(&ben).await;
    keep_what_is_typed(&ben).await;

    sees_nothing_of_it(&hugo, &crm).await;
}

#[tokio::test]
async fn an_open_list_shows_a_lead_that_arrives_but_not_under_ones_hands() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let _worker = world.worker().await;
    let driver = Driver::start();
    let ben = driver.window(Scripts::On).await;
    sign_in(&ben, &crm, BEN).await;
    ben.press_at("nav a[href='/leads']").await;
    ben.find("main h1").await;
    ben.see("Live: what is new appears here").await;
    let visitor = web.caller(FAIRFIELD);
    let before = new_leads(&ben).await;

    enquire(&visitor, "Zelda Quince").await;
    ben.see("New lead: Zelda Quince").await;
    assert_eq!(ben.text("tbody tr:first-child td a").await, "Zelda Quince");
    assert_eq!(new_leads(&ben).await, before + 1);

    ben.press_at("tbody tr:first-child .row-tick").await;
    enquire(&visitor, "Wilfred Oak").await;
    ben.see("New lead: Wilfred Oak").await;
    ben.see("1 change: show it").await;
    assert_eq!(ben.text("tbody tr:first-child td a").await, "Zelda Quince");
    assert_eq!(new_leads(&ben).await, before + 2, "the menu's number never waits");

    ben.press("1 change: show it").await;
    ben.find("tbody tr:nth-child(2) .row-tick:checked").await;
    assert_eq!(ben.text("tbody tr:first-child td a").await, "Wilfred Oak");
    assert_eq!(ben.texts(".row-tick:checked").await.len(), 1);
}

/// A browser that counts what it plays, in all of its tabs together, instead of playing it.
const LISTEN: &str = "
    const known = { value: 0, setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    const part = () => ({ gain: known, frequency: known, connect: (next) => next, stop() {}, start() {
        const played = Number(localStorage.played ?? 0) + 1;
        localStorage.played = played;
        document.documentElement.dataset.played = played;
    } });
    window.AudioContext = class {
        state = 'suspended';
        currentTime = 0;
        async resume() { this.state = 'running'; }
        createGain() { return part(); }
        createOscillator() { return part(); }
    };";

/// How often it rang, once whoever wants to ring has had their turn: two notes are one sound.
const RUNG: &str = "const done = arguments[0];
    navigator.locks.request('ring', () => done((localStorage.played ?? 0) / 2));";

#[tokio::test]
async fn a_lead_that_arrives_is_heard_once_by_who_wants_to_and_by_nobody_else() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let _worker = world.worker().await;
    let driver = Driver::start();
    let (ben, ava) = (driver.window(Scripts::On).await, driver.window(Scripts::On).await);
    sign_in(&ben, &crm, BEN).await;
    sign_in(&ava, &crm, AVA).await;
    ben.open(&address(&crm, BEN.host, "/settings")).await;
    ben.run(LISTEN).await;
    ben.press("Try it").await;
    ben.find("html[data-played='2']").await;
    ben.tick("Play a sound when a new lead comes in").await;
    ben.press("Save").await;
    ben.see("You hear new leads").await;
    for window in [&ben, &ava] {
        window.open(&address(&crm, BEN.host, "/leads")).await;
        window.see("Live: what is new appears here").await;
        window.run(LISTEN).await;
        window.run("localStorage.played = 0").await;
    }

    enquire(&web.caller(FAIRFIELD), "Zelda Quince").await;
    ben.find("html[data-played='2']").await;
    ava.see("New lead: Zelda Quince").await;
    assert_eq!(ava.run_to_its_end(RUNG).await, 0, "nobody asked for it");

    // The same news in a second tab, and told again to this one.
    let told_in_both = "const other = window.open('/leads');
        other.addEventListener('load', () => {
            other.AudioContext = AudioContext;
            for (const tab of [window, other, window]) {
                tab.dispatchEvent(new CustomEvent('lead-arrived', { detail: 1_000_000 }));
            }
            arguments[0]();
        });";
    ben.run("localStorage.rung = ''").await;
    ben.run_to_its_end(told_in_both).await;
    assert_eq!(ben.run_to_its_end(RUNG).await, 2, "once more");
}

async fn enquire(visitor: &Caller, name: &str) {
    let mut enquiry = an_enquiry(&format!("{}@example.com", name.to_lowercase().replace(' ', ".")));
    enquiry["name"] = name.into();
    visitor.post_json("/api/lead", enquiry).await.expect(202);
}

/// What the menu says beside the list of leads.
async fn new_leads(ben: &Window) -> i64 {
    ben.text(".sidebar a[href='/leads'] .nav-count")
        .await
        .parse()
        .unwrap()
}

async fn claim(ben: &Window) {
    ben.press("Claim this lead").await;
    ben.see("The lead is yours now.").await;
}

async fn log_a_call(ben: &Window) {
    ben.fill("Note", "Rang her: she is free on Friday").await;
    ben.press("Log call").await;
    ben.see("Rang her: she is free on Friday").await;
    ben.see("logged a call").await;
}

async fn set_a_reminder(ben: &Window) {
    ben.fill("What to do", "Show Zelda the attic").await;
    // In an hour, which is there already.
    ben.press("Save reminder").await;
    ben.see("Reminder saved").await;
    ben.press_at("nav a[href='/reminders']").await;
    ben.see("Show Zelda the attic").await;
}

async fn move_on_the_board(ben: &Window) {
    ben.press_at("nav a[href='/pipeline']").await;
    ben.see("Live: what is new appears here").await;
    ben.focus("//li[@data-card][.//a='Zelda Quince']//button[@data-lift]")
        .await;
    ben.keys(" ").await;
    ben.see("Lifted Zelda Quince, in New.").await;
    ben.keys(ARROW_RIGHT).await;
    ben.see("Over Qualified.").await;
    ben.keys(" ").await;
    ben.see("Moved Zelda Quince to Qualified, position 1 of ").await;
    let qualified = ben
        .texts("[data-status=qualified] [data-card] .lead-card-head a")
        .await;
    assert!(qualified.contains(&"Zelda Quince".to_owned()), "{qualified:?}");
    drop_at_the_end_and_think_better_of_it(ben).await;
}

/// Lost, twice: once left alone, once for a reason. Keys alone, as before.
async fn drop_at_the_end_and_think_better_of_it(ben: &Window) {
    const ESCAPE: &str = "\u{E00C}";
    let lift_to_lost = format!(" {ARROW_RIGHT}{ARROW_RIGHT}{ARROW_RIGHT} ");
    let handle = "//li[@data-card][.//a='Zelda Quince']//button[@data-lift]";
    ben.focus(handle).await;
    ben.keys(&lift_to_lost).await;
    ben.find("dialog.over[open] select").await;
    ben.keys(ESCAPE).await;
    ben.see("Zelda Quince stays in Qualified.").await;

    ben.focus(handle).await;
    ben.keys(&lift_to_lost).await;
    ben.press("Move to Lost").await;
    ben.see("Choose the reason that fits best.").await;
    ben.choose("Why?", "Timing").await;
    ben.press("Move to Lost").await;
    ben.see("Moved Zelda Quince to Lost, position 1 of ").await;
    ben.find("[data-status=lost] [data-card]").await;
}

async fn import(ben: &Window, world: &World) {
    let file = world.folder().join("people.csv");
    fs::write(&file, PEOPLE).unwrap();
    ben.press_at("nav a[href='/imports']").await;
    ben.attach("CSV or vCard file", &file).await;
    ben.press("Check the file").await;
    ben.see("Ready to import").await;
    ben.see("Rows that cannot be read").await;
    assert_eq!(ben.texts("[aria-labelledby=errors-h] tbody tr").await.len(), 2);
    ben.press("Import these contacts").await;
    ben.see("Imported").await;
}

async fn merge_and_undo(ben: &Window) {
    ben.press_at("nav a[href='/duplicates']").await;
    ben.press("Look through all contacts").await;
    ben.see("Looked through all contacts:").await;
    ben.press_in("//article[.//strong='Zelda Quince']", "Compare and merge")
        .await;
    ben.see("Merge contacts").await;
    ben.press("See the result first").await;
    ben.see("What 2 contacts would become").await;
    ben.press("Merge 2 contacts").await;
    ben.see("You can undo it below.").await;
    ben.press("Undo the merge").await;
    ben.see("Undone: 2 contacts again.").await;
}

async fn find_by_half_a_number(ben: &Window) {
    ben.press_at("nav a[href='/contacts']").await;
    ben.fill("Search", "475-555").await;
    ben.press_at("form.toolbar-search button").await;
    ben.see("Wilfred Oak").await;
    assert_eq!(ben.texts("tbody tr td:first-child > a").await, ["Wilfred Oak"]);
}

/// The same from any page, by keys alone.
async fn find_from_anywhere(ben: &Window) {
    ben.press_at("nav a[href='/pipeline']").await;
    ben.find("[data-board]").await;
    ben.keys(&format!("{CONTROL}k")).await;
    ben.find("dialog.palette [data-entry].is-chosen").await;
    ben.keys("475-555").await;
    ben.find("dialog.palette a.is-chosen[href^='/contacts/']").await;
    ben.keys(ENTER).await;
    ben.find("nav.crumbs a[href='/contacts']").await;
    assert_eq!(ben.text("main h1").await, "Wilfred Oak");
}

/// Enter before the answer came: it means what was typed, not what is still shown.
async fn find_faster_than_the_answer(ben: &Window) {
    const HOLD: &str = "const [ask, held] = [window.fetch, []];
        window.fetch = (...what) => new Promise((go) => held.push(go)).then(() => ask(...what));
        window.letGo = () => { window.fetch = ask; held.forEach((go) => go()); };";
    ben.press_at("nav a[href='/pipeline']").await;
    ben.find("[data-board]").await;
    ben.keys(&format!("{CONTROL}k")).await;
    ben.find("dialog.palette [data-entry].is-chosen").await;
    ben.run(HOLD).await;
    ben.keys(&format!("475-555{ENTER}")).await;
    assert_eq!(
        ben.run("return document.querySelectorAll('dialog.palette[open]').length")
            .await,
        1
    );
    ben.run("letGo()").await;
    ben.find("nav.crumbs a[href='/contacts']").await;
    assert_eq!(ben.text("main h1").await, "Wilfred Oak");
}

/// One row, and with Shift another one: all between them. The usual columns fit beside the menu.
async fn tick_a_range(ben: &Window) {
    ben.press_at("nav a[href='/leads']").await;
    ben.find("tr:nth-child(5) .row-tick").await;
    let ticked = ben
        .run(
            "const rows = [...document.querySelectorAll('.row-tick')];
             const click = (row, shiftKey) => row.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey }));
             click(rows[0], false);
             click(rows[3], true);
             return rows.slice(0, 5).map((row) => row.checked);",
        )
        .await;
    assert_eq!(ticked, serde_json::json!([true, true, true, true, false]));
    let is_whole = "const { scrollWidth, clientWidth } = document.querySelector('.table-scroll');
                    return scrollWidth <= clientWidth ? '' : `${scrollWidth} in ${clientWidth}`";
    assert_eq!(ben.run(is_whole).await, "");
}

/// Whoever leaves a page where they typed something is asked; not who sends it.
async fn keep_what_is_typed(ben: &Window) {
    let is_asked = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    ben.press_at("nav a[href='/reminders']").await;
    ben.find("main h1").await;
    assert_eq!(ben.run(is_asked).await, false);
    ben.fill("What to do", "Ring the painter").await;
    assert_eq!(ben.run(is_asked).await, true);
    ben.press("Save reminder").await;
    ben.see("Reminder saved").await;
    assert_eq!(ben.run(is_asked).await, false);
}

/// From the contact's page to the note about them, to the leads, to their search, and to the keys there are.
async fn go_by_letters(ben: &Window) {
    let focused = async || ben.run("return document.activeElement.name ?? ''").await;
    ben.keys("n").await;
    assert_eq!(focused().await, "summary");
    ben.keys("gl").await;
    assert_eq!(
        ben.run("return location.pathname.split('/')[1]").await,
        "contacts"
    );
    ben.run("document.activeElement.blur()").await;
    ben.keys("gl").await;
    ben.find("nav a[href='/leads'][aria-current]").await;
    ben.keys("/").await;
    assert_eq!(focused().await, "q");
    ben.run("document.activeElement.blur()").await;
    ben.keys("?").await;
    ben.see("Keys of one letter work in this browser").await;
}

/// Walks through everything a neighbour may open, and searches for it.
async fn sees_nothing_of_it(hugo: &Window, crm: &Process) {
    for path in [
        "/",
        "/leads",
        "/leads?q=zelda",
        "/pipeline",
        "/contacts?search=quince",
        "/contacts?search=475-555",
        "/reminders",
        "/imports",
        "/duplicates",
        "/activity",
    ] {
        hugo.open(&address(crm, HUGO.host, path)).await;
        let shown = hugo.text("main").await;
        for name in NAMES {
            // The words of a search stand in its own field, which is no text.
            assert!(!shown.contains(name), "{path} shows {name} next door:\n{shown}");
        }
        assert!(!shown.contains("people.csv"), "{path}");
    }
}
