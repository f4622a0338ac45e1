//! The house opens as a whole, finds what it left, and closes as a whole.

use std::{net::TcpListener, sync::Arc};

use db::testing::TestDb;
use server::{Stop, clock::SystemClock, ids::SystemIds, telemetry::Metrics, testing::settings_with};

use super::*;

const ANY_PORT: [(&str, &str); 4] = [
    ("WEB_ADDR", "127.0.0.1:0"),
    ("CRM_ADDR", "127.0.0.1:0"),
    ("ADMIN_ADDR", "127.0.0.1:0"),
    ("WORKER_ADDR", "127.0.0.1:0"),
];

fn context(database: &TestDb, variables: &[(&str, &str)]) -> Context {
    let variables: Vec<_> = ANY_PORT.iter().chain(variables).copied().collect();
    Context {
        settings: Arc::new(settings_with(&variables)),
        db: database.db.clone(),
        metrics: Metrics::install(),
        stop: Stop::default(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
    }
}

async fn hostnames(context: &Context) -> Vec<String> {
    let places = places(context).await.unwrap();
    places.into_iter().map(|place| place.hostname).collect()
}

#[tokio::test]
async fn everything_starts_and_stops_together() {
    let database = TestDb::empty().await;
    let context = context(&database, &[]);
    make_ready(&context, false).await.unwrap();
    let mut apps = Vec::new();

    let doors = start(&context, &mut apps).await.unwrap();
    context.stop.now();
    let ended = stay(&context, apps).await;

    ended.unwrap();
    assert!(
        [doors.web, doors.crm, doors.admin]
            .iter()
            .all(|door| door.port() != 0)
    );
}

#[tokio::test]
async fn the_first_start_brings_the_demo_and_the_second_finds_it() {
    let database = TestDb::empty().await;
    let context = context(&database, &[]);

    make_ready(&context, false).await.unwrap();
    let first = hostnames(&context).await;
    make_ready(&context, false).await.unwrap();

    assert!(first.contains(&"fairfield.localhost".to_owned()), "{first:?}");
    assert_eq!(hostnames(&context).await, first);
}

#[tokio::test]
async fn no_demo_comes_uninvited_or_to_production() {
    let database = TestDb::empty().await;
    let secret = ("SESSION_SECRET", "0123456789abcdef0123456789abcdef");
    let production = context(&database, &[("APP_ENV", "production"), secret]);

    make_ready(&production, false).await.unwrap();
    make_ready(&context(&database, &[]), true).await.unwrap();

    assert!(is_empty(&production).await.unwrap());
}

#[tokio::test]
async fn one_that_cannot_start_takes_the_others_down_with_a_sentence() {
    let database = TestDb::empty().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let context = context(&database, &[("ADMIN_ADDR", &address)]);

    let ended = live(&context, true).await;

    let Err(StartError::Failed(error)) = ended else {
        panic!("{ended:?}")
    };
    let sentence = format!("{error:#}");
    assert!(
        sentence.starts_with(&format!("starting admin: listening on {address}: ")),
        "{sentence}"
    );
    assert!(context.stop.is_stopping());
}
