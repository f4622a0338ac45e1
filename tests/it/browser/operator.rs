//! An operator's day: a new tenant from its form to its site, closed and opened again, letters that were dead, somebody
//! looked after in their own CRM, and a door with a second lock.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tests::{Caller, OPS, PASSWORD, Process, World};
use totp_rs::{Builder, Secret, Totp};
use types::{JobId, JobStatus};

use super::{Driver, PATIENCE, Scripts, Window, address, dns::Dns, sign_in, sign_in_as};

const HOST: &str = "www.acme.example";

/// How soon every process has heard of a change of hosts.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_operator_brings_a_tenant_to_life_and_a_dead_letter_back() {
    let dns = Dns::start().await;
    let world = World::seeded()
        .await
        .with("DNS_RESOLVER", &dns.address.to_string());
    let (web, crm, console) = (world.web().await, world.crm().await, world.console().await);
    let dead = world.enqueue("website.lead.submitted", "{}").await;
    let ticked = [
        world.enqueue("website.lead.submitted", "[]").await,
        world.enqueue("website.lead.submitted", "[1]").await,
    ];
    world.drain().await;
    let driver = Driver::start();
    let ops = driver.window(Scripts::On).await;
    let visitor = driver.window(Scripts::On).await;
    let site = web.caller(HOST);

    sign_in(&ops, &console, OPS).await;
    provision(&ops).await;
    answers_soon(&site, 404).await;
    prove_its_domain(&ops, &dns).await;
    answers_soon(&site, 200).await;
    give_it_a_plan(&ops).await;
    dress_its_site(&ops).await;
    shows_soon(&site, "Homes by the river").await;
    visitor.open(&address(&web, HOST, "/")).await;
    visitor.see("Homes by the river").await;
    let password = invite_its_owner(&ops).await;
    let olga = visitor;
    owner_signs_in(&olga, &crm, &password).await;
    look_in(&ops, (&driver, &crm), &olga).await;
    suspend_and_reactivate(&ops, &site).await;
    requeue(&ops, dead).await;
    world.until(dead, JobStatus::Pending).await;
    requeue_those_ticked(&ops, ticked).await;
    for job in ticked {
        world.until(job, JobStatus::Pending).await;
    }
    all_of_it_is_in_the_trail(&ops).await;
}

/// Waits until a site answers so, and asserts that it was soon.
async fn answers_soon(site: &Caller, status: u16) {
    let asked = Instant::now();
    while site.get("/").await.status != status {
        assert!(asked.elapsed() < PATIENCE, "{HOST} never answered {status}");
    }
    let took = asked.elapsed();
    assert!(took < SOON, "{HOST} answered {status} after {took:?}");
}

/// A page that was drawn before is shown for a moment.
async fn shows_soon(site: &Caller, text: &str) {
    let asked = Instant::now();
    while !site.get("/").await.text.contains(text) {
        assert!(asked.elapsed() < SOON, "{HOST} never showed {text}");
    }
}

async fn provision(ops: &Window) {
    ops.press_at("main a[href='/provision']").await;
    ops.fill("Name", "Acme Realty").await;
    ops.fill("Slug", "acme").await;
    ops.fill("Primary domain", HOST).await;
    ops.press("Provision tenant").await;
    ops.see("Acme Realty is provisioned. Next: prove its domain and invite its owner.")
        .await;
}

/// Looks for the proof in vain; then its owner publishes it.
async fn prove_its_domain(ops: &Window, dns: &Dns) {
    ops.press("Domains").await;
    ops.press_at("form[action$='/check'] button").await;
    ops.see("There is no TXT record at").await;
    let required = ops.texts(".facing-side:first-child dd").await;
    dns.says(required[2].clone());
    ops.press_at("form[action$='/check'] button").await;
    ops.see("www.acme.example is proved and leads to its site.").await;
}

