//! What every app of a process is given: its settings, the database, the time, and when to stop.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use db::{Access, ConnectOptions, Db};
use secrecy::ExposeSecret as _;
use tokio::task::JoinHandle;
use types::{Clock, Ids};

use crate::{
    Edge, Health, Listener, Settings, Stop, clock::SystemClock, ids::SystemIds, serve::serve_announced,
    telemetry, telemetry::Metrics,
};

/// What an app is given. Cheap to clone: the apps of one process share it.
#[derive(Clone)]
pub struct Context {
    /// What the environment says.
    pub settings: Arc<Settings>,
    /// The database, its schema checked.
    pub db: Db,
    /// What `/metrics` shows.
    pub metrics: Metrics,
    /// When to stop.
    pub stop: Stop,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
}

/// An app that has started.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Ends after a graceful stop.
    pub task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Takes the address and answers on it from now on.
    ///
    /// # Errors
    ///
    /// When the address is taken or not ours, or standard output is gone.
    pub async fn start(context: &Context, address: SocketAddr, edge: Edge) -> anyhow::Result<Self> {
        let listener = Listener::bind(address).await?;
        let address = listener.address();
        let (stop, grace) = (context.stop.clone(), context.settings.shutdown_grace);
        // Before anything is spawned: of several apps in a process, each is announced when it is its turn.
        listener.announce(edge.app())?;
        let task = tokio::spawn(async move {
            serve_announced(listener, edge, stop, grace).await;
            Ok(())
        });
        Ok(Self { address, task })
    }

    /// Waits until the app has stopped.
    ///
    /// # Errors
    ///
    /// What ended it, if that was not a stop.
    pub async fn ended(self) -> anyhow::Result<()> {
        self.task.await.context("an app's task panicked")?
    }
}

/// Why a process could not start, and with which code it leaves.
#[derive(Debug)]
pub enum StartError {
    /// The settings name something that cannot be worked with: exit 2.
    Unusable(anyhow::Error),
    /// Anything else: exit 1.
    Failed(anyhow::Error),
}

impl StartError {
    /// Says it on standard error, for people, and gives the exit code.
    #[expect(
        clippy::print_stderr,
        reason = "the process ends here, and its log may be JSON nobody reads yet"
    )]
    pub fn report(&self) -> ExitCode {
        let (error, code) = match self {
            Self::Unusable(error) => (error, 2),
            Self::Failed(error) => (error, 1),
        };
        eprintln!("error: {error:#}");
        ExitCode::from(code)
    }
}

impl From<anyhow::Error> for StartError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl Context {
    /// Starts the log, opens the database and checks that its schema is the one this program knows.
    ///
    /// # Errors
    ///
    /// Unusable when the schema is another or the URL names no database we know, with a sentence that says which
    /// command to run.
    pub async fn open(settings: Settings) -> Result<Self, StartError> {
        let context = Self::open_any_schema(settings, Access::Existing).await?;
        match context.db.check_schema().await {
            Ok(()) => Ok(context),
            Err(db::Error::Schema(error)) => Err(StartError::Unusable(error.into())),
            Err(error) => Err(StartError::Failed(
                anyhow::Error::from(error).context("checking the schema"),
            )),
        }
    }

    /// The same, whatever the schema: for commands that bring it up to date.
    pub async fn open_any_schema(settings: Settings, access: Access) -> Result<Self, StartError> {
        let metrics = telemetry::start(&settings.log)?;
        let stop = Stop::on_signals()?;
        tokio::spawn(metrics.clone().fold(stop.clone()));
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let options = ConnectOptions {
            url: settings.database.url.expose_secret().to_owned(),
            max_connections: settings.database.max_connections,
            access,
            instance: ids.new_id(),
        };
        let db = match Db::connect(&options).await {
            Ok(db) => db,
            Err(db::Error::Schema(error)) => return Err(StartError::Unusable(error.into())),
            Err(error @ db::Error::Unsupported(_)) => return Err(StartError::Unusable(error.into())),
            Err(error) => {
                return Err(anyhow::Error::from(error))
                    .context("opening the database that DATABASE_URL names")?;
            }
        };
        Ok(Self {
            settings: Arc::new(settings),
            db,
            metrics,
            stop,
            clock: Arc::new(SystemClock),
            ids,
        })
    }

    /// What probes of this process are told: that the database answers, with the schema we know. An app adds its own
    /// checks. `version` is the binary's.
    pub fn health(&self, version: &'static str) -> Health {
        let (asked, checked) = (self.db.clone(), self.db.clone());
        Health::new(self.metrics.clone(), version)
            .check("database", move || {
                let db = asked.clone();
                async move { told(db.ping().await, "does not answer") }
            })
            .check("schema", move || {
                let db = checked.clone();
                async move { told(db.check_schema().await, "is not the one this program knows") }
            })
    }
}

/// Anybody may read a probe, so the cause goes to the log alone.
fn told(answer: db::Result<()>, sentence: &str) -> Result<(), String> {
    answer.map_err(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "not ready: the database {sentence}"
        );
        sentence.to_owned()
    })
}
