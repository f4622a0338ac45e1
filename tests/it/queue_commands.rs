//! The queue's commands, as an operator and their scripts use them.

use serde_json::{Value, json};
use tests::{FAIRFIELD, World, an_enquiry};

async fn with_dead_letters(world: &World) -> String {
    world
        .enqueue(
            "website.tour.requested",
            r#"{"eventType":"website.tour.requested"}"#,
        )
        .await;
    world
        .enqueue(
            "website.tour.requested",
            r#"{"eventType":"website.tour.cancelled"}"#,
        )
        .await;
    let id = world.enqueue("", "{").await;
    world.drain().await;
    id.to_string()
}

async fn json_of(world: &World, line: &str) -> Value {
    let words: Vec<&str> = line.split(' ').collect();
    world.queue(&words).await.expect(0).json()
}

#[tokio::test]
async fn an_operator_finds_understands_and_requeues_a_dead_letter() {
    let world = World::seeded().await;
    let id = with_dead_letters(&world).await;

    let stats = json_of(&world, "queue stats").await;
    assert_eq!((&stats["deadLetter"], &stats["pending"]), (&json!(3), &json!(0)));
    let groups = json_of(&world, "dead-letter groups --tenant fairfield").await;
    assert_eq!(
        (&groups["event"], &groups["count"]),
        (&json!("dead_letter_groups_result"), &json!(2))
    );
    assert_eq!(groups["groups"][0]["count"], 2);
    assert_eq!(
        groups["groups"][0]["pattern"],
        "invalid_payload: this event has an unknown eventType"
    );
    assert_eq!(groups["groups"][1]["exampleJobId"], id);

    let shown = json_of(&world, &format!("job show {id}")).await;
    assert_eq!(
        (&shown["status"], &shown["attemptCount"]),
        (&json!("dead_letter"), &json!(1))
    );
    let attempt = &shown["attempts"][0];
    assert_eq!(
        (&attempt["number"], &attempt["errorClass"]),
        (&json!(1), &json!("invalid_payload"))
    );
    assert_eq!(attempt["message"], "this event is not a JSON object");
    assert!(
        attempt["startedAt"].is_string() && attempt["finishedAt"].is_string(),
        "{attempt}"
    );
    assert!(
        attempt["worker"].as_str().unwrap().starts_with("worker-"),
        "{attempt}"
    );

    let requeued = json_of(&world, "dead-letter requeue --reason invalid_payload --limit 2").await;
    assert_eq!(requeued["requeuedCount"], 2);
    assert_eq!(world.drain().await["totalDeadLettered"], 2);
}

#[tokio::test]
async fn discarding_asks_first_and_keeps_the_job() {
    let world = World::seeded().await;
    let id = with_dead_letters(&world).await;
    let discard = ["dead-letter", "discard", "--job", &id, "--why", "a test of ours"];

    world.queue(&discard).await.expect(6);
    let all = json_of(&world, "dead-letter discard --all --why spam --dry-run").await;
    assert_eq!(
        (&all["discardedCount"], &all["dryRun"]),
        (&json!(3), &json!(true))
    );
    let confirmed = [&discard[..], &["--yes"]].concat();
    assert_eq!(world.queue(&confirmed).await.expect(0).json()["discarded"], true);
    let again = world.queue(&confirmed).await;
    assert_eq!(again.expect(1).json()["discarded"], false);
    assert_eq!(
        json_of(&world, &format!("job show {id}")).await["status"],
        "discarded"
    );
    let all = json_of(&world, "dead-letter discard --tenant fairfield --why spam --yes").await;
    assert_eq!(all["discardedCount"], 2);
    assert_eq!(json_of(&world, "dead-letter list").await["count"], 0);
}

