//! The operators' commands: their JSON, their exit codes, and that they and the console tell the same.

use serde_json::{Value, json};
use tests::{HUDSON, OPS, VERA, World};

const ACME: [&str; 9] = [
    "tenant",
    "provision",
    "--slug",
    "acme",
    "--name",
    "Acme Realty",
    "--domain",
    "acme.localhost",
    "--verified",
];

#[tokio::test]
async fn a_tenant_is_provisioned_shown_and_moved() {
    let world = World::seeded().await;

    let made = world
        .admin(&[&ACME[..], &["--json"]].concat())
        .await
        .expect(0)
        .json();
    let shown = world
        .admin(&["tenant", "show", "acme", "--json"])
        .await
        .expect(0)
        .json();

    assert_eq!(made["tenant"]["id"], "tenant_acme");
    assert_eq!(made["tenant"]["status"], "active");
    assert_eq!(made["domains"][0]["hostname"], "acme.localhost");
    assert_eq!(made["domains"][0]["isPrimary"], true);
    assert_eq!(made["settings"]["planCode"], "starter");
    assert_eq!(shown["tenant"], made["tenant"]);
    let web = world.web().await;
    web.caller("acme.localhost").get("/").await.expect(200);

    world
        .admin(&["tenant", "suspend", "acme", "--dry-run"])
        .await
        .expect(0);
    assert_eq!(status_of(&world, "acme").await, "active");
    world
        .admin(&["tenant", "suspend", "acme", "--yes"])
        .await
        .expect(0);
    assert_eq!(status_of(&world, "acme").await, "suspended");
    world.admin(&["tenant", "activate", "acme"]).await.expect(0);
    assert_eq!(status_of(&world, "acme").await, "active");
}

async fn status_of(world: &World, slug: &str) -> Value {
    let shown = world.admin(&["tenant", "show", slug, "--json"]).await;
    shown.expect(0).json()["tenant"]["status"].clone()
}

#[tokio::test]
async fn exit_codes_say_what_kind_of_no_it_is() {
    let world = World::seeded().await;
    world.admin(&ACME).await.expect(0);

    world.admin(&["tenant"]).await.expect(2);
    world.admin(&["tenant", "show", "nobody"]).await.expect(3);
    world
        .admin(&["domain", "add", "x.example.com", "--tenant", "nobody"])
        .await
        .expect(3);
    let taken = world.admin(&ACME).await.expect(4);
    assert_eq!(taken.stdout, "");
    assert!(taken.stderr.contains("acme"), "{}", taken.stderr);
    world
        .admin(&["domain", "add", HUDSON, "--tenant", "acme"])
        .await
        .expect(4);
    // Without a terminal nobody can be asked.
    let unasked = world.admin(&["tenant", "suspend", "acme"]).await;
    assert_eq!(unasked.code, 6, "{unasked:?}");
    assert_eq!(status_of(&world, "acme").await, "active");
}

#[tokio::test]
async fn a_name_is_explained_to_whoever_wonders_why_it_does_not_work() {
    let world = World::seeded().await;

    let www = world
        .admin(&["tenant", "explain", "www.fairfield.localhost", "--json"])
        .await
        .expect(0)
        .json();
    let with_port = world
        .admin(&["tenant", "explain", "Fairfield.localhost:3000", "--json"])
        .await
        .expect(0)
        .json();
    let nobody = world
        .admin(&["tenant", "explain", "nobody.example.com", "--json"])
        .await;

    assert_eq!(www["tenantId"], "tenant_fairfield");
    assert_eq!(www["source"], "host_match");
    assert_eq!(with_port["tenantId"], "tenant_fairfield");
    assert!(nobody.code == 0 || nobody.code == 3, "{nobody:?}");
}

#[tokio::test]
async fn people_are_let_in_with_a_password_from_standard_input() {
    let world = World::seeded().await;
    let add = [
        "member",
        "add",
        "--tenant",
        "hudson",
        "--email",
        "ida@hudson.example.com",
        "--role",
        "agent",
    ];

    world.admin_with_input(&add, "short\n").await.expect(2);
    world
        .admin_with_input(&add, "a password for Ida\n")
        .await
        .expect(0);
    world
        .admin_with_input(&add, "a password for Ida\n")
        .await
        .expect(4);

    let crm = world.crm().await;
    let ida = crm.caller(HUDSON);
    let session = json!({ "email": "ida@hudson.example.com", "password": "a password for Ida" });
    ida.post_json("/api/session", session).await.expect(200);
    assert_eq!(ida.get("/api/session").await.expect(200).json()["role"], "agent");
}

#[tokio::test]
async fn what_was_done_is_in_the_trail() {
    let world = World::seeded().await;
    world
        .admin(&[&ACME[..], &["--as", "mara"]].concat())
        .await
        .expect(0);

    let trail = world
        .admin(&["audit", "list", "--tenant", "acme", "--json"])
        .await
        .expect(0)
        .jsons();

    let provision = trail
        .iter()
        .find(|event| event["action"] == "tenant.provision")
        .unwrap();
    assert_eq!(provision["status"], "succeeded");
    assert_eq!(provision["tenantId"], "tenant_acme");
    assert_eq!(provision["actorId"], "cli:mara");
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let world = World::seeded().await;
    let tenants = async || world.admin(&["tenant", "list", "--json"]).await.expect(0).jsons();
    let before = tenants().await;

    world.admin(&["seed", "demo"]).await.expect(0);

    assert_eq!(tenants().await, before);
}

