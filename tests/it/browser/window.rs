//! What a person does in a browser: looks, types, presses. Things are found by the words people read.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use fantoccini::{
    Client, Locator,
    actions::{InputSource as _, MouseActions, PointerAction},
    elements::Element,
    error::{CmdError, ErrorStatus},
    wd::TimeoutConfiguration,
};
use serde_json::Value;

use super::{PATIENCE, devtools::Devtools};

/// A window of a browser.
pub(crate) struct Window {
    client: Client,
}

/// How long the WebDriver itself waits for something to be there, before we ask it again.
const LOOK: Duration = Duration::from_secs(1);

impl Window {
    pub(super) async fn of(client: Client) -> Self {
        let timeouts = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(LOOK));
        client.update_timeouts(timeouts).await.unwrap();
        Self { client }
    }

    /// Goes to an address, as if it were typed.
    pub(crate) async fn open(&self, address: &str) {
        let opened = self.client.goto(address).await;
        opened.unwrap_or_else(|error| panic!("opening {address}: {error}"));
    }

    /// Waits until this is shown.
    pub(crate) async fn see(&self, words: &str) {
        let path = format!("//*[not(self::script)][text()[{}]]", contains(words));
        self.shown(Locator::XPath(&path), words).await;
    }

    /// Waits for something that these selectors find, and says what it reads.
    pub(crate) async fn text(&self, css: &str) -> String {
        let asked = Instant::now();
        loop {
            match self.find(css).await.text().await {
                Ok(text) => return text,
                Err(error) => assert!(
                    is_of_a_moment(&error) && asked.elapsed() < PATIENCE,
                    "{css}: {error}"
                ),
            }
        }
    }

    /// Waits for something that these selectors find.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.shown(Locator::Css(css), css).await
    }

    /// What each of the things that these selectors find reads; all of one moment, though a page redraws itself.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let asked = Instant::now();
        loop {
            match self.texts_now(css).await {
                Ok(texts) => return texts,
                Err(error) => assert!(
                    is_of_a_moment(&error) && asked.elapsed() < PATIENCE,
                    "{css}: {error}"
                ),
            }
        }
    }

    async fn texts_now(&self, css: &str) -> Result<Vec<String>, CmdError> {
        let mut texts = Vec::new();
        for found in self.client.find_all(Locator::Css(css)).await? {
            texts.push(found.text().await?);
        }
        Ok(texts)
    }

    /// Presses a button, or follows a link, that reads just so.
    pub(crate) async fn press(&self, words: &str) {
        self.click(Locator::XPath(&pressable(words)), words).await;
    }

    /// The same in a part of the page.
    pub(crate) async fn press_in(&self, part: &str, words: &str) {
        let path = format!("{part}{}", pressable(words));
        self.click(Locator::XPath(&path), words).await;
    }

    /// Presses what these selectors find.
    pub(crate) async fn press_at(&self, css: &str) {
        self.click(Locator::Css(css), css).await;
    }

    /// Presses a button twice, as fast as a hand that always double-clicks.
    pub(crate) async fn press_twice(&self, words: &str) {
        let button = self.shown(Locator::XPath(&pressable(words)), words).await;
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let element = serde_json::to_value(button.clone()).unwrap();
        self.client.execute(script, vec![element]).await.unwrap();
        let press = || PointerAction::Down {
            button: fantoccini::actions::MOUSE_BUTTON_LEFT,
        };
        let release = || PointerAction::Up {
            button: fantoccini::actions::MOUSE_BUTTON_LEFT,
        };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement {
                element: button,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(press())
            .then(release())
            .then(press())
            .then(release());
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// Types into the field with this label, instead of what was in it.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Gives a file to the field with this label.
    pub(crate) async fn attach(&self, label: &str, file: &Path) {
        let path = file.to_str().unwrap();
        self.field(label).await.send_keys(path).await.unwrap();
    }

    /// Chooses in the list with this label.
    pub(crate) async fn choose(&self, label: &str, option: &str) {
        let chosen = self.field(label).await.select_by_label(option).await;
        chosen.unwrap_or_else(|error| panic!("choosing {option} of {label}: {error}"));
    }

    /// Ticks the box with this label.
    pub(crate) async fn tick(&self, label: &str) {
        let path = format!("//label[{}]//input", contains_within(label));
        self.click(Locator::XPath(&path), label).await;
    }

    async fn field(&self, label: &str) -> Element {
        let names =
            ["", " (required)", " (optional)"].map(|rest| format!("normalize-space(.)=\"{label}{rest}\""));
        let path = format!("//*[@id = //label[{}]/@for]", names.join(" or "));
        self.shown(Locator::XPath(&path), label).await
    }

    /// Puts the focus where the Tab key would, after a while.
    pub(crate) async fn focus(&self, path: &str) {
        let element = self.shown(Locator::XPath(path), path).await;
        let element = serde_json::to_value(element).unwrap();
        let focused = self.client.execute("arguments[0].focus()", vec![element]).await;
        focused.unwrap();
    }

    /// Presses keys where the focus is.
    pub(crate) async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Runs a script of the test's, whatever the page may run.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// The same for a script that calls its last argument when it is done.
    pub(crate) async fn run_to_its_end(&self, script: &str) -> Value {
        self.client.execute_async(script, vec![]).await.unwrap()
    }

    /// Says something to the browser itself.
    pub(crate) async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let said = self.client.issue_cmd(Devtools { command, parameters }).await;
        said.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Waits for something that is there and can be seen.
    async fn shown(&self, locator: Locator<'_>, what: &str) -> Element {
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if !self.is_complete().await {
                continue;
            }
            for element in self.client.find_all(locator).await.unwrap() {
                // What was redrawn meanwhile is found again.
                if element.is_displayed().await.unwrap_or_default() {
                    return element;
                }
            }
        }
        panic!("{what} never was shown.\n{}", self.now().await)
    }

    /// Whether everything of the page is there, and its scripts have begun.
    async fn is_complete(&self) -> bool {
        let state = self.client.execute("return document.readyState", vec![]).await;
        state.is_ok_and(|state| state == "complete")
    }

    /// Clicks on something as soon as it can be.
    async fn click(&self, locator: Locator<'_>, what: &str) {
        let asked = Instant::now();
        loop {
            let Err(error) = self.shown(locator, what).await.click().await else {
                return;
            };
            assert!(
                is_of_a_moment(&error) && asked.elapsed() < PATIENCE,
                "pressing {what}: {error}\n{}",
                self.now().await
            );
        }
    }

    /// Where it is and what it reads, for messages.
    async fn now(&self) -> String {
        let address = self.client.current_url().await;
        let text = self
            .client
            .execute("return document.body.innerText", vec![])
            .await;
        format!(
            "The page is {address:?}:\n{}",
            text.unwrap_or_default().as_str().unwrap_or_default()
        )
    }
}

/// Whether the page drew itself anew just then.
fn is_of_a_moment(error: &CmdError) -> bool {
    let CmdError::Standard(refusal) = error else {
        return false;
    };
    matches!(
        refusal.error,
        ErrorStatus::StaleElementReference
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
    )
}

fn pressable(words: &str) -> String {
    format!("//*[self::a or self::button or self::summary][normalize-space(.)=\"{words}\"]")
}

/// Whether a text has these words in it, however its lines are broken.
fn contains(words: &str) -> String {
    format!("contains(normalize-space(.), \"{words}\")")
}

fn contains_within(words: &str) -> String {
    format!("starts-with(normalize-space(.), \"{words}\")")
}
