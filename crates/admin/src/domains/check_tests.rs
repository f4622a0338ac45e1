//! A hostname is proved against a DNS server of our own, which also lies, keeps silent and points into our network.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::{Findings, OperatorRole};

use super::{
    fake_dns::{FakeDns, Mood},
    resolver::Resolver,
    rounds::round,
};
use crate::testing::{Console, acme};

/// A console that asks the fake, with the tenant acme and its one, unproved name.
struct Registry {
    console: Console,
    admin: Caller,
    dns: FakeDns,
    domain: String,
}

impl Registry {
    async fn new() -> Self {
        let dns = FakeDns::start().await;
        let address = dns.address.to_string();
        let console = Console::with(&[("DNS_RESOLVER", &address)]).await;
        let admin = console.admin().await;
        let made = admin.post_json("/api/tenants", acme()).await.json();
        let id = made["tenant"]["domains"][0]["id"].as_str().unwrap();
        Self {
            domain: format!("/tenants/acme/domains/{id}"),
            console,
            admin,
            dns,
        }
    }

    async fn check(&self) -> Answer {
        let path = format!("/api{}/check", self.domain);
        self.admin.post_json(&path, json!({})).await
    }

    async fn checked(&self) -> Value {
        let answer = self.check().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["domain"].clone()
    }

    /// The text that proves the name.
    async fn proof(&self) -> String {
        let listed = self.admin.get("/api/tenants/acme/domains").await.json();
        let required = &listed["domains"][0]["required"];
        required["value"].as_str().unwrap().to_owned()
    }

    async fn leads_to_its_site(&self) -> bool {
        let hostname = "acme.example".parse().unwrap();
        let site = db::door::hosts::find(&self.console.test.db, &hostname).await;
        site.unwrap().is_some()
    }

    /// One round of whoever looks by themselves, at this time from the start.
    async fn round_after(&self, passed: SignedDuration) -> usize {
        let mut acting = self.console.shell();
        acting.now += passed;
        let resolver = Resolver::at(Some(self.dns.address));
        round(&acting, &resolver).await.unwrap()
    }
}

fn check_of(domain: &Value) -> [&str; 2] {
    ["lastCheck", "state"].map(|field| domain[field].as_str().unwrap())
}