#[tokio::test]
async fn the_console_tells_what_the_commands_tell() {
    let world = World::seeded().await;
    world.admin(&ACME).await.expect(0);
    let console = world.console().await;

    let stranger = console.caller("localhost");
    stranger.get("/api/tenants").await.expect(401);
    assert!(
        stranger
            .get("/")
            .await
            .expect(303)
            .header("location")
            .starts_with("/sign-in")
    );
    let vera = console.member(VERA).await;
    let listed = vera.get("/api/tenants").await.expect(200).json();

    let mut by_console: Vec<_> = listed["tenants"]
        .as_array()
        .unwrap()
        .iter()
        .map(essence)
        .collect();
    let by_command = world.admin(&["tenant", "list", "--json"]).await.expect(0).jsons();
    let mut by_command: Vec<_> = by_command.iter().map(essence).collect();
    by_console.sort_by_key(ToString::to_string);
    by_command.sort_by_key(ToString::to_string);
    assert_eq!(by_console, by_command);
    assert_eq!(by_console.len(), 3);

    let ops = console.member(OPS).await;
    let page = ops.get("/tenants").await;
    let page = if page.status == 404 {
        ops.get("/").await
    } else {
        page
    };
    assert!(page.expect(200).text.contains("Acme Realty"));
}

/// What both must agree on.
fn essence(listed: &Value) -> Value {
    json!([listed["tenant"], listed["domains"], listed["settings"]])
}

#[tokio::test]
async fn a_member_is_no_operator_and_an_operator_no_member() {
    let world = World::seeded().await;
    let (crm, console) = (world.crm().await, world.console().await);

    let as_operator = console
        .caller("localhost")
        .sign_in("ava@fairfield.example.com")
        .await;
    let as_member = crm.caller(tests::FAIRFIELD).sign_in(OPS.email).await;

    assert!([401, 403].contains(&as_operator.status), "{as_operator:?}");
    assert!([401, 403].contains(&as_member.status), "{as_member:?}");
}

#[tokio::test]
async fn the_trail_is_checked_and_written_out() {
    let world = World::seeded().await;
    world.admin(&ACME).await.expect(0);

    let verified = world.admin(&["audit", "verify", "--json"]).await.expect(0).json();
    let exported = world
        .admin(&["audit", "export", "--tenant", "acme"])
        .await
        .expect(0);

    assert_eq!(verified["whole"], true);
    assert!(verified["lines"].as_i64().unwrap() >= 5, "{verified}");
    let lines: Vec<&str> = exported.stdout.lines().collect();
    assert!(lines[0].starts_with("occurredAt,actorId,"), "{}", lines[0]);
    assert_eq!(lines.len(), 3, "a head, and that it was allowed and made");
}

#[tokio::test]
async fn a_proof_is_checked_where_there_is_no_database() {
    let mut world = World::seeded().await;
    world.admin(&ACME).await.expect(0);
    let key = world.admin(&["audit", "public-key"]).await.expect(0);
    let list = ["audit", "list", "--tenant", "acme", "--json"];
    let listed = world.admin(&list).await.expect(0);
    let line: Value = serde_json::from_str(listed.stdout.lines().next().unwrap()).unwrap();
    let proof = world
        .admin(&["audit", "prove", line["id"].as_str().unwrap()])
        .await
        .expect(0);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (good, forged) = (
        write("good.json", &proof.stdout),
        write(
            "forged.json",
            &proof.stdout.replace("tenant_acme", "tenant_hudson"),
        ),
    );
    let answer = format!("{{\"ok\":true,\"proof\":{}}}", proof.stdout);
    let answer = write("answer.json", &answer);
    world.forget("SESSION_SECRET");
    let nowhere = world.with("DATABASE_URL", "sqlite:/nowhere/at/all.db");

    let check = async |file: &str, key: &str| {
        let check = ["audit", "check-proof", file, "--public-key", key];
        nowhere.admin(&check).await
    };
    let held = check(&good, key.stdout.trim()).await.expect(0);
    let changed = check(&forged, key.stdout.trim()).await.expect(5);
    let by_another = check(&good, &"11".repeat(32)).await.expect(5);
    check(&answer, key.stdout.trim()).await.expect(0);
    let none = check(&write("none.json", "{}"), key.stdout.trim())
        .await
        .expect(5);
    check("/nowhere/at/all.json", key.stdout.trim()).await.expect(2);

    assert!(held.stdout.starts_with("The proof holds: line "), "{held:?}");
    assert!(
        changed.stderr.contains("the line is not what was hashed"),
        "{changed:?}"
    );
    assert!(by_another.stderr.contains("another key"), "{by_another:?}");
    assert!(none.stderr.contains("this is no proof"), "{none:?}");
}

#[tokio::test]
async fn synthetic_volume_is_made_once() {
    let world = World::seeded().await;
    let load = ["seed", "load", "--tenants", "2", "--contacts", "3", "--json"];

    let made = world.admin(&load).await.expect(0).json();
    let again = world.admin(&load).await.expect(0).json();

    assert_eq!((&made["tenants"], &made["contacts"]), (&json!(2), &json!(6)));
    assert_eq!((&again["tenants"], &again["contacts"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn commands_sign_what_they_add_to_the_trail_where_no_console_ever_ran() {
    let mut world = World::empty().await;
    world.forget("SESSION_SECRET");
    world.admin(&["migrate"]).await.expect(0);
    world.admin(&["seed", "demo"]).await.expect(0);
    let signed = async || {
        let verified = world.admin(&["audit", "verify", "--json"]).await;
        let verified = verified.expect(0).json();
        verified["checkpoints"].as_i64().unwrap()
    };
    let before = signed().await;
    assert!(before > 0);

    world.queue(&["queue", "pause"]).await.expect(0);
    world.queue(&["queue", "stats"]).await.expect(0);
    world.admin(&["tenant", "list"]).await.expect(0);

    assert_eq!(signed().await, before + 2, "in the database and in the file");
}
