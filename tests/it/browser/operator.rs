//! An operator's day: a new tenant from its form to its site, closed and opened again, and a letter that was dead.

use std::time::{Duration, Instant};

use tests::{Caller, OPS, Process, World};
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
    visitor.open(&address(&web, HOST, "/")).await;
    visitor.see("Homes by the river").await;
    let password = invite_its_owner(&ops).await;
    owner_signs_in(&visitor, &crm, &password).await;
    suspend_and_reactivate(&ops, &site).await;
    requeue(&ops, dead).await;
    world.until(dead, JobStatus::Pending).await;
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
    ops.press_at("select[name=theme] option[value=harbour]").await;
    ops.fill("Headline", "Homes by the river").await;
    ops.press("Save site").await;
    ops.see("The site is saved; its next page shows it.").await;
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

async fn suspend_and_reactivate(ops: &Window, site: &Caller) {
    ops.press("Overview").await;
    ops.press("Suspend…").await;
    ops.see("What follows:").await;
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