#[tokio::test]
async fn a_paused_queue_takes_leads_and_works_on_none_and_what_is_done_is_pruned() {
    let world = World::seeded().await;
    let web = world.web().await;
    assert_eq!(
        json_of(&world, "queue pause --tenant fairfield").await["changed"],
        true
    );
    let sent = web
        .caller(FAIRFIELD)
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;
    let id = sent.expect(202).json()["jobId"].as_str().unwrap().to_owned();

    assert_eq!(world.drain().await["totalPicked"], 0);
    assert_eq!(
        json_of(&world, "queue stats").await["paused"],
        json!(["tenant_fairfield"])
    );
    assert_eq!(
        json_of(&world, "queue resume --tenant fairfield").await["changed"],
        true
    );
    assert_eq!(world.drain().await["totalProcessed"], 1);

    world
        .queue(&["queue", "prune", "--older-than", "0s"])
        .await
        .expect(6);
    assert_eq!(
        json_of(&world, "queue prune --older-than 1h --yes").await["prunedCount"],
        0
    );
    let looked = json_of(&world, "queue prune --older-than 0s --dry-run").await;
    assert_eq!(
        (&looked["prunedCount"], &looked["dryRun"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        json_of(&world, "queue prune --older-than 0s --yes").await["prunedCount"],
        1
    );
    world.queue(&["job", "show", &id]).await.expect(3);
}

#[tokio::test]
async fn only_a_command_that_goes_by_a_variable_minds_what_it_says() {
    let world = World::seeded()
        .await
        .with("INGESTION_BATCH_SIZE", "1001")
        .with("INGESTION_MAX_LOOPS", "0")
        .with("INGESTION_DEAD_LETTER_LIMIT", "9999");

    for (line, code) in [
        ("queue stats", 0),
        ("drain --batch-size 5 --until-empty", 0),
        ("drain --batch-size 5 --max-loops 3 --until-empty", 0),
        ("dead-letter list --limit 5", 0),
        ("dead-letter list", 2),
        ("drain --max-loops 3", 2),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        world.queue(&words).await.expect(code);
    }
    let started = world.queue(&["run"]).await.expect(2).stderr;
    for name in [
        "INGESTION_BATCH_SIZE",
        "INGESTION_MAX_LOOPS",
        "INGESTION_DEAD_LETTER_LIMIT",
    ] {
        assert!(started.contains(name), "{started}");
    }
}

#[tokio::test]
async fn people_get_tables_without_colours_in_a_pipe_and_mistakes_have_their_codes() {
    let world = World::seeded().await.with("INGESTION_OUTPUT_JSON", "0");
    world.enqueue("", "{").await;
    world.queue(&["drain"]).await.expect(0);

    for command in [
        ["queue", "stats"],
        ["dead-letter", "list"],
        ["dead-letter", "groups"],
    ] {
        let shown = world.queue(&command).await.expect(0).stdout;
        assert!(shown.contains("TENANT") && !shown.contains('\u{1b}'), "{shown}");
    }
    for (line, code) in [
        ("dead-letter groups --tenant nobody", 3),
        ("job show nothing", 3),
        ("queue prune --older-than soon", 2),
        ("dead-letter discard --why x --yes", 2),
        ("drain --batch-size 0", 2),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        world.queue(&words).await.expect(code);
    }
}

#[tokio::test]
async fn a_terminal_gets_headings_in_bold_and_a_bar_and_neither_with_no_color() {
    let world = World::seeded()
        .await
        .with("INGESTION_OUTPUT_JSON", "0")
        .with("RUST_LOG", "off")
        .with("TERM", "xterm");
    world.enqueue("", "{").await;

    let stats = world
        .at_a_terminal("ingestion-worker", &["queue", "stats"])
        .await
        .expect(0);
    let drained = world
        .at_a_terminal("ingestion-worker", &["drain"])
        .await
        .expect(0);
    let world = world.with("NO_COLOR", "1");
    let plain = world
        .at_a_terminal("ingestion-worker", &["queue", "stats"])
        .await
        .expect(0);

    assert!(stats.stdout.contains("\u{1b}[1m"), "{stats:?}");
    assert!(drained.stdout.contains(" of 1 jobs"), "{drained:?}");
    assert!(drained.stdout.contains("Picked 1 job"), "{drained:?}");
    assert!(!plain.stdout.contains('\u{1b}'), "{plain:?}");
    let (head, row) = plain.stdout.split_once('\n').unwrap();
    assert_eq!(
        head.find("PENDING"),
        row.find("0 "),
        "a column under its heading: {plain:?}"
    );
}
