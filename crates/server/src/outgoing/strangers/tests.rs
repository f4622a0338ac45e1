use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::{any, post},
};

use super::*;
use crate::testing::a_service;

/// Names that lead where a test says, one answer after the other; the last one stays.
#[derive(Default)]
struct Told {
    names: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    asked: Mutex<HashMap<String, usize>>,
}

impl Told {
    fn that(mut self, name: &'static str, answers: &[&[&str]]) -> Self {
        let parsed = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        self.names.insert(name, answers.iter().map(parsed).collect());
        self
    }
}

impl Names for Told {
    fn look_up(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut asked = self.asked.lock().unwrap();
        let turn = asked.entry(host.clone()).or_default();
        let answers = self.names.get(host.as_str());
        let answer = answers.map(|answers| answers[(*turn).min(answers.len() - 1)].clone());
        *turn += 1;
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

fn reaching(reach: Reach, names: Told) -> Strangers {
    Strangers::new(reach, Arc::new(names)).unwrap()
}

#[test]
fn an_address_is_one_that_the_whole_internet_can_reach_over_tls() {
    for (text, outcome) in [
        ("https://hooks.example.com/x?y=1", Ok(())),
        (" https://hooks.example.com:8443 ", Ok(())),
        ("https://93.184.216.34/", Ok(())),
        ("https://[2606:2800:220:1::1]/", Ok(())),
        ("http://hooks.example.com", Err(Unsuitable::Unsealed)),
        ("ftp://hooks.example.com", Err(Unsuitable::NoAddress)),
        ("file:///etc/passwd", Err(Unsuitable::NoAddress)),
        ("hooks.example.com", Err(Unsuitable::NoAddress)),
        ("https://", Err(Unsuitable::NoAddress)),
        (
            "https://ann:secret@hooks.example.com",
            Err(Unsuitable::Credentials),
        ),
        ("https://localhost", Err(Unsuitable::Inside)),
        ("https://localhost.", Err(Unsuitable::Inside)),
        ("https://db.internal", Err(Unsuitable::Inside)),
        ("https://printer.local", Err(Unsuitable::Inside)),
        ("https://intranet/", Err(Unsuitable::Inside)),
        ("https://127.0.0.1", Err(Unsuitable::Inside)),
        // The same in the ways that a browser reads it.
        ("https://2130706433", Err(Unsuitable::Inside)),
        ("https://0x7f.1", Err(Unsuitable::Inside)),
        ("https://0177.0.0.1", Err(Unsuitable::Inside)),
        ("https://10.0.0.1", Err(Unsuitable::Inside)),
        (
            "https://169.254.169.254/latest/meta-data",
            Err(Unsuitable::Inside),
        ),
        ("https://100.64.0.1", Err(Unsuitable::Inside)),
        ("https://[::1]", Err(Unsuitable::Inside)),
        ("https://[::ffff:10.0.0.1]", Err(Unsuitable::Inside)),
        ("https://[64:ff9b::a00:1]", Err(Unsuitable::Inside)),
        ("https://[fd00::1]", Err(Unsuitable::Inside)),
    ] {
        assert_eq!(Reach::Public.read(text).map(drop), outcome, "{text}");
    }
    for text in [
        "http://127.0.0.1:8080/x",
        "http://localhost/",
        "https://intranet/",
    ] {
        assert!(Reach::Anywhere.read(text).is_ok(), "{text}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let inside: [(&str, &[&str]); 5] = [
        ("loopback.example.com", &["127.0.0.1"]),
        ("cloud.example.com", &["169.254.169.254"]),
        ("mapped.example.com", &["::ffff:10.0.0.1"]),
        ("shared.example.com", &["100.100.0.1"]),
        ("mixed.example.com", &["93.184.216.34", "10.0.0.1"]),
    ];
    let names = inside.iter().fold(Told::default(), |told, (name, answer)| {
        told.that(name, &[*answer])
    });
    let strangers = reaching(Reach::Public, names);

    for (name, _) in inside {
        let answer = strangers
            .post(&format!("https://{name}/"), &[], String::new())
            .await;
        assert_eq!(answer, Err(Unheard::Inside), "{name}");
    }
    let unknown = strangers.post("https://nobody.example.com/", &[], String::new());
    assert_eq!(unknown.await, Err(Unheard::Unreachable));
    let typed_before = strangers.post("http://127.0.0.1/", &[], String::new());
    assert_eq!(typed_before.await, Err(Unheard::Inside));
}

/// The address that was looked at is the one that is connected to, and for that one message only.
#[tokio::test]
async fn a_name_is_asked_once_for_each_connection() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let service = a_service(Router::new().route(
        "/",
        any(async move || {
            counted.fetch_add(1, Ordering::Relaxed);
            "here"
        }),
    ))
    .await;
    let port = service.port().unwrap();
    let names = Told::default().that("moving.example.com", &[&["127.0.0.1"], &["::1"]]);
    let strangers = reaching(Reach::Anywhere, names);

    let address = format!("http://moving.example.com:{port}/");
    let answer = strangers.post(&address, &[], "{}".to_owned()).await.unwrap();
    let elsewhere = strangers.post(&address, &[], "{}".to_owned()).await;

    assert_eq!((answer.status, answer.body.as_str()), (200, "here"));
    assert_eq!(elsewhere, Err(Unheard::Unreachable));
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_posted_arrives_and_only_the_beginning_of_an_answer_is_kept() {
    let echo = async |headers: HeaderMap, body: String| {
        format!(
            "{} {} {body}",
            headers["content-type"].to_str().unwrap(),
            headers["webhook-id"].to_str().unwrap()
        )
    };
    let router = Router::new()
        .route("/echo", post(echo))
        .route("/long", post(async || "é\u{7}".repeat(100_000)))
        .route(
            "/moved",
            post(async || (StatusCode::FOUND, [("location", "/echo")])),
        )
        .route(
            "/busy",
            post(async || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "90")])),
        );
    let service = a_service(router).await;
    let strangers = Strangers::new(Reach::Anywhere, Arc::new(OfMachine)).unwrap();
    let headers = [("webhook-id", "7".to_owned())];
    let asked = async |path: &str| {
        let address = service.join(path).unwrap();
        strangers
            .post(address.as_str(), &headers, "{}".to_owned())
            .await
            .unwrap()
    };

    assert_eq!(asked("echo").await.body, "application/json 7 {}");
    assert_eq!(asked("long").await.body, "é".repeat(1_000));
    assert_eq!(asked("moved").await.status, 302);
    assert_eq!(asked("busy").await.wait, Some(Duration::from_secs(90)));
}
