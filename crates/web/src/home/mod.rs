//! `/`: who this is, and the two things a visitor may want: a value, or an answer.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::response::Response;
use server::{Failure, page};

use crate::{site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    frame: Frame,
}

pub(crate) async fn page(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Home { frame })
}
