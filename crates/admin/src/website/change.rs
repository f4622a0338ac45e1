//! A change of a site, and what of it is refused.

use serde::Deserialize;
use server::FieldErrors;
use types::{ModuleKey, Patch, PostalAddress, Text, Website, WebsiteModule};

use super::{
    Site,
    theme::{self, ThemeChange},
    words::{self, PagesChange},
};
use crate::Refusal;

/// A change of a site; what is not mentioned stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebsiteChange {
    pub(crate) modules: Vec<ModuleChange>,
    pub(crate) theme: Option<ThemeChange>,
    pub(crate) copy: Option<CopyChange>,
    pub(crate) drafts: Option<DraftsChange>,
    pub(crate) privacy: Option<PrivacyChange>,
}

/// A change of what is kept of visits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PrivacyChange {
    /// Nothing, before a visitor said yes.
    pub(crate) strict: Option<bool>,
}

/// A change of what no visitor sees yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DraftsChange {
    pub(crate) pages: PagesChange,
    /// None to discard it.
    pub(crate) theme: Patch<ThemeChange>,
}

/// A change of one module.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModuleChange {
    pub(crate) key: ModuleKey,
    pub(crate) enabled: Option<bool>,
    pub(crate) sort_order: Option<u16>,
}

/// A change of the words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CopyChange {
    pub(crate) headline: Option<String>,
    pub(crate) tagline: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) agent_name: Option<String>,
    pub(crate) agent_title: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) brokerage: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) areas: Option<Vec<String>>,
    pub(crate) response_promise: Option<String>,
    /// Replaced as a whole; blank for none.
    pub(crate) postal_address: Option<PostalAddress>,
    /// Words of pages, published. A page that is published has no draft any more.
    pub(crate) pages: PagesChange,
}

/// More towns than any agent works in.
const MOST_AREAS: usize = 50;

impl WebsiteChange {
    /// Whether it mentions nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it, whatever the site is.
    pub(crate) fn mistakes(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (place, module) in self.modules.iter().enumerate() {
            if self.modules[..place]
                .iter()
                .any(|earlier| earlier.key == module.key)
            {
                let sentence = format!("{} is there twice.", module.key);
                errors.add(format!("/modules/{place}/key"), "twice", sentence);
            }
        }
        if let Some(copy) = &self.copy {
            copy.note_mistakes(&mut errors);
            words::note_mistakes(&copy.pages, "/copy/pages", &mut errors);
        }
        if let Some(drafts) = &self.drafts {
            words::note_mistakes(&drafts.pages, "/drafts/pages", &mut errors);
        }
        errors
    }

    /// The site after the change.
    pub(super) fn apply(&self, before: &Site) -> Result<Site, Refusal> {
        let mut after = before.clone();
        for change in &self.modules {
            after.set_module(change);
        }
        after
            .modules
            .sort_by_key(|module| (module.sort_order, module.key));
        if let Some(ThemeChange(parts)) = &self.theme {
            let worn = parts.applied_to(after.website.worn());
            theme::must_be_read(&worn)?;
            after.website.wear(worn);
            after.website.draft_theme = None;
        }
        if let Some(copy) = &self.copy {
            copy.apply(&mut after.website);
            after.pages = words::after(after.pages, &copy.pages);
            after.drafts.retain(|name, _| !copy.pages.contains_key(name));
        }
        if let Some(strict) = self.privacy.as_ref().and_then(|privacy| privacy.strict) {
            after.website.asks_first = strict;
        }
        if let Some(drafts) = &self.drafts {
            after.drafts = words::after(after.drafts, &drafts.pages);
            let begun = after.website.draft_theme.clone();
            let begun = begun.unwrap_or_else(|| after.website.worn());
            let theme = drafts
                .theme
                .clone()
                .map(|ThemeChange(parts)| parts.applied_to(begun));
            after.website.draft_theme = theme.apply(after.website.draft_theme);
        }
        Ok(after)
    }
}

