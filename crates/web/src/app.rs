//! What every request to a website shares.

use std::{ops::Deref, sync::Arc};

use db::{Db, door::hosts::Site};
use server::{
    Assets, Context, Setbacks,
    form_token::FormTokens,
    mail::Letterbox,
    settings::{CrmUrl, ListingsProvider},
    tenancy::Tenancy,
};
use types::{Clock, Ids};

use crate::{
    alerts::StopLinks,
    kept::{KeptPages, Switches},
    listings,
    modules::{self, Asked, Module, Provider, Stored},
    site::{Brands, Prose},
    social::Pictures,
};

/// The state of the app. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

/// What [`App`] leads to.
pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// From host to tenant.
    pub(crate) tenancy: Tenancy,
    /// From tenant to what its site says and looks like.
    pub(crate) brands: Brands,
    /// What tenants wrote, rendered.
    pub(crate) prose: Prose,
    /// The blocks of a place's page, and where they hear what is known.
    pub(crate) modules: Arc<[Box<dyn Module>]>,
    pub(crate) facts: Box<dyn Provider>,
    /// Where homes for sale come from.
    pub(crate) listings: Box<dyn listings::Provider>,
    /// Pages that are the same for everybody.
    pub(crate) kept: KeptPages,
    /// What shared pages are announced with.
    pub(crate) pictures: Pictures,
    /// Which modules tenants show.
    pub(crate) switches: Switches,
    pub(crate) assets: Assets,
    pub(crate) form_tokens: FormTokens,
    pub(crate) stop_links: StopLinks,
    /// What went wrong lately of what is done without being asked.
    pub(crate) setbacks: Setbacks,
    /// Where messages are announced once they are written.
    pub(crate) letterbox: Letterbox,
    /// Search engines are let in only where visitors are real.
    pub(crate) in_production: bool,
    /// Whether there is a limit to how often, and how fast, somebody may write.
    pub(crate) limits_are_on: bool,
    port: u16,
    /// Where members reach their CRM, if anybody said.
    crm: Option<CrmUrl>,
}

impl App {
    pub(crate) fn new(context: &Context) -> Self {
        let settings = &context.settings;
        Self(Arc::new(Inner {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            ids: Arc::clone(&context.ids),
            tenancy: Tenancy::new(context.db.clone(), settings.tenant_fallback.clone()),
            brands: Brands::new(context.db.clone()),
            prose: Prose::new(),
            modules: modules::all(),
            facts: facts(context),
            listings: match context.settings.listings {
                ListingsProvider::Database => Box::new(listings::Stored::new(context.db.clone())),
            },
            kept: KeptPages::new(),
            pictures: Pictures::new(),
            switches: Switches::new(context.db.clone(), Arc::clone(&context.clock)),
            assets: Assets::shared().and(own_files()),
            form_tokens: FormTokens::new(&settings.secrets),
            stop_links: StopLinks::new(&settings.secrets),
            setbacks: Setbacks::default(),
            letterbox: Letterbox::default(),
            in_production: settings.stage.is_production(),
            limits_are_on: settings.rate_limit,
            port: settings.addresses.web.port(),
            crm: settings.crm_url.clone(),
        }))
    }

    /// Where a site is found, for links in messages that no request asks for.
    pub(crate) fn origin_of(&self, site: &Site) -> String {
        match self.in_production {
            true => format!("https://{}", site.primary),
            false => format!("http://{}:{}", site.primary, self.port),
        }
    }

    /// Where members of this tenant find a page of their CRM, for links in messages; none when nobody said.
    pub(crate) fn crm_page(&self, site: &Site, path: &str) -> Option<String> {
        self.crm.as_ref().map(|crm| crm.of(&site.primary, path))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Where modules hear what is known: in the database, and from those whose key the settings have.
fn facts(context: &Context) -> Box<dyn Provider> {
    let services = modules::services(&context.settings.places).unwrap_or_else(|error| {
        tracing::error!(error = &*error, "nobody outside can be asked about places");
        Vec::new()
    });
    match services.is_empty() {
        true => Box::new(Stored::new(context.db.clone())),
        false => {
            let clock = Arc::clone(&context.clock);
            Box::new(Asked::new(context.db.clone(), clock, services))
        }
    }
}

#[expect(
    unused_qualifications,
    reason = "the code memory_serve generates spells everything out"
)]
fn own_files() -> memory_serve::MemoryServe {
    memory_serve::load!()
}
