//! Debian's chromium and the WebDriver that drives it: started for one test, gone with it.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    process::{Child, Command, Stdio},
    sync::Mutex,
    thread,
    time::Instant,
};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{PATIENCE, port, window::Window};

/// What the browser calls itself. It would say that it has no window, and nobody is in front of those.
const PERSONS_AGENT: &str = "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                             Chrome/140.0.0.0 Safari/537.36";

/// Whether a browser runs what pages bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// A WebDriver and its browsers. Dropped, all of them are killed, and what they wrote is deleted.
pub(crate) struct Driver {
    child: Child,
    address: String,
    /// Their home and their temporary files.
    folder: TempDir,
    browsers: Mutex<Vec<u64>>,
}

impl Driver {
    /// Starts the WebDriver on a port that is free.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("starting chromedriver: {error}. scripts/browser says how to install it")
        });
        let address = format!("http://127.0.0.1:{}/", port::said_by(&mut child));
        Self {
            child,
            address,
            folder,
            browsers: Mutex::default(),
        }
    }

    /// A browser of somebody's own: nobody else's cookies, and every name leads to this machine.
    pub(crate) async fn window(&self, scripts: Scripts) -> Window {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(self.capabilities(scripts))
            .connect(&self.address)
            .await
            .unwrap_or_else(|error| panic!("opening a browser: {error}"));
        let about = client.capabilities().unwrap();
        let browser = about["goog:processID"].as_u64().unwrap();
        self.browsers.lock().unwrap().push(browser);
        Window::of(client).await
    }

    fn capabilities(&self, scripts: Scripts) -> Map<String, Value> {
        let mut arguments = vec![
            "--headless=new",
            "--disable-gpu",
            // Small in containers.
            "--disable-dev-shm-usage",
            // A browser whose WebDriver was killed ends, too.
            "--remote-debugging-pipe",
            "--host-resolver-rules=MAP * 127.0.0.1",
            // Pages are to take it for a person's.
            "--disable-blink-features=AutomationControlled",
            PERSONS_AGENT,
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--lang=en-US",
            "--window-size=1280,900",
        ];
        if fs::metadata(self.folder.path()).unwrap().uid() == 0 {
            // It refuses to be root otherwise.
            arguments.push("--no-sandbox");
        }
        let of_scripts = match scripts {
            Scripts::On => 1,
            Scripts::Off => 2,
        };
        let options = json!({
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": of_scripts },
        });
        Map::from_iter([("goog:chromeOptions".to_owned(), options)])
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let browsers = self.browsers.lock().map(|pids| pids.clone());
        for browser in browsers.unwrap_or_default() {
            // It may have ended by itself.
            let _gone = Command::new("kill")
                .args(["-KILL", &browser.to_string()])
                .status();
        }
        let _ended = self.child.kill();
        let _ended = self.child.wait();
        // What a browser still writes while it dies would be left behind.
        let asked = Instant::now();
        while fs::remove_dir_all(self.folder.path()).is_err()
            && self.folder.path().exists()
            && asked.elapsed() < PATIENCE
        {
            thread::yield_now();
        }
    }
}
