//! Starting and stopping: what is wrong is said at once, and a stop is a clean one.

use tests::World;

const APPS: [(&str, &[&str]); 4] = [
    ("web", &[]),
    ("crm", &[]),
    ("admin", &["serve"]),
    ("ingestion-worker", &["run"]),
];

#[tokio::test]
async fn bad_settings_are_all_named_at_once() {
    let world = World::empty()
        .await
        .with("DATABASE_URL", "mysql://somewhere")
        .with("SESSION_SECRET", "short")
        .with("RATE_LIMIT", "perhaps")
        .with("SHUTDOWN_GRACE", "soon")
        .with("INGESTION_BATCH_SIZE", "0");

    for (name, arguments) in APPS {
        let refused = world.run(name, arguments).await.expect(2);
        for setting in [
            "DATABASE_URL",
            "SESSION_SECRET",
            "RATE_LIMIT",
            "SHUTDOWN_GRACE",
            "INGESTION_BATCH_SIZE",
        ] {
            assert!(
                refused.stderr.contains(setting),
                "{name} does not name {setting}:\n{}",
                refused.stderr
            );
        }
        assert_eq!(refused.stdout, "", "{name}");
        assert!(!refused.stderr.contains("short"), "{name} shows the secret");
    }
}

#[tokio::test]
async fn production_demands_a_secret_and_refuses_conveniences() {
    let mut world = World::empty()
        .await
        .with("APP_ENV", "production")
        .with("TENANT_FALLBACK", "fairfield");
    world.forget("SESSION_SECRET");

    let refused = world.run("web", &[]).await.expect(2);

    assert!(refused.stderr.contains("SESSION_SECRET"), "{}", refused.stderr);
    assert!(refused.stderr.contains("TENANT_FALLBACK"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_database_without_a_schema_asks_to_be_migrated() {
    let world = World::empty().await;

    for (name, arguments) in APPS {
        let refused = world.run(name, arguments).await.expect(2);
        assert!(
            refused.stderr.contains("admin migrate"),
            "{name} says {}",
            refused.stderr
        );
    }
    world.admin(&["migrate", "--check"]).await.expect(5);
    world.admin(&["migrate"]).await.expect(0);
    world.admin(&["migrate"]).await.expect(0);
    world.admin(&["migrate", "--check"]).await.expect(0);
}

#[tokio::test]
async fn a_database_file_that_is_not_there_is_not_made_by_a_server() {
    let world = World::empty().await;
    let absent = world.folder().join("absent/freehold.db");
    let world = world.with("DATABASE_URL", &format!("sqlite://{}", absent.display()));

    for (name, arguments) in APPS {
        let refused = world.run(name, arguments).await.expect(2);
        assert!(
            refused.stderr.contains("absent/freehold.db") && refused.stderr.contains("admin migrate"),
            "{name} says {}",
            refused.stderr
        );
    }
    world.admin(&["migrate", "--check"]).await.expect(5);
    assert!(!absent.exists());
}

#[tokio::test]
async fn whoever_is_asked_to_stop_stops_in_order() {
    let world = World::seeded().await;

    for process in [
        world.web().await,
        world.crm().await,
        world.console().await,
        world.worker().await,
    ] {
        let status = process.stop().await;
        assert_eq!(status.code(), Some(0), "{status}");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_open_dashboards() {
    let world = World::seeded().await.with("SHUTDOWN_GRACE", "20");
    let crm = world.crm().await;
    let ava = crm.member(tests::AVA).await;
    let _open = ava.feed("/api/events/stream", None).await;

    let asked = std::time::Instant::now();
    let status = crm.stop().await;

    assert_eq!(status.code(), Some(0));
    assert!(
        asked.elapsed().as_secs() < 10,
        "the open stream held the stop for {:?}",
        asked.elapsed()
    );
}