async fn give_it_a_plan(ops: &Window) {
    ops.press("Plan and features").await;
    ops.press_at("select[name=planCode] option[value=growth]").await;
    ops.press("Save plan and features").await;
    ops.see("Plan and features are saved.").await;
    ops.see("Growth plan").await;
}

async fn dress_its_site(ops: &Window) {
    ops.press("Website").await;
    ops.press_at("input[name=modules][value=walk_score]").await;
    ops.fill("Headline", "Homes by the river").await;
    ops.press("Save site").await;
    ops.see("The site is saved; visitors see it within two seconds.")
        .await;
    ops.press("Change the theme").await;
    ops.press_at("select[name=preset] option[value=harbour]").await;
    ops.press("Publish").await;
    ops.see("Published. Visitors see it within two seconds.").await;
}

/// Says the password that the owner begins with.
async fn invite_its_owner(ops: &Window) -> String {
    ops.press("Members").await;
    ops.see("Invite its owner first.").await;
    ops.fill("E-mail", "olga@acme.example").await;
    ops.fill("Name", "Olga Acme").await;
    ops.press_at("select[name=role] option[value=owner]").await;
    ops.press("Invite").await;
    ops.see("olga@acme.example is a member now.").await;
    ops.text(".flash strong").await
}

async fn owner_signs_in(olga: &Window, crm: &Process, password: &str) {
    sign_in_as(olga, &address(crm, HOST, "/"), ("olga@acme.example", password)).await;
    olga.see("Acme Realty").await;
    olga.see("No leads yet").await;
}

/// A support session from its reason to its end: it only looks until it is widened, and the owner sees it.
async fn look_in(ops: &Window, (driver, crm): (&Driver, &Process), olga: &Window) {
    ops.press("Support").await;
    ops.fill("Reason", "She cannot add a contact").await;
    ops.press("Start a support session").await;
    let code = ops.text(".flash strong").await;
    let inside = driver.window(Scripts::On).await;
    inside.open(&address(crm, HOST, "/sign-in/support")).await;
    inside.fill("Code from the console", &code).await;
    inside.press("Look in").await;
    inside
        .see("of Freehold support, on behalf of Olga Acme. Only looks.")
        .await;
    change_something(&inside).await;
    inside.see("This support session only looks.").await;
    ops.press("Widen the session of Mara Quill").await;
    ops.fill("Why looking is not enough", "She asked us to put it right")
        .await;
    ops.press("Let it change things").await;
    ops.see("May change").await;
    set_reminder(&inside, crm).await;
    inside.see("Reminder saved").await;
    inside.see("May change things; both names are kept.").await;
    olga.open(&address(crm, HOST, "/settings/support")).await;
    olga.see("She cannot add a contact").await;
    olga.see("1 change").await;
    inside.press("Stop").await;
    inside.find("input[name=password]").await;
}

/// Sends a form that the page does not offer.
async fn change_something(inside: &Window) {
    let send = "const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: '/reminders' });
        document.body.append(form);
        form.submit();";
    inside.run(send).await;
}

async fn set_reminder(inside: &Window, crm: &Process) {
    inside.open(&address(crm, HOST, "/reminders")).await;
    inside.fill("What to do", "Ring Olga").await;
    inside.press("Save reminder").await;
}

async fn suspend_and_reactivate(ops: &Window, site: &Caller) {
    ops.press("Overview").await;
    ops.see("1 of 25").await;
    ops.press("Suspend…").await;
    ops.see("What follows:").await;
    ops.fill("Type acme to go on", "acme").await;
    ops.press("Suspend acme").await;
    ops.see("Acme Realty is suspended now.").await;
    answers_soon(site, 503).await;
    ops.press("Reactivate…").await;
    ops.press("Reactivate acme").await;
    ops.see("Acme Realty is active now.").await;
    answers_soon(site, 200).await;
}

async fn requeue(ops: &Window, dead: JobId) {
    ops.press_at("nav a[href='/queue']").await;
    ops.press_at(&format!("a[href='/queue/jobs/{dead}']")).await;
    ops.press("Requeue…").await;
    ops.see("Each goes back in line with its attempts forgotten.")
        .await;
    ops.press("Requeue 1").await;
    ops.see("back in line").await;
}

