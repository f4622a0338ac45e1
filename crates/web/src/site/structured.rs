//! What search engines are told about a page, in the words of schema.org.

use serde_json::{Value, json};
use types::content::QuestionAndAnswer;

use super::{Frame, Markup};

/// Statements about a page, put into its head as one script of data.
pub(crate) struct Structured<'a> {
    frame: &'a Frame,
    graph: Vec<Value>,
}

impl<'a> Structured<'a> {
    pub(crate) const fn of(frame: &'a Frame) -> Self {
        Self {
            frame,
            graph: Vec::new(),
        }
    }

    /// The way from the home page to this one. The last step is this page.
    pub(crate) fn breadcrumbs(mut self, steps: &[(&str, &str)]) -> Self {
        let home = [("Home", "/")];
        let items: Vec<Value> = (1..)
            .zip(home.iter().chain(steps))
            .map(|(position, (name, path))| {
                let item = format!("{}{path}", self.frame.origin);
                json!({ "@type": "ListItem", "position": position, "name": name, "item": item })
            })
            .collect();
        self.graph
            .push(json!({ "@type": "BreadcrumbList", "itemListElement": items }));
        self
    }

    /// Questions of the page, if it has any.
    pub(crate) fn questions(mut self, faqs: &[QuestionAndAnswer]) -> Self {
        let asked: Vec<Value> = faqs
            .iter()
            .map(|faq| {
                let answer = json!({ "@type": "Answer", "text": Markup::plain(&faq.answer) });
                json!({ "@type": "Question", "name": faq.question, "acceptedAnswer": answer })
            })
            .collect();
        if !asked.is_empty() {
            self.graph
                .push(json!({ "@type": "FAQPage", "mainEntity": asked }));
        }
        self
    }

    /// Anything else, as schema.org has it.
    pub(crate) fn with(mut self, thing: Value) -> Self {
        self.graph.push(thing);
        self
    }

    pub(crate) fn finish(self) -> Markup {
        Markup::of_json(&json!({ "@context": "https://schema.org", "@graph": self.graph }))
    }
}
