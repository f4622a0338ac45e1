//! `GET /accent/{file}`: a colour as a style, for sites whose links and buttons have one of their own.
//!
//! It is named by the colour and is everybody's: whose it is stands on the page that asks for it.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use server::{Failure, Path};
use types::Colour;

/// A colour never becomes another one.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Where the style of a colour is served.
pub(super) fn href(accent: Colour) -> String {
    format!("/accent/{}.css", accent.to_string().trim_start_matches('#'))
}

/// Answers with the style.
pub(crate) async fn show(Path(file): Path<String>) -> Result<Response, Failure> {
    let digits = file.strip_suffix(".css").ok_or(Failure::NotFound)?;
    let colour: Colour = format!("#{digits}").parse().map_err(|_| Failure::NotFound)?;
    if href(colour) != format!("/accent/{file}") {
        return Err(Failure::NotFound);
    }
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    Ok((
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)],
        format!(":root {{ --site-day: {colour}; }}\n"),
    )
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_colour_in_its_one_spelling_is_there() {
        let of = async |file: &str| show(Path(file.to_owned())).await.is_ok();

        assert!(of("2b3467.css").await);
        for file in ["2B3467.css", "2b3467", "red.css", "2b346.css", "#2b3467.css"] {
            assert!(!of(file).await, "{file}");
        }
    }
}
