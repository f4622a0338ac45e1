//! Text that is put into a page as it is: the only type a template does not escape, and the only makers of it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, LazyLock},
};

use ammonia::Builder;
use askama::{Template, filters::HtmlSafe};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde_json::Value;

/// The most of a text that is rendered. The longest of ours has a tenth of it; a book is no page.
const MOST: usize = 64 * 1024;

/// How deep lists and quotes may lie in each other. Making sense of deeper ones takes the square of their number.
const DEEPEST: usize = 24;

/// HTML of ours, or made harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Markup(Arc<str>);

impl Markup {
    /// What a tenant wrote in Markdown: rendered, then cleaned of everything that is not text.
    pub(crate) fn of_markdown(text: &str) -> Self {
        let parsed = Parser::new_ext(
            first(text, MOST),
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
        );
        let mut rendered = String::with_capacity(text.len() * 3 / 2);
        html::push_html(&mut rendered, shallow(parsed).map(lowered));
        Self(CLEANER.clean(&rendered).to_string().into())
    }

    /// The same without anything but its words: for those who show a text and no page.
    pub(super) fn plain(text: &str) -> String {
        let parsed = Parser::new_ext(
            first(text, MOST),
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
        );
        let mut words = String::with_capacity(text.len());
        for event in parsed {
            match event {
                Event::Text(text) | Event::Code(text) => words.push_str(&text),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                // Paragraphs, rows and cells stand apart.
                Event::End(end) if !is_within_a_line(end) => words.push(' '),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A part of a page that was drawn apart, escaped as every page is.
    pub(crate) fn of_template(part: &impl Template) -> askama::Result<Self> {
        part.render().map(|html| Self(html.into()))
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Data for programs inside `<script type="application/ld+json">`, where `<` would end it.
    pub(crate) fn of_json(data: &Value) -> Self {
        let json = data.to_string().replace('<', "\\u003c");
        Self(json.into())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

const fn is_within_a_line(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// The beginning of a text, cut where a letter ends.
fn first(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// Leaves out what lies deeper than anybody writes.
fn shallow<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0_usize;
    events.filter(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= DEEPEST
        }
        Event::End(_) => {
            depth -= 1;
            depth < DEEPEST
        }
        _ => true,
    })
}

/// A page has one first heading, and it is not in the text.
fn lowered(event: Event<'_>) -> Event<'_> {
    let below = |level| match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        _ => HeadingLevel::H3,
    };
    match event {
        Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) => Event::Start(Tag::Heading {
            level: below(level),
            id,
            classes,
            attrs,
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        other => other,
    }
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "del",
        "a",
        "blockquote",
        "code",
        "pre",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Custom(Box::new(own_path)))
        .link_rel(Some("noopener noreferrer"));
    cleaner
});

/// A link within the site stays; `//elsewhere` is not one.
fn own_path(url: &str) -> Option<Cow<'_, str>> {
    (server::page::own_path(url).is_some() || url.starts_with('#')).then_some(Cow::Borrowed(url))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(text: &str) -> String {
        Markup::of_markdown(text).to_string()
    }

    #[test]
    fn markdown_becomes_a_page() {
        assert_eq!(
            rendered("# A *town*\n\nWith **two** [stations](/contact).\n\n- one\n- two"),
            "<h2>A <em>town</em></h2>\n<p>With <strong>two</strong> <a href=\"/contact\" rel=\"noopener \
             noreferrer\">stations</a>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        );
    }

    #[test]
    fn hostile_markdown_becomes_harmless_text() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](//evil.example)",
            "<a href='data:text/html,x'>x</a>",
            "<style>body{}</style>",
            "<iframe src='https://evil.example'></iframe>",
            "![x](https://evil.example/pixel.gif)",
            "<p onclick='x()' style='position:fixed'>x</p>",
        ] {
            let html = rendered(text);
            for harm in [
                "<script",
                "<img",
                "javascript:",
                "//evil",
                "data:",
                "<style",
                "<iframe",
                "onclick",
                "style=",
            ] {
                assert!(!html.contains(harm), "{text} became {html}");
            }
        }
    }

    #[test]
    fn a_book_is_cut_where_a_letter_ends() {
        let text = "é".repeat(MOST);

        assert!(rendered(&text).len() < MOST + 20);
        assert!(
            rendered(&"> ".repeat(20_000)).len() < 20 * MOST,
            "quotes in quotes"
        );
    }

    #[test]
    fn a_text_without_its_marks_is_its_words() {
        let text = "No. See **[the towns](/towns)**, or\n`ask`.\n\n- one\n- two\n\n<b>x</b>";

        assert_eq!(Markup::plain(text), "No. See the towns, or ask. one two x");
    }

    #[test]
    fn data_cannot_leave_its_script() {
        let markup = Markup::of_json(&json!({ "name": "</script><b>" }));

        assert_eq!(markup.to_string(), r#"{"name":"\u003c/script>\u003cb>"}"#);
    }
}
