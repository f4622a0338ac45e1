//! What the law, or decency, asks a site to say: privacy, terms, fair housing, accessibility.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::response::Response;
use server::{Failure, page};

use crate::{site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "legal/privacy.html")]
struct Privacy {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "legal/terms.html")]
struct Terms {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "legal/fair_housing.html")]
struct FairHousing {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "legal/accessibility.html")]
struct Accessibility {
    frame: Frame,
}

pub(crate) async fn privacy(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Privacy { frame })
}

pub(crate) async fn terms(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Terms { frame })
}

pub(crate) async fn fair_housing(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&FairHousing { frame })
}

pub(crate) async fn accessibility(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Accessibility { frame })
}
