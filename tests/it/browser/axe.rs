//! Deque's axe and a ruler over pages: what somebody cannot read, reach or understand, in every look a page has.

use serde_json::{Value, json};

use super::window::Window;

const AXE: &str = include_str!("../../axe/axe.min.js");

/// How wide a window is (320 is as narrow as a phone gets), and what its owner's system prefers. All rules are asked in the
/// light; in the dark only colours are other.
const LOOKS: [(u32, &str); 4] = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")];

/// Says of every rule that is broken where, and what to do.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const rules = matchMedia('(prefers-color-scheme: dark)').matches
        ? { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }
        : {};
    const told = ({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary}`);
    axe.run(document, { resultTypes: ['violations'], preload: false, ...rules })
        .then(({ violations }) => done(violations.flatMap(told)), (error) => done([String(error)]));
";

/// By how much the page is wider than its window.
const SIDEWAYS: &str = "return document.documentElement.scrollWidth - window.innerWidth";

/// On a phone menus are open: what they hide is looked at too.
const OPEN: &str = "for (const menu of document.querySelectorAll('details')) menu.open = innerWidth < 600";

/// Looks at pages, and keeps what is wrong with them.
pub(crate) struct Inspection<'a> {
    window: &'a Window,
    findings: Vec<String>,
    looked_at: usize,
}

impl<'a> Inspection<'a> {
    /// From now on every page that this window opens brings the rules with it.
    pub(crate) async fn by(window: &'a Window) -> Self {
        let rules = json!({ "source": AXE });
        window
            .devtools("Page.addScriptToEvaluateOnNewDocument", rules)
            .await;
        Self {
            window,
            findings: Vec::new(),
            looked_at: 0,
        }
    }

    /// Looks at the page that the window shows.
    pub(crate) async fn look_at(&mut self, page: &str) {
        self.looked_at += 1;
        for (width, scheme) in LOOKS {
            self.put_on(width, scheme).await;
            let mut wrong = Vec::new();
            let sideways = self.window.run(SIDEWAYS).await;
            if sideways.as_i64().is_none_or(|pixels| pixels > 0) {
                wrong.push(format!("scrolls sideways by {sideways} pixels"));
            }
            self.window.run(OPEN).await;
            let told = self.window.run_to_its_end(RUN).await;
            let told = told.as_array().cloned().unwrap_or_else(|| vec![told]);
            wrong.extend(told.iter().map(Value::to_string));
            let wrong = wrong
                .iter()
                .map(|what| format!("{page}, {width} {scheme}: {what}"));
            self.findings.extend(wrong);
        }
    }

    async fn put_on(&self, width: u32, scheme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.window
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            // A colour half way to another is no finding.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.window.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Asserts that nothing was wrong anywhere.
    #[track_caller]
    pub(crate) fn expect_clean(self) {
        let (findings, pages) = (self.findings, self.looked_at);
        assert!(findings.is_empty(), "{pages} pages have\n{}", findings.join("\n"));
    }
}
