//! What a tenant publishes on its site: towns and neighborhoods, posts, answers, what clients said, and
//! what the pages say that every site has.

mod document;
mod pages;
mod places;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use document::{Document, DocumentKind, Entry, RevisionStatus};
pub use pages::{PageName, PageWords, SitePage, Step};
pub use places::{Coordinates, Neighborhood, Scene, Town};

use crate::{Slug, text_enum::text_enum};

text_enum! {
    /// What a post is about.
    pub enum Category {
        /// What sold, for how much, and what that means.
        MarketUpdate = "market-update",
        /// What happens in the towns.
        Community = "community",
        /// What to do, and what to leave.
        RealEstateTips = "real-estate-tips",
        /// What happens in the business.
        News = "news",
        /// Homes as an investment.
        Investing = "investing",
        /// Shops, offices, land.
        Commercial = "commercial",
    }
}

impl Category {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::MarketUpdate => "Market updates",
            Self::Community => "Community",
            Self::RealEstateTips => "Buying and selling",
            Self::News => "News",
            Self::Investing => "Investing",
            Self::Commercial => "Commercial",
        }
    }
}

/// An article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Post {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its headline.
    pub title: String,
    /// One or two sentences that make somebody read on.
    pub summary: String,
    /// What it is about.
    pub category: Category,
    /// Who wrote it.
    pub author: String,
    /// The day it appeared.
    pub published_on: Date,
    /// The text, in Markdown.
    pub body: String,
    /// The towns it speaks of.
    #[serde(default)]
    pub related_towns: Vec<Slug>,
    /// What readers ask next.
    #[serde(default)]
    pub faqs: Vec<QuestionAndAnswer>,
}

/// Something people ask, and what one answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionAndAnswer {
    /// What people ask.
    pub question: String,
    /// The answer, in Markdown.
    pub answer: String,
}

/// A question about the business itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Faq {
    /// Its name in addresses.
    pub slug: Slug,
    /// What people ask.
    pub question: String,
    /// The answer, in Markdown.
    pub answer: String,
}

/// What a client said, in their own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Testimonial {
    /// Its name in lists.
    pub slug: Slug,
    /// The name as they allowed it to be shown.
    pub display_name: String,
    /// What they did with us, and when: "Bought in Wilton, 2025".
    pub context: String,
    /// The town it happened in.
    pub town: Option<Slug>,
    /// Their words.
    pub quote: String,
    /// Whether they allowed it to be shown.
    pub approved: bool,
}

#[cfg(test)]
mod tests;
