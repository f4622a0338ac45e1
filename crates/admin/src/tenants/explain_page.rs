//! Why a host leads where it leads, on a page.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, FieldErrors, Filled, Frame, Params, page};
use types::Hostname;

use super::{Explanation, SiteAnswer};
use crate::{app::App, operator::Operator, shell::console_shell, view::Badge};

#[derive(Template)]
#[template(path = "tenants/explain.html")]
struct ExplainPage {
    frame: Frame,
    form: Filled,
    found: Option<(Explanation, Badge)>,
}

/// Explains the host that is asked about, if one is.
pub(crate) async fn show(
    operator: Operator,
    State(app): State<App>,
    asked: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut errors = FieldErrors::default();
    let host = asked.filled("host").and_then(|text| {
        let parsed = Hostname::parse(text).map_err(|error| format!("The hostname {error}."));
        errors.keep("host", "invalid", parsed)
    });
    let found = match &host {
        None => None,
        Some(host) => {
            let fallback = app.tenant_fallback.as_ref();
            let found = super::explain(acting.db, acting.platform, host, (fallback, acting.now)).await?;
            let badge = badge(found.answer);
            Some((found, badge))
        }
    };
    page::private(&ExplainPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        form: Filled::new(asked.0, errors),
        found,
    })
}

const fn badge(answer: SiteAnswer) -> Badge {
    let (word, class) = match answer {
        SiteAnswer::Served => ("Visitors get the site", "badge badge-success"),
        SiteAnswer::Suspended => ("Visitors get 503", "badge badge-warning"),
        SiteAnswer::NotFound => ("Visitors get 404", "badge badge-danger"),
    };
    Badge { word, class }
}