impl Site {
    fn set_module(&mut self, change: &ModuleChange) {
        let found = self.modules.iter().position(|module| module.key == change.key);
        let place = found.unwrap_or_else(|| {
            // A module that was invented after the tenant was made.
            let sort_order = i64::try_from(self.modules.len()).unwrap_or_default();
            self.modules.push(WebsiteModule {
                key: change.key,
                enabled: false,
                sort_order,
            });
            self.modules.len() - 1
        });
        let module = &mut self.modules[place];
        module.enabled = change.enabled.unwrap_or(module.enabled);
        module.sort_order = change.sort_order.map_or(module.sort_order, i64::from);
    }
}

impl CopyChange {
    fn note_mistakes(&self, errors: &mut FieldErrors) {
        let mut line = |name: &str, text: &Option<String>, most: Most| {
            let Some(text) = text else { return };
            if text.trim().is_empty() {
                if most == Most::Headline {
                    errors.add(format!("/copy/{name}"), "required", format!("{name} is missing."));
                }
                return;
            }
            if let Err(error) = most.check(text) {
                errors.add(format!("/copy/{name}"), "invalid", format!("{name} {error}."));
            }
        };
        line("headline", &self.headline, Most::Headline);
        line("tagline", &self.tagline, Most::Sentence);
        line("about", &self.about, Most::Page);
        line("agentName", &self.agent_name, Most::Sentence);
        line("agentTitle", &self.agent_title, Most::Sentence);
        line("phone", &self.phone, Most::Sentence);
        line("email", &self.email, Most::Sentence);
        line("brokerage", &self.brokerage, Most::Sentence);
        line("license", &self.license, Most::Sentence);
        line("responsePromise", &self.response_promise, Most::Sentence);
        let address = self.postal_address.clone().unwrap_or_default();
        for (name, part) in address.parts() {
            line(
                &format!("postalAddress/{name}"),
                &Some(part.to_owned()),
                Most::Sentence,
            );
        }
        let areas = self.areas.as_deref().unwrap_or_default();
        for area in areas {
            line("areas", &Some(area.clone()), Most::Sentence);
        }
        note_gaps(&address, errors);
        if areas.len() > MOST_AREAS {
            errors.add(
                "/copy/areas",
                "too_many",
                format!("There are at most {MOST_AREAS} areas."),
            );
        }
    }

    fn apply(&self, website: &mut Website) {
        let set = |into: &mut String, change: &Option<String>| {
            if let Some(text) = change {
                text.trim().clone_into(into);
            }
        };
        set(&mut website.headline, &self.headline);
        set(&mut website.tagline, &self.tagline);
        set(&mut website.about, &self.about);
        set(&mut website.agent_name, &self.agent_name);
        set(&mut website.agent_title, &self.agent_title);
        set(&mut website.phone, &self.phone);
        set(&mut website.email, &self.email);
        set(&mut website.brokerage, &self.brokerage);
        set(&mut website.license, &self.license);
        set(&mut website.response_promise, &self.response_promise);
        if let Some(address) = &self.postal_address {
            let trimmed = |text: &str| text.trim().to_owned();
            website.postal_address = PostalAddress {
                street: trimmed(&address.street),
                city: trimmed(&address.city),
                state: trimmed(&address.state),
                zip: trimmed(&address.zip),
            };
        }
        if let Some(areas) = &self.areas {
            let said = areas
                .iter()
                .map(|area| area.trim())
                .filter(|area| !area.is_empty());
            website.areas = said.map(str::to_owned).collect();
        }
    }
}

/// A letter needs all of an address.
fn note_gaps(address: &PostalAddress, errors: &mut FieldErrors) {
    if address.is_blank() {
        return;
    }
    for (name, part) in address.parts() {
        if part.trim().is_empty() {
            let sentence = format!("{name} is missing: letters need the whole address.");
            errors.add(format!("/copy/postalAddress/{name}"), "required", sentence);
        }
    }
}

/// How long a text may be: what still looks well on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Most {
    Headline,
    Sentence,
    Page,
}

impl Most {
    fn check(self, text: &str) -> Result<(), types::TextError> {
        match self {
            Self::Headline => Text::<120>::parse(text).map(drop),
            Self::Sentence => Text::<300>::parse(text).map(drop),
            Self::Page => Text::<5_000>::parse(text).map(drop),
        }
    }
}
