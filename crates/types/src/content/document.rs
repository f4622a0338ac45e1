//! What all published things have in common: a kind, a name within it, and revisions of which one is shown.

use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};

use super::{Faq, Neighborhood, Post, SitePage, Testimonial, Town};
use crate::{Slug, text_enum::text_enum};

text_enum! {
    /// What a document is.
    pub enum DocumentKind {
        /// A town.
        Town = "town",
        /// A part of a town.
        Neighborhood = "neighborhood",
        /// An article.
        Post = "post",
        /// A question about the business.
        Faq = "faq",
        /// What a client said.
        Testimonial = "testimonial",
        /// A page that every site has.
        Page = "page",
    }
}

text_enum! {
    /// Where a revision of a document stands. A document has at most one draft and one that is published.
    pub enum RevisionStatus {
        /// Being written; no visitor sees it.
        Draft = "draft",
        /// What visitors see.
        Published = "published",
        /// What was one of the two before.
        Superseded = "superseded",
    }
}

/// Where a document stands among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name.
    pub slug: &'a Slug,
    /// The town it lies in; names are unique within it.
    pub town: Option<&'a Slug>,
    /// What lists narrow by.
    pub category: Option<&'static str>,
    /// The day that lists are sorted by, newest first.
    pub dated: Option<Date>,
}

/// Something a tenant publishes.
pub trait Document: Serialize + DeserializeOwned + Send + Sync {
    /// What it is.
    const KIND: DocumentKind;

    /// Where it stands among its kind.
    fn entry(&self) -> Entry<'_>;
}

impl Document for Town {
    const KIND: DocumentKind = DocumentKind::Town;

    fn entry(&self) -> Entry<'_> {
        by_name(&self.slug)
    }
}

impl Document for Neighborhood {
    const KIND: DocumentKind = DocumentKind::Neighborhood;

    fn entry(&self) -> Entry<'_> {
        Entry {
            town: Some(&self.town),
            ..by_name(&self.slug)
        }
    }
}

impl Document for Post {
    const KIND: DocumentKind = DocumentKind::Post;

    fn entry(&self) -> Entry<'_> {
        Entry {
            category: Some(self.category.as_str()),
            dated: Some(self.published_on),
            ..by_name(&self.slug)
        }
    }
}

impl Document for Faq {
    const KIND: DocumentKind = DocumentKind::Faq;

    fn entry(&self) -> Entry<'_> {
        by_name(&self.slug)
    }
}

impl Document for Testimonial {
    const KIND: DocumentKind = DocumentKind::Testimonial;

    fn entry(&self) -> Entry<'_> {
        by_name(&self.slug)
    }
}

impl Document for SitePage {
    const KIND: DocumentKind = DocumentKind::Page;

    fn entry(&self) -> Entry<'_> {
        by_name(&self.slug)
    }
}

const fn by_name(slug: &Slug) -> Entry<'_> {
    Entry {
        slug,
        town: None,
        category: None,
        dated: None,
    }
}
