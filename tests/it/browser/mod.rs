//! People in a browser: Debian's chromium, driven through its WebDriver, over the real binaries.
//!
//! Everybody has a browser of their own, finds things by the words they read, and waits for what they wait for, never
//! for a while. `scripts/browser` installs what is needed.

mod agent;
mod axe;
mod devtools;
mod dns;
mod driver;
mod operator;
mod pages;
mod port;
mod towns;
mod visitor;
mod window;

use std::time::Duration;

use tests::{PASSWORD, Person, Process};

use driver::{Driver, Scripts};
use window::Window;

/// How long somebody waits for a page to show something: two browsers may share a small machine with a whole suite.
const PATIENCE: Duration = Duration::from_secs(60);

/// The address of a page of this process, as this host names it.
fn address(process: &Process, host: &str, path: &str) -> String {
    format!("http://{host}:{}{path}", process.address().port())
}

/// Signs somebody of the demo in, at the CRM or the console.
async fn sign_in(window: &Window, process: &Process, person: Person) {
    let address = address(process, person.host, "/");
    sign_in_as(window, &address, (person.email, PASSWORD)).await;
}

/// Signs somebody in, at the address of the CRM or the console.
async fn sign_in_as(window: &Window, address: &str, (email, password): (&str, &str)) {
    window.open(address).await;
    window.fill("E-mail", email).await;
    window.fill("Password", password).await;
    window.press("Sign in").await;
    window.find(".whoami").await;
}
