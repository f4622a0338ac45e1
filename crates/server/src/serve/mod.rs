//! Listening, answering and stopping.
//!
//! hyper's own HTTP/1 server rather than `axum::serve`: only there can a silent connection be
//! closed, a header capped and the number of connections bounded.

mod stop;
#[cfg(test)]
mod tests;

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

pub use stop::Stop;

use crate::Edge;

/// Connections at once; further ones wait in the kernel's queue. Two file descriptors each
/// still fit the usual limit of 16 thousand and more.
const CONNECTIONS: usize = 8192;

/// How patient and how roomy a connection is.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Until the head of a request has arrived, counted from the connection or from the answer
    /// before it: silent connections go with this.
    head: Duration,
    head_bytes: usize,
}

const BOUNDS: Bounds = Bounds {
    head: Duration::from_secs(5),
    head_bytes: 16 * 1024,
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
}

/// Answers on an address until told to stop, then lets running requests finish for `grace`.
///
/// Says `listening on http://…` on standard output as soon as it does: whoever started us on
/// port 0 reads it there.
///
/// # Errors
/// When standard output is gone before we said where we are.
pub async fn serve(listener: Listener, edge: Edge, stop: Stop, grace: Duration) -> anyhow::Result<()> {
    let (app, address) = (edge.app(), listener.address);
    announce(address).context("saying where we listen")?;
    tracing::info!(app, %address, "{app} listening on http://{address}");
    let running = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        tokio::select! {
            biased;
            () = stop.stopped() => break,
            (stream, peer, permit) = accept(&listener.socket, &connections) => {
                let connection = Connection { edge: edge.clone(), peer, permit, bounds: BOUNDS };
                connection.spawn(stream, &running);
            }
        }
    }
    drop(listener);
    finish(app, running, grace).await;
    Ok(())
}

fn announce(address: SocketAddr) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    out.flush()
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

struct Connection {
    edge: Edge,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
    bounds: Bounds,
}

impl Connection {
    fn spawn(self, stream: TcpStream, running: &GracefulShutdown) {
        // Small answers leave at once instead of waiting for more to send.
        let _ = stream.set_nodelay(true);
        let Self {
            edge,
            peer,
            permit,
            bounds,
        } = self;
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let edge = edge.clone();
            let request: Request = request.map(Body::new);
            async move { Ok::<_, std::convert::Infallible>(edge.answer(request, peer.ip()).await) }
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
