//! What the pages of towns and of neighborhoods have in common.

use server::{FieldErrors, Filled, Submitted};
use types::{ThemePreset, WebsiteModule, facts::Place};

use crate::{
    app::App,
    modules::{self, Ask, Block, Number},
    site::SourceLine,
    visitor::Visitor,
};

/// The blocks of a page, in two groups: what stands above the prose, and what follows it.
pub(super) struct Blocks {
    pub(super) strip: Option<Block>,
    /// One number each of what follows, for the strip.
    pub(super) more: Vec<More>,
    pub(super) rest: Vec<Block>,
}

/// A number at a glance, and where it is told of at length.
pub(super) struct More {
    pub(super) number: Number,
    pub(super) anchor: String,
    /// Where it comes from, which is not where the strip's own three do.
    pub(super) source: SourceLine,
}

/// With the strip's own three, as many as one takes in at a glance.
const MORE: usize = 3;

impl Blocks {
    /// Before anything is known.
    pub(super) const fn none() -> Self {
        Self {
            strip: None,
            more: Vec::new(),
            rest: Vec::new(),
        }
    }

    /// The numbers at a glance go above the prose when the tenant has them first, as they are by default.
    fn of(mut blocks: Vec<Block>) -> Self {
        let is_strip = blocks
            .first()
            .is_some_and(|first| first.key == types::ModuleKey::AtAGlance);
        let strip = is_strip.then(|| blocks.remove(0));
        let more = blocks.iter().filter_map(|block| {
            Some(More {
                number: block.number.clone()?,
                anchor: block.anchor(),
                source: block.source.clone(),
            })
        });
        Self {
            more: match strip {
                Some(_) => more.take(MORE).collect(),
                None => Vec::new(),
            },
            strip,
            rest: blocks,
        }
    }

    /// All of them, as the list of sources names them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Block> {
        self.strip.iter().chain(&self.rest)
    }
}

/// Where a page is, for the modules it shows.
pub(super) struct Here<'a> {
    pub(super) place: &'a Place,
    pub(super) town: &'a str,
    pub(super) named: &'a str,
    pub(super) theme: ThemePreset,
    pub(super) path: &'a str,
    pub(super) params: &'a Submitted,
}

pub(super) async fn blocks(
    app: &App,
    visitor: &Visitor,
    wanted: &[WebsiteModule],
    here: &Here<'_>,
) -> Blocks {
    let ask = Ask {
        site: &visitor.site,
        facts: app.facts.as_ref(),
        place: here.place,
        listings: app.listings.as_ref(),
        town: here.town,
        named: here.named,
        theme: here.theme,
        params: here.params,
        path: here.path,
        now: app.clock.now(),
    };
    Blocks::of(modules::shown(&app.modules, wanted, &ask).await)
}

/// As many characters of its source a lead takes: fewer than the longest name of a place has.
const LONGEST_SOURCE: usize = 64;

/// The contact form as a place's page draws it: whoever reads the lead sees which page it was.
pub(super) fn form(source: &str) -> Filled {
    let source: String = source.chars().take(LONGEST_SOURCE).collect();
    let values = Submitted::default().with("source", source);
    Filled::new(values, FieldErrors::default())
}
