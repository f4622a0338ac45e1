//! Over real sockets, because what matters here is what hyper does with odd bytes.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response, Sse, sse::Event};
use futures::{Stream, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    task::JoinHandle,
};

use super::*;
use crate::{Health, Json, Routes, json, telemetry::Metrics, testing::settings};

/// No test waits this long; it only keeps a failing one from hanging.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
struct App {
    stop: Stop,
    entered: Arc<Notify>,
    leave: Arc<Notify>,
}

struct Running {
    address: SocketAddr,
    app: App,
    served: JoinHandle<()>,
}

async fn slow(axum::extract::State(app): axum::extract::State<App>) -> Html<&'static str> {
    app.entered.notify_one();
    app.leave.notified().await;
    Html("done")
}

async fn events(axum::extract::State(app): axum::extract::State<App>) -> Response {
    let beat = |n: u64| Ok::<_, Infallible>(Event::default().data(n.to_string()));
    let beats = futures::stream::iter([beat(0)]).chain(futures::stream::pending());
    let beats: std::pin::Pin<Box<dyn Stream<Item = _> + Send>> = Box::pin(beats);
    Sse::new(beats.take_until(app.stop.signal())).into_response()
}

async fn start(bounds: Bounds) -> Running {
    let app = App::default();
    let routes = Routes::default()
        .get("/", async || Html("home"))
        .get("/slow", slow)
        .get("/events", events)
        .post("/api/echo", async |Json(body): Json<serde_json::Value>| {
            json::ok(body)
        })
        .cap(32);
    let health = Health::new(Metrics::install(), "1");
    let edge = Edge::new("test", &settings(), health, routes.into_router(app.clone()));
    let listener = Listener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, stop) = (listener.address(), app.stop.clone());
    let served = tokio::spawn(async move {
        let running = GracefulShutdown::new();
        answer_all(listener, &edge, &stop, (&running, bounds)).await;
        finish("test", running, PATIENCE).await;
    });
    Running { address, app, served }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads until the server closes.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // The server may close before it has read everything; what it said still arrives.
        let _ = stream.write_all(bytes.as_ref()).await;
        read_to_end(&mut stream).await
    }
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // A reset after the answer is an end too.
    let _ = read.expect("the server closes");
    String::from_utf8(answer).unwrap()
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 4096];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await;
    let length = read.expect("the server answers").unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}

#[tokio::test]
async fn one_believable_host_or_none_of_it() {
    let server = start(BOUNDS).await;
    let get = |head: &str| format!("{head}\r\nConnection: close\r\n\r\n");
    for (head, expected) in [
        ("GET / HTTP/1.1\r\nHost: a.example", "200"),
        ("GET http://a.example/ HTTP/1.1\r\nHost: A.example", "200"),
        ("GET / HTTP/1.1", "400"),
        ("GET / HTTP/1.0", "400"),
        ("GET / HTTP/1.1\r\nHost:", "400"),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example", "400"),
        ("GET / HTTP/1.1\r\nHost: a.example, b.example", "400"),
        ("GET / HTTP/1.1\r\nHost: a.example/x", "400"),
        ("GET http://b.example/ HTTP/1.1\r\nHost: a.example", "400"),
    ] {
        let answer = server.send(get(head)).await;
        assert_eq!(status(&answer), expected, "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn a_refused_host_closes_the_connection() {
    let server = start(BOUNDS).await;
    let answer = server
        .send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
}

#[tokio::test]
async fn a_body_with_two_lengths_is_refused_and_nothing_follows() {
    let server = start(BOUNDS).await;
    let smuggled = "0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for lengths in [
        "Content-Length: 40\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 40",
    ] {
        let head = format!("POST /api/echo HTTP/1.1\r\nHost: a\r\n{lengths}\r\n\r\n");
        let answer = server.send(format!("{head}{smuggled}")).await;
        assert_eq!(status(&answer), "400", "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    }
}

#[tokio::test]
async fn who_sends_far_too_much_is_heard_out_and_told() {
    let server = start(BOUNDS).await;
    // More than the sockets between us hold.
    let long = "x".repeat(12 << 20);
    let head = format!(
        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        long.len()
    );
    let answer = server.send(format!("{head}\r\n{long}")).await;
    assert_eq!(status(&answer), "413", "{answer}");
    let waits = server.send(format!("{head}Expect: 100-continue\r\n\r\n")).await;
    assert_eq!(status(&waits), "413", "{waits}");
}

#[tokio::test]
async fn a_chunked_body_is_read_within_its_cap_and_is_the_last() {
    let server = start(BOUNDS).await;
    let head = "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    let answer = server.send(format!("{head}7\r\n{{\"a\":1}}\r\n0\r\n\r\n")).await;
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    let long = format!("30\r\n\"{}\"\r\n0\r\n\r\n", "x".repeat(46));
    let answer = server.send(format!("{head}{long}")).await;
    assert_eq!(status(&answer), "413", "{answer}");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = start(BOUNDS).await;
    let long = "x".repeat(300 * 1024);
    let answer = server
        .send(format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"))
        .await;
    // Either told so, or cut off while still sending.
    assert!(["431", ""].contains(&status(&answer)), "{answer}");
    let fitting = "x".repeat(8 * 1024);
    let get = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {fitting}\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&server.send(get).await), "200");
}

#[tokio::test]
async fn silent_and_dawdling_connections_are_closed() {
    let head = Duration::from_millis(20);
    let server = start(Bounds { head, ..BOUNDS }).await;
    for said in [
        "",
        "GET / HTTP/1.1\r\nHost: a\r\nX: ",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let answer = server.send(said).await;
        let expected = usize::from(said.ends_with("\r\n\r\n"));
        assert_eq!(answer.matches("200 OK").count(), expected, "{said:?}: {answer}");
    }
}

#[tokio::test]
async fn connections_beyond_the_bound_wait_their_turn() {
    let server = start(Bounds {
        connections: 1,
        ..BOUNDS
    })
    .await;
    let first = server.connect().await;
    let get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut second = server.connect().await;
    second.write_all(get.as_bytes()).await.unwrap();
    drop(first);
    assert_eq!(status(&read_to_end(&mut second).await), "200");
}

#[tokio::test]
async fn stopping_finishes_what_is_running_and_accepts_nothing_more() {
    let server = start(BOUNDS).await;
    let mut running = server.connect().await;
    running
        .write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    server.app.entered.notified().await;
    server.app.stop.now();
    server.app.leave.notify_one();
    let answer = read_to_end(&mut running).await;
    assert!(answer.ends_with("done"), "{answer}");
    server.served.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn an_open_event_stream_does_not_hold_the_stop() {
    let server = start(BOUNDS).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let begun = read_some(&mut stream).await;
    assert!(begun.contains("text/event-stream"), "{begun}");
    server.app.stop.now();
    tokio::time::timeout(PATIENCE / 2, server.served)
        .await
        .unwrap()
        .unwrap();
}