#[tokio::test]
async fn a_hostname_is_proved_by_its_record() {
    let registry = Registry::new().await;
    let proof = registry.proof().await;

    let missing = registry.checked().await;
    registry
        .dns
        .is(Mood::Says(vec!["v=spf1 -all".to_owned(), format!(" {proof}")]));
    let proved = registry.checked().await;

    assert_eq!(check_of(&missing), ["missing", "in_progress"]);
    assert_eq!(missing["required"]["type"], "TXT");
    assert_eq!(missing["required"]["name"], "_freehold.acme.example");
    assert_eq!(check_of(&proved), ["proved", "live"]);
    assert!(registry.leads_to_its_site().await);
    assert_eq!(
        registry.console.trail().await[2..],
        [
            "admin tenant.domain.check allowed tenant_acme",
            "admin tenant.domain.check succeeded tenant_acme",
            "admin tenant.domain.check allowed tenant_acme",
            "admin tenant.domain.check succeeded tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_lie_proves_nothing() {
    let registry = Registry::new().await;
    let proof = registry.proof().await;

    registry
        .dns
        .is(Mood::Says(vec!["freehold-verification=0000".to_owned()]));
    let wrong = registry.checked().await;
    registry.dns.is(Mood::AboutAnother(proof));
    let about_another = registry.checked().await;

    assert_eq!(check_of(&wrong), ["wrong", "needs_action"]);
    assert_eq!(wrong["foundTexts"], json!(["freehold-verification=0000"]));
    assert_eq!(about_another["foundTexts"], json!(["v=spf1 -all"]));
    assert!(!registry.leads_to_its_site().await);
}

#[tokio::test]
async fn the_record_may_stand_behind_an_alias() {
    let registry = Registry::new().await;
    let proof = registry.proof().await;

    registry.dns.is(Mood::Alias(proof));
    let proved = registry.checked().await;

    assert_eq!(check_of(&proved), ["proved", "live"]);
}

#[tokio::test]
async fn what_one_tenant_wrote_proves_nothing_for_another() {
    let registry = Registry::new().await;
    let bravo = json!({ "name": "Bravo", "slug": "bravo", "primaryDomain": "bravo.example" });
    let bravo = registry.admin.post_json("/api/tenants", bravo).await.json();
    let id = bravo["tenant"]["domains"][0]["id"].as_str().unwrap();

    registry.dns.is(Mood::Says(vec![registry.proof().await]));
    let path = format!("/api/tenants/bravo/domains/{id}/check");
    let bravos = registry.admin.post_json(&path, json!({})).await.json();

    assert_eq!(check_of(&bravos["domain"]), ["wrong", "needs_action"]);
}

#[tokio::test]
async fn an_outage_takes_nothing_from_a_live_hostname() {
    let registry = Registry::new().await;
    registry.dns.is(Mood::Says(vec![registry.proof().await]));
    registry.checked().await;

    for mood in [Mood::Fails, Mood::Says(Vec::new())] {
        registry.dns.is(mood);
        let checked = registry.checked().await;
        assert_eq!(checked["state"], "live", "{checked}");
    }

    assert!(registry.leads_to_its_site().await);
}

#[tokio::test]
async fn silence_is_waited_for_no_longer_than_patience_lasts() {
    let dns = FakeDns::start().await;
    dns.is(Mood::Silent);
    let resolver = Resolver::patient_for(Duration::from_millis(50), Some(dns.address));

    let hostname = "acme.example".parse().unwrap();
    let looking = resolver.look("_freehold.acme.example", &hostname);
    let found = tokio::time::timeout(Duration::from_secs(2), looking).await;

    assert_eq!(found.unwrap(), Findings::default());
}

#[tokio::test]
async fn a_name_that_is_rebound_to_our_network_is_shown_and_never_gone_to() {
    let registry = Registry::new().await;
    let before = registry.checked().await;
    let asked = registry.dns.asked();
    let page = registry.admin.get("/tenants/acme/domains").await;
    assert!(!page.page().contains("No visitor can reach it"));
    registry.dns.is(Mood::PointsTo([169, 254, 169, 254].into()));
    let after = registry.checked().await;

    assert_eq!(before["foundAddresses"], json!(["93.184.216.34"]));
    assert_eq!(after["foundAddresses"], json!(["169.254.169.254"]));
    let page = registry.admin.get("/tenants/acme/domains").await;
    assert!(page.page().contains("No visitor can reach it"));
    assert_eq!(
        asked,
        [
            "A acme.example.",
            "AAAA acme.example.",
            "TXT _freehold.acme.example."
        ],
        "three questions, and nobody is asked anything else"
    );
}

#[tokio::test]
async fn a_proof_is_found_without_anybody_asking() {
    let registry = Registry::new().await;
    let hour = SignedDuration::from_hours(1);

    let at_once = registry.round_after(SignedDuration::ZERO).await;
    let soon = registry.round_after(SignedDuration::from_mins(1)).await;
    let trail = registry.console.trail().await.len();
    registry.dns.is(Mood::Says(vec![registry.proof().await]));
    let later = registry.round_after(hour).await;
    let live = registry.round_after(hour * 24).await;
    let a_month_later = registry.round_after(hour * 24 * 31).await;

    assert_eq!((at_once, soon, later, live, a_month_later), (0, 1, 1, 0, 1));
    assert!(registry.leads_to_its_site().await);
    assert_eq!(trail, 2, "a look that changed nothing leaves no line");
    let told = registry.console.trail().await;
    assert_eq!(
        told.last().unwrap(),
        "shell tenant.domain.check succeeded tenant_acme"
    );
}

#[tokio::test]
async fn several_consoles_share_the_looks() {
    let registry = Registry::new().await;
    let minute = SignedDuration::from_mins(1);

    let (one, other) = tokio::join!(registry.round_after(minute), registry.round_after(minute));

    assert_eq!(one + other, 1);
    assert_eq!(registry.dns.asked().len(), 3);
}

#[tokio::test]
async fn a_look_that_died_is_taken_up_again() {
    let registry = Registry::new().await;
    let hour = SignedDuration::from_hours(1);
    registry.dns.is(Mood::Says(vec![registry.proof().await]));
    let mut acting = registry.console.shell();
    acting.now += hour;
    let mut tx = acting.db.write(acting.platform).await.unwrap();
    let due = db::platform::domains::due(&mut tx, acting.platform, acting.now, 9)
        .await
        .unwrap();
    let until = acting.now + SignedDuration::from_secs(60);
    db::platform::domains::take(&mut tx, acting.platform, &due[0], until)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let held = registry.round_after(hour).await;
    let left = registry.round_after(hour + SignedDuration::from_secs(60)).await;

    assert_eq!((held, left), (0, 1));
    assert!(registry.leads_to_its_site().await);
}

#[tokio::test]
async fn a_name_that_was_given_up_is_not_looked_for() {
    let registry = Registry::new().await;
    let added = json!({ "hostname": "old.acme.example" });
    let added = registry
        .admin
        .post_json("/api/tenants/acme/domains", added)
        .await
        .json();
    let path = format!(
        "/api/tenants/acme/domains/{}",
        added["domain"]["id"].as_str().unwrap()
    );
    registry
        .admin
        .patch_json(&path, json!({ "status": "archived" }))
        .await;

    let looked = registry.round_after(SignedDuration::from_hours(1)).await;
    let asked = registry
        .admin
        .post_json(&format!("{path}/check"), json!({}))
        .await;

    assert_eq!(looked, 1, "the one that was not given up");
    assert_eq!(asked.status, StatusCode::CONFLICT);
    assert_eq!(asked.json()["code"], "domain_archived");
}

#[tokio::test]
async fn required_and_found_stand_side_by_side() {
    let registry = Registry::new().await;
    let page = "/tenants/acme/domains";
    let proof = registry.proof().await;

    let before = registry.admin.get(page).await;
    registry.dns.is(Mood::Says(vec!["v=spf1 <all>".to_owned()]));
    let pressed = registry
        .admin
        .post_form(&format!("{}/check", registry.domain), &[])
        .await;
    let after = registry.admin.get(page).await;

    assert!(before.page().contains("Nobody has looked yet."));
    assert!(before.page().contains("_freehold.acme.example") && before.page().contains(&proof));
    assert_eq!(pressed.redirect(), page);
    assert!(after.page().contains("has another text."), "the flash says so");
    assert!(after.page().contains("v=spf1 &#60;all&#62;"), "{}", after.text());
    assert!(after.page().contains("Needs action"));
}

#[tokio::test]
async fn who_may_only_look_checks_nothing() {
    let registry = Registry::new().await;
    let viewer = registry.console.signed_in(OperatorRole::Viewer).await;

    let refused = viewer
        .post_json(&format!("/api{}/check", registry.domain), json!({}))
        .await;

    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(registry.dns.asked(), [""; 0]);
    assert_eq!(registry.console.denials().await.len(), 1);
}

#[tokio::test]
async fn a_host_is_explained_up_to_the_record_that_lacks() {
    let registry = Registry::new().await;
    registry.checked().await;
    let steps = async |host: &str| {
        let acting = registry.console.shell();
        let host = host.parse().unwrap();
        let found = crate::tenants::explain(acting.db, acting.platform, &host, (None, acting.now)).await;
        let steps = found.unwrap().steps;
        let told = steps
            .iter()
            .map(|step| format!("{} {} {}", step.name, step.ok, step.detail));
        told.collect::<Vec<_>>()
            .join("\n")
            .replace("freehold-verification=", "…=")
    };

    let unproved = steps("www.acme.example").await;
    let nobody = steps("nobody.example").await;
    let page = registry.admin.get("/explain?host=acme.example").await;

    assert_eq!(nobody, "registered false No tenant has this name.");
    let proof = registry.proof().await.replace("freehold-verification=", "…=");
    insta::assert_snapshot!(unproved.replace(&proof, "…"));
    assert!(
        page.page()
            .contains("The TXT record _freehold.acme.example must say")
    );
}
