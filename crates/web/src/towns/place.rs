//! What the pages of towns and of neighborhoods have in common.

use server::{FieldErrors, Filled, Submitted};
use types::{ThemePreset, WebsiteModule, facts::Place};

use crate::{
    app::App,
    modules::{self, Ask, Block},
    visitor::Visitor,
};

/// The blocks of a page, in two groups: what stands above the prose, and what follows it.
pub(super) struct Blocks {
    pub(super) strip: Option<Block>,
    pub(super) rest: Vec<Block>,
}

impl Blocks {
    /// The numbers at a glance go above the prose when the tenant has them first, as they are by default.
    fn of(mut blocks: Vec<Block>) -> Self {
        let is_strip = blocks
            .first()
            .is_some_and(|first| first.key == types::ModuleKey::AtAGlance);
        Self {
            strip: is_strip.then(|| blocks.remove(0)),
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

/// The contact form as a place's page draws it: whoever reads the lead sees which page it was.
pub(super) fn form(source: &str) -> Filled {
    let values = Submitted::default().with("source", source);
    Filled::new(values, FieldErrors::default())
}