/// Both at once: a bulk action that is watched to its end.
async fn requeue_those_ticked(ops: &Window, ticked: [JobId; 2]) {
    for job in ticked {
        ops.press_at(&format!("input[name=job][value='{job}']")).await;
    }
    ops.press("Requeue…").await;
    ops.see("Requeue 2 dead letters?").await;
    ops.press("Requeue 2").await;
    ops.see("Requeue dead letters that were ticked").await;
    while ops.texts("main .badge-success").await.is_empty() {
        ops.press("Look again").await;
    }
    ops.see("2 of 2 moved").await;
    ops.press("What the audit trail says of it").await;
    ops.see("ingestion.requeue").await;
}

async fn all_of_it_is_in_the_trail(ops: &Window) {
    ops.press_at("nav a[href='/audit']").await;
    ops.see("ingestion.requeue").await;
    ops.fill("Tenant's id", "tenant_acme").await;
    ops.press("Apply").await;
    ops.find("ol.entries .entry-line a[href='/audit?tenantId=tenant_acme']")
        .await;
    let lines = ops.texts("ol.entries .entry-line").await;
    for action in [
        "tenant.provision",
        "tenant.domain.check",
        "tenant.settings.update",
        "tenant.website.update",
        "tenant.member.add",
        "tenant.status.update",
        "support_session.start",
        "support_session.enter",
        "support_session.widen",
        "support_session.write",
        "support_session.end",
    ] {
        let done = lines
            .iter()
            .any(|line| line.starts_with(action) && line.to_lowercase().contains("succeeded"));
        assert!(done, "{action} is not in {lines:#?}");
    }
    assert!(
        lines.iter().all(|line| line.contains("tenant_acme")),
        "another tenant is among {lines:#?}"
    );
}

#[tokio::test]
async fn an_operator_who_set_up_an_app_needs_its_code_to_come_in() {
    let world = World::seeded().await;
    let console = world.console().await;
    let driver = Driver::start();
    let ops = driver.window(Scripts::Off).await;

    sign_in(&ops, &console, OPS).await;
    ops.press_at("nav a[href='/account']").await;
    ops.press("Set up an authenticator app").await;
    let app = App::scanned(&ops.text("#scan dd").await);
    ops.fill("Code of the app", &app.code(0)).await;
    ops.press("Turn the second factor on").await;
    ops.see("10 recovery codes are left.").await;
    let recovery = ops.texts(".codes li").await;
    ops.press("Sign out").await;

    // Asked once: half a minute later the app shows another, which nobody used yet.
    let code = app.code(1);
    come_back(&ops, &code).await;
    ops.find(".whoami").await;
    ops.press("Sign out").await;
    come_back(&ops, &code).await;
    ops.see("That code").await;
    ops.fill("Code", &recovery[0]).await;
    ops.press("Sign in").await;
    ops.find(".whoami").await;
}

/// Password and code, from the page that signing out leads to.
async fn come_back(ops: &Window, code: &str) {
    ops.fill("E-mail", OPS.email).await;
    ops.fill("Password", PASSWORD).await;
    ops.press("Sign in").await;
    ops.see("The password is right.").await;
    ops.fill("Code", code).await;
    ops.press("Sign in").await;
}

/// An authenticator app on a phone, whose clock is the machine's.
struct App(Totp);

impl App {
    /// That was told this secret.
    fn scanned(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        let totp = Builder::new().with_secret(secret.as_bytes().to_vec()).build();
        Self(totp.unwrap())
    }

    /// What it shows after so many half minutes. The one after this is taken already, for phones that run ahead.
    #[expect(clippy::disallowed_methods, reason = "a phone has a clock of its own")]
    fn code(&self, later: u64) -> String {
        let now = u64::try_from(Timestamp::now().as_second()).unwrap();
        self.0.generate(now + 30 * later).to_string()
    }
}
