//! Listening, answering and stopping.
//!
//! hyper's own HTTP/1 server rather than `axum::serve`: only there can a silent connection be
//! closed, a header capped and the number of connections bounded.

mod framing;
mod stop;
#[cfg(test)]
mod tests;

use std::{
    convert::Infallible,
    io::Write,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::Context;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

pub(crate) use framing::Ambiguous;
use framing::Watched;
pub use stop::Stop;

use crate::Edge;

/// How patient and how roomy a connection is.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Until the head of a request has arrived, counted from the connection or from the answer
    /// before it: silent connections go with this.
    head: Duration,
    head_bytes: usize,
    /// At once; further ones wait in the kernel's queue.
    connections: usize,
}

const BOUNDS: Bounds = Bounds {
    head: Duration::from_secs(5),
    head_bytes: 16 * 1024,
    connections: 8192,
};

/// An address we own and will answer on.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Takes the address. Port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpListener::bind(address)
            .await
            .with_context(|| format!("listening on {address}"))?;
        let address = socket.local_addr().context("reading our own address")?;
        Ok(Self { socket, address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says on standard output where we listen, and in the log who does.
    ///
    /// # Errors
    /// When standard output is gone.
    pub(crate) fn announce(&self, app: &'static str) -> anyhow::Result<()> {
        let address = self.address;
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening on http://{address}")
            .and_then(|()| out.flush())
            .context("saying where we listen")?;
        tracing::info!(app, %address, "{app} listening on http://{address}");
        Ok(())
    }
}

/// Answers on an address until told to stop, then lets running requests finish for `grace`.
///
/// Says `listening on http://…` on standard output as soon as it does: whoever started us on
/// port 0 reads it there.
///
/// # Errors
/// When standard output is gone before we said where we are.
pub async fn serve(listener: Listener, edge: Edge, stop: Stop, grace: Duration) -> anyhow::Result<()> {
    listener.announce(edge.app())?;
    serve_announced(listener, edge, stop, grace).await;
    Ok(())
}

/// The same, when it has been said where we listen.
pub(crate) async fn serve_announced(listener: Listener, edge: Edge, stop: Stop, grace: Duration) {
    let app = edge.app();
    let running = GracefulShutdown::new();
    answer_all(listener, &edge, &stop, (&running, BOUNDS)).await;
    finish(app, running, grace).await;
}

/// Answers whoever connects, until told to stop; then nobody can connect any more.
async fn answer_all(
    listener: Listener,
    edge: &Edge,
    stop: &Stop,
    (running, bounds): (&GracefulShutdown, Bounds),
) {
    let connections = Arc::new(Semaphore::new(bounds.connections));
    loop {
        let (stream, peer, permit) = tokio::select! {
            biased;
            () = stop.stopped() => return,
            accepted = accept(&listener.socket, &connections) => accepted,
        };
        let edge = edge.clone();
        let connection = Connection { edge, peer, permit };
        connection.spawn(stream, bounds, running);
    }
}

async fn accept(
    socket: &TcpListener,
    connections: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = connections.clone().acquire_owned().await;
    let permit = permit.expect("the semaphore is never closed");
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) => {
                tracing::warn!("accepting a connection failed: {error}");
                // Out of file descriptors: without a pause this loop would take the processor
                // that is needed to free some.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn finish(app: &'static str, running: GracefulShutdown, grace: Duration) {
    let left = running.count();
    tracing::info!(app, left, "{app} stopping, {left} connections to finish");
    if tokio::time::timeout(grace, running.shutdown()).await.is_err() {
        tracing::warn!(app, "{app} stopped before every request was finished");
    }
}

/// Somebody who connected.
struct Connection {
    edge: Edge,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
}

impl Connection {
    fn spawn(self, stream: TcpStream, bounds: Bounds, running: &GracefulShutdown) {
        // Small answers leave at once instead of waiting for more to send.
        let _ = stream.set_nodelay(true);
        let Self { edge, peer, permit } = self;
        let (stream, ambiguous) = Watched::new(stream);
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let (edge, mut request) = (edge.clone(), request.map(Body::new));
            if ambiguous.load(Ordering::Relaxed) {
                request.extensions_mut().insert(Ambiguous);
            }
            // Boxed, so that a connection on which nobody asks, or whose answer goes on and on, holds no room for asking.
            Box::pin(async move { Ok::<_, Infallible>(answer(&edge, request, peer).await) })
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.head)
            .max_header_size(bounds.head_bytes)
            .half_close(false)
            .serve_connection(TokioIo::new(stream), answer);
        let watched = running.watch(connection);
        tokio::spawn(async move {
            // A caller that goes away or sends rubbish is its own affair, not worth a line.
            if let Err(error) = watched.await {
                tracing::debug!("a connection ended early: {error}");
            }
            drop(permit);
        });
    }
}

async fn answer(edge: &Edge, request: Request, peer: SocketAddr) -> axum::response::Response {
    let is_last = framing::ends_connection(request.headers());
    let mut response = edge.answer(request, peer.ip()).await;
    if is_last {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}
