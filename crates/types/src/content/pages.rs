//! The pages that every site has, in the tenant's own words as far as it wrote some.

use serde::{Deserialize, Serialize};

use crate::{Slug, text_enum::text_enum};

text_enum! {
    /// A page whose words are the tenant's, or else the installation's.
    pub enum PageName {
        /// The front.
        Home = "home",
        /// Who this is.
        About = "about",
        /// What is done for buyers.
        Buy = "buy",
        /// What is done for sellers.
        Sell = "sell",
        /// What is done for investors.
        Investing = "investing",
        /// What is kept of visitors.
        Privacy = "privacy",
        /// What visitors can rely on.
        Terms = "terms",
        /// That everybody is welcome.
        FairHousing = "fair-housing",
        /// For whom the site works.
        Accessibility = "accessibility",
    }
}

impl PageName {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home page",
            Self::About => "About",
            Self::Buy => "Buying",
            Self::Sell => "Selling",
            Self::Investing => "Investing",
            Self::Privacy => "Privacy",
            Self::Terms => "Terms",
            Self::FairHousing => "Fair housing",
            Self::Accessibility => "Accessibility",
        }
    }

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::About => "/about",
            Self::Buy => "/services/buy",
            Self::Sell => "/services/sell",
            Self::Investing => "/services/investing",
            Self::Privacy => "/privacy",
            Self::Terms => "/terms",
            Self::FairHousing => "/fair-housing",
            Self::Accessibility => "/accessibility",
        }
    }

    /// Its name among a tenant's documents.
    pub fn slug(self) -> Slug {
        Slug::parse(self.as_str()).expect("a page's name is letters and a dash")
    }
}

/// A page as a tenant wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SitePage {
    /// Which page: the word of a [`PageName`].
    pub slug: Slug,
    /// What it says.
    pub words: PageWords,
}

impl SitePage {
    /// These words on this page.
    pub fn of(name: PageName, words: PageWords) -> Self {
        Self {
            slug: name.slug(),
            words,
        }
    }

    /// Which page it is. None for one that is no more.
    pub fn name(&self) -> Option<PageName> {
        self.slug.as_str().parse().ok()
    }
}

/// The words of a page. What is blank, the installation says in its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PageWords {
    /// Its heading.
    pub title: String,
    /// The sentence below it.
    pub lede: String,
    /// What stands above the steps.
    pub steps_heading: String,
    /// The sentence beside that.
    pub steps_lede: String,
    /// How one thing follows another.
    pub steps: Vec<Step>,
    /// What stands above the text.
    pub heading: String,
    /// The text, in Markdown.
    pub body: String,
    /// The line that asks visitors to write.
    pub call: String,
}

/// One of the steps of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// What is done.
    pub title: String,
    /// How.
    pub text: String,
}

impl PageWords {
    /// These words, and where there are none the other's.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let or = |own: String, others: &str| match own.trim().is_empty() {
            true => others.to_owned(),
            false => own,
        };
        Self {
            title: or(self.title, &other.title),
            lede: or(self.lede, &other.lede),
            steps_heading: or(self.steps_heading, &other.steps_heading),
            steps_lede: or(self.steps_lede, &other.steps_lede),
            steps: match self.steps.is_empty() {
                true => other.steps.clone(),
                false => self.steps,
            },
            heading: or(self.heading, &other.heading),
            body: or(self.body, &other.body),
            call: or(self.call, &other.call),
        }
    }
}
