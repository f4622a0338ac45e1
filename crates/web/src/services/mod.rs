//! `/services/…`: what the business does for buyers, sellers and investors.

use askama::Template;
use axum::response::Response;
use server::{Failure, page};

use crate::{site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "services/buy.html")]
struct Buy {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "services/sell.html")]
struct Sell {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "services/investing.html")]
struct Investing {
    frame: Frame,
}

pub(crate) async fn buy(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Buy { frame })
}

pub(crate) async fn sell(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Sell { frame })
}

pub(crate) async fn investing(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Investing { frame })
}
