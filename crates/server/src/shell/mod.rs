//! The frame and the shell round the pages of the apps: what `layout/*.html` shows.

#[cfg(test)]
mod tests;

use std::convert::Infallible;

use askama::Template;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use futures::{FutureExt, future::BoxFuture};

use crate::{Assets, Facts, FailurePages, Problem, flash::Flash, page::Theme};

/// What every page of an app needs. A page's struct has it in the field `frame`.
#[derive(Clone)]
pub struct Frame {
    pub theme: Theme,
    pub flash: Option<Flash>,
    /// The path of the page, so that navigation can mark where one is.
    pub path: String,
    /// `Freehold CRM`, in every title.
    pub product: &'static str,
    /// Navigation and person, for pages that extend `layout/base.html`.
    pub shell: Option<Shell>,
    assets: Assets,
}

/// The sidebar of somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// Whose leads these are: the tenant, or `Freehold`.
    pub workspace: String,
    /// Where: the host, or `Operator console`.
    pub place: String,
    /// `Work`, `Platform`.
    pub nav_label: &'static str,
    pub nav: Vec<NavItem>,
    pub who: String,
    /// Address and role.
    pub who_note: String,
    /// The amber bar of the operators' console.
    pub is_console: bool,
    /// The red stripes and the banner while an operator looks in.
    pub support: Option<SupportBanner>,
}

/// Who looks in, for how long, and whether they only look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportBanner {
    pub who: String,
    pub on_behalf_of: String,
    pub minutes_left: i64,
    pub may_write: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub label: &'static str,
    /// A name of `layout/parts/icon.html`.
    pub icon: &'static str,
    pub count: Option<String>,
}

impl Shell {
    pub fn class(&self) -> &'static str {
        match (self.is_console, &self.support) {
            (true, _) => "shell shell-admin",
            (false, Some(_)) => "shell shell-support",
            (false, None) => "shell",
        }
    }

    pub fn monogram(&self) -> String {
        self.workspace
            .chars()
            .take(1)
            .flat_map(char::to_uppercase)
            .collect()
    }
}

/// The name of an app in its titles, and its files: what a [`Frame`] is made of.
#[derive(Clone)]
pub struct Look {
    pub product: &'static str,
    pub assets: Assets,
}

impl Frame {
    pub fn of(parts: &Parts, look: Look) -> Self {
        Self {
            theme: Theme::of(&parts.headers),
            flash: Flash::of(parts),
            path: parts.uri.path().to_owned(),
            product: look.product,
            shell: None,
            assets: look.assets,
        }
    }

    /// Puts the sidebar round it.
    pub fn in_shell(mut self, shell: Shell) -> Self {
        self.shell = Some(shell);
        self
    }

    /// Where a static file is served.
    pub fn asset(&self, file: &str) -> &str {
        self.assets.url(file)
    }

    /// Whether a link of the navigation leads to this page or to one above it.
    pub fn is_at(&self, path: &str) -> bool {
        let below = self.path.strip_prefix(path);
        let below = below.is_some_and(|rest| rest.starts_with('/'));
        self.path == path || (path != "/" && below)
    }

    /// The value of `data-theme`; nothing when the system decides.
    pub fn chosen_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.name())
    }
}

impl<S> FromRequestParts<S> for Frame
where
    S: Send + Sync,
    Look: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts, Look::from_ref(state)))
    }
}

#[derive(Template)]
#[template(path = "layout/failure.html")]
struct FailurePage<'a> {
    frame: Frame,
    problem: &'a Problem,
}

/// Failures in the look of an app, without its shell: who is asking may be unknown.
impl FailurePages for Look {
    fn page<'a>(&'a self, problem: &'a Problem, facts: &'a Facts) -> BoxFuture<'a, Option<String>> {
        let frame = Frame {
            theme: facts.theme,
            flash: None,
            path: problem.instance.clone(),
            product: self.product,
            shell: None,
            assets: self.assets.clone(),
        };
        std::future::ready(FailurePage { frame, problem }.render().ok()).boxed()
    }
}
