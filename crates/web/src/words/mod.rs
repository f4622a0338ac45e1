//! What the pages say that every site has: in the tenant's words, or else in the installation's with the tenant's names.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use db::tenant::documents::{self, Published};
use types::content::{PageName, PageWords, SitePage, Step};

use crate::{
    app::App,
    site::{Brand, Markup},
    visitor::Visitor,
};

/// A page's words, ready to be shown.
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) lede: String,
    pub(crate) steps_heading: String,
    pub(crate) steps_lede: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) heading: String,
    /// None where nobody wrote a text.
    pub(crate) body: Option<Markup>,
    pub(crate) call: String,
}

impl Words {
    /// The words of this page as visitors may read them.
    pub(crate) async fn of(app: &App, visitor: &Visitor, brand: &Brand, name: PageName) -> db::Result<Self> {
        let scope = &visitor.site.scope;
        let mut tx = app.db.read(scope).await?;
        let found: Option<Published<SitePage>> = documents::find(&mut tx, scope, &name.slug(), None).await?;
        let own = found.map_or_else(PageWords::default, |found| found.document.words);
        Ok(Self::told(own.or(installed(name)), brand))
    }

    fn told(words: PageWords, brand: &Brand) -> Self {
        let plain = |text: &str| with_names(text, brand, str::to_owned);
        let steps = words.steps.iter().map(|step| Step {
            title: plain(&step.title),
            text: plain(&step.text),
        });
        let body = with_names(&words.body, brand, literal);
        Self {
            title: plain(&words.title),
            lede: plain(&words.lede),
            steps_heading: plain(&words.steps_heading),
            steps_lede: plain(&words.steps_lede),
            steps: steps.collect(),
            heading: plain(&words.heading),
            body: (!body.trim().is_empty()).then(|| Markup::of_markdown(&body)),
            call: plain(&words.call),
        }
    }
}

/// The text with the tenant's names where it leaves room for them.
fn with_names(text: &str, brand: &Brand, write: impl Fn(&str) -> String) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let name = after
            .split_once('}')
            .and_then(|(name, after)| Some((name_of(name, brand)?, after)));
        rest = match name {
            Some((name, after)) => {
                told.push_str(&write(name));
                after
            }
            None => {
                told.push('{');
                after
            }
        };
    }
    told.push_str(rest);
    told
}

fn name_of<'a>(name: &str, brand: &'a Brand) -> Option<&'a str> {
    match name {
        "name" => Some(&brand.name),
        "brokerage" => Some(&brand.brokerage),
        "agent" => Some(brand.answerer()),
        "promise" => Some(&brand.promise),
        _ => None,
    }
}

/// A name in Markdown, where a star in it is a star.
fn literal(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_punctuation() {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// What a page says where its tenant says nothing.
fn installed(name: PageName) -> &'static PageWords {
    static ALL: LazyLock<Vec<PageWords>> =
        LazyLock::new(|| PageName::ALL.iter().map(|name| read(source(*name))).collect());

    let place = PageName::ALL.iter().position(|known| *known == name);
    &ALL[place.expect("a name is one of all")]
}

const fn source(name: PageName) -> &'static str {
    match name {
        PageName::Home => include_str!("home.md"),
        PageName::About => include_str!("about.md"),
        PageName::Buy => include_str!("buy.md"),
        PageName::Sell => include_str!("sell.md"),
        PageName::Investing => include_str!("investing.md"),
        PageName::Privacy => include_str!("privacy.md"),
        PageName::Terms => include_str!("terms.md"),
        PageName::FairHousing => include_str!("fair-housing.md"),
        PageName::Accessibility => include_str!("accessibility.md"),
    }
}

/// A head in JSON, a line of dashes, and the text, as seeds are written.
fn read(source: &str) -> PageWords {
    let (head, body) = source.split_once("\n---\n").expect("it has a line of dashes");
    let words: PageWords = serde_json::from_str(head).expect("a test reads every head");
    PageWords {
        body: body.trim().to_owned(),
        ..words
    }
}
