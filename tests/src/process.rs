//! One of our binaries, running.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use tokio::{sync::mpsc, task::spawn_blocking, time::timeout};

use crate::{Caller, PATIENCE, Person};

/// A process of the house. Dropped, it is killed and gone; when the test failed, what it said is shown.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    said: Arc<Mutex<String>>,
    lines: mpsc::UnboundedReceiver<String>,
    address: SocketAddr,
}

/// Where the binary of this name was built: beside this test's own.
pub(crate) fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a running program knows where it is");
    let built = own
        .parent()
        .and_then(Path::parent)
        .expect("tests are built into target/*/deps")
        .join(name);
    assert!(
        built.exists(),
        "{} is not there: build the binaries first (scripts/test does, and so does `cargo build --workspace`)",
        built.display()
    );
    built
}

impl Process {
    /// Starts a binary and waits until it says where it listens.
    pub(crate) async fn start(mut command: Command, name: &str) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("starting {name}: {error}"));
        let said = Arc::new(Mutex::new(String::new()));
        let (sender, lines) = mpsc::unbounded_channel();
        let stdout = child.stdout.take().expect("standard output is piped");
        let stderr = child.stderr.take().expect("standard error is piped");
        listen(stdout, said.clone(), Some(sender));
        listen(stderr, said.clone(), None);
        let mut process = Self {
            name: name.to_owned(),
            child,
            said,
            lines,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        process.address = process.next_address().await;
        process
    }

    /// The next address that it says it listens on: the all-in-one binary says several.
    pub async fn next_address(&mut self) -> SocketAddr {
        let line = self.line_with("listening on http://").await;
        let (_, address) = line.split_once("http://").expect("the line was chosen for it");
        address.trim().parse().expect("an address after http://")
    }

    /// Waits for a line of its standard output with these words in it.
    pub async fn line_with(&mut self, words: &str) -> String {
        loop {
            match timeout(PATIENCE, self.lines.recv()).await {
                Ok(Some(line)) if line.contains(words) => return line,
                Ok(Some(_)) => {}
                Ok(None) => panic!("{} ended without saying {words:?}", self.name),
                Err(_) => panic!("{} did not say {words:?}", self.name),
            }
        }
    }

    /// Everything it has said so far, on both outputs.
    pub fn said(&self) -> String {
        self.said.lock().expect("its listeners do not panic").clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Somebody whose browser was given this host.
    pub fn caller(&self, host: &str) -> Caller {
        Caller::at(self.address, host)
    }

    /// Somebody who has signed in.
    pub async fn member(&self, person: Person) -> Caller {
        let caller = self.caller(person.host);
        caller.sign_in(person.email).await.expect(200);
        caller
    }

    /// Makes it stand still, wherever it is.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on where it stood.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Lets none of its files grow past this many bytes, as a full disk would, or any again with none.
    /// It must have been started by [`World::web_on_a_small_disk`](crate::World::web_on_a_small_disk).
    pub fn limit_files_to(&self, bytes: Option<u64>) {
        let most = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let limited = Command::new("prlimit")
            .args(["--pid", &self.child.id().to_string()])
            // Only the soft limit: whoever is not root could not raise the other again.
            .arg(format!("--fsize={most}:"))
            .status();
        assert!(
            limited.expect("prlimit can be run").success(),
            "{} was gone already",
            self.name
        );
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(
            sent.expect("kill can be run").success(),
            "{} was gone already",
            self.name
        );
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child that was killed ends");
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal("-TERM");
        let ended = spawn_blocking(move || self.child.wait().expect("a child can be waited for"));
        let ended = timeout(PATIENCE, ended).await.expect("it stops when asked");
        ended.expect("waiting does not panic")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is the test's business, not ours.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
        if thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the test runner shows it with the failure")]
            let () = eprintln!("--- {} said:\n{}", self.name, self.said());
        }
    }
}

/// Notes every line, and passes it on when somebody waits for lines.
fn listen(
    from: impl Read + Send + 'static,
    said: Arc<Mutex<String>>,
    sender: Option<mpsc::UnboundedSender<String>>,
) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("nobody panics while holding it");
            said.push_str(&line);
            said.push('\n');
            drop(said);
            // Nobody may be waiting any more.
            let _unheard = sender.as_ref().map(|sender| sender.send(line));
        }
    });
}
