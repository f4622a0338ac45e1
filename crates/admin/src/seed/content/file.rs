//! A seed file of prose: a JSON head, a line of dashes, and Markdown under headings that name its parts.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use types::content::QuestionAndAnswer;

/// Every file below `seeds/`, by its path.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/seeds.rs"));

/// A file of prose.
pub(super) struct Prose<H> {
    /// `georgetown`, of `fairfield/towns/wilton/georgetown.md`.
    pub(super) name: &'static str,
    pub(super) head: H,
    path: &'static str,
    body: &'static str,
}

impl<H: DeserializeOwned> Prose<H> {
    pub(super) fn read(path: &'static str, text: &'static str) -> Self {
        let (head, body) = text
            .split_once("\n---\n")
            .unwrap_or_else(|| panic!("seeds/{path} has no line of dashes"));
        let name = path.rsplit('/').next().and_then(|file| file.strip_suffix(".md"));
        Self {
            name: name.unwrap_or_else(|| panic!("seeds/{path} is no Markdown")),
            head: json(path, head),
            path,
            body: body.trim(),
        }
    }

    /// The whole text.
    pub(super) fn body(&self) -> String {
        self.body.to_owned()
    }

    /// The text under `# <heading>`.
    pub(super) fn part(&self, heading: &str) -> String {
        let part = self.parts().remove(heading);
        let part = part.unwrap_or_else(|| panic!("seeds/{} has no part {heading}", self.path));
        part.to_owned()
    }

    /// The questions under `# Questions`, each a heading of its own.
    pub(super) fn questions(&self) -> Vec<QuestionAndAnswer> {
        let asked = self.parts().remove("Questions").unwrap_or_default();
        let asked = asked.split("## ").skip(1);
        asked
            .filter_map(|text| text.split_once('\n'))
            .map(|(question, answer)| QuestionAndAnswer {
                question: question.trim().to_owned(),
                answer: answer.trim().to_owned(),
            })
            .collect()
    }

    fn parts(&self) -> BTreeMap<&'static str, &'static str> {
        let text = self.body.strip_prefix("# ").unwrap_or_default();
        text.split("\n# ")
            .filter_map(|part| part.split_once('\n'))
            .map(|(heading, text)| (heading.trim(), text.trim()))
            .collect()
    }
}

/// Reads JSON of a seed file, which a test reads before it is built in.
pub(super) fn json<T: DeserializeOwned>(path: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("seeds/{path}: {error}"))
}
