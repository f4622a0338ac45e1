//! `/services/…`: what the business does for buyers, sellers and investors.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, page};
use types::content::PageName;

use crate::{app::App, site::Frame, visitor::Visitor, words::Words};

#[derive(Template)]
#[template(path = "services/page.html")]
struct Service {
    frame: Frame,
    words: Words,
    eyebrow: &'static str,
    /// What search engines show.
    title: &'static str,
    /// Where the last line leads, and what the way there is called.
    action: (&'static str, &'static str),
}

pub(crate) async fn buy(visitor: Visitor, State(app): State<App>, frame: Frame) -> Result<Response, Failure> {
    page::public(&Service {
        words: Words::of(&app, &visitor, &frame.brand, PageName::Buy).await?,
        frame,
        eyebrow: "Buying",
        title: "Buying a home",
        action: ("/contact", "Tell us"),
    })
}

pub(crate) async fn sell(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::public(&Service {
        words: Words::of(&app, &visitor, &frame.brand, PageName::Sell).await?,
        frame,
        eyebrow: "Selling",
        title: "Selling your home",
        action: ("/home-value", "See the range"),
    })
}

pub(crate) async fn investing(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::public(&Service {
        words: Words::of(&app, &visitor, &frame.brand, PageName::Investing).await?,
        frame,
        eyebrow: "Investing",
        title: "Investing in homes",
        action: ("/contact", "Tell us"),
    })
}
