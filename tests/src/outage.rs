//! Takes the database away from running processes, and gives it back.

use std::net::SocketAddr;

use db::{Db, PlatformScope, Tx};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A way to the database that can be cut.
#[derive(Debug)]
pub struct Outage {
    /// Where processes find the database.
    pub(crate) url: String,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// SQLite: somebody holds the one lock there is for writing.
    Lock { db: Db, held: Option<Tx> },
    /// PostgreSQL: a wire in between, which can be cut.
    Wire {
        server: String,
        near: SocketAddr,
        wire: Option<JoinHandle<()>>,
    },
}

impl Outage {
    pub(crate) async fn prepare(db: &Db, url: &str) -> Self {
        let Some((head, tail)) = url
            .strip_prefix("postgres://")
            .and_then(|rest| rest.split_once('@'))
        else {
            let way = Way::Lock {
                db: db.clone(),
                held: None,
            };
            return Self {
                url: url.to_owned(),
                way,
            };
        };
        let (server, name) = tail.split_once('/').expect("a test's URL names a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let near = listener.local_addr().expect("a socket has an address");
        Self {
            url: format!("postgres://{head}@{near}/{name}"),
            way: Way::Wire {
                wire: Some(tokio::spawn(carry(listener, server.to_owned()))),
                server: server.to_owned(),
                near,
            },
        }
    }

    /// From now on nothing can be written.
    pub async fn begin(&mut self) {
        match &mut self.way {
            Way::Lock { db, held } => {
                let lock = db.write(&PlatformScope::of_command_line()).await;
                *held = Some(lock.expect("the lock is free"));
            }
            Way::Wire { wire, .. } => {
                let wire = wire.take().expect("the wire was not cut before");
                wire.abort();
                // Gone when this returns: nobody gets through once more.
                let _cancelled = wire.await;
            }
        }
    }

    /// It is there again.
    pub async fn end(&mut self) {
        match &mut self.way {
            Way::Lock { held, .. } => drop(held.take()),
            Way::Wire { server, near, wire } => {
                let listener = TcpListener::bind(*near).await.expect("the port is still ours");
                *wire = Some(tokio::spawn(carry(listener, server.clone())));
            }
        }
    }
}

/// Carries every connection to the server, until it is dropped with all of them.
async fn carry(listener: TcpListener, server: String) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.expect("a listener listens");
        let server = server.clone();
        connections.spawn(async move {
            let Ok(mut far) = TcpStream::connect(&server).await else {
                return;
            };
            let _broken = copy_bidirectional(&mut near, &mut far).await;
        });
    }
}
