//! Whose CRM this is: found by the host, before anybody's session is looked at.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use server::{Facts, Failure, limits, tenancy::Resolved};
use types::{Hostname, TenantContext};

use crate::app::App;

const X_TENANT_SLUG: HeaderName = HeaderName::from_static("x-tenant-slug");
const X_TENANT_RESOLUTION: HeaderName = HeaderName::from_static("x-tenant-resolution");

/// Finds the tenant for everything further in, and says in the answer which one it was.
pub(crate) async fn find(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let resolved = match resolve(&app, Facts::of(&parts)).await {
        Ok(resolved) => resolved,
        Err(failure) => return failure.into_response(),
    };
    let context = resolved.context.clone();
    parts.extensions.insert(OfHost(resolved));
    let mut response = next.run(Request::from_parts(parts, body)).await;
    tell(&context, &mut response);
    response
}

async fn resolve(app: &App, facts: &Facts) -> Result<Arc<Resolved>, Failure> {
    // A host no name can have answers like one nobody has.
    let host = Hostname::from_host_header(facts.host.authority()).map_err(|_| Failure::NotFound)?;
    app.tenancy.resolve(&host).await
}

fn tell(context: &TenantContext, response: &mut Response) {
    let headers = response.headers_mut();
    let slug = HeaderValue::from_str(context.tenant_slug.as_str()).expect("a slug is ASCII");
    headers.insert(X_TENANT_SLUG, slug);
    headers.insert(
        X_TENANT_RESOLUTION,
        HeaderValue::from_static(context.source.as_str()),
    );
}

/// The tenant whose host was asked, for who is not signed in yet: taking it counts against the route's quota.
#[derive(Clone)]
pub(crate) struct OfHost(pub(crate) Arc<Resolved>);

impl OfHost {
    pub(crate) fn of(parts: &Parts) -> &Self {
        let found = parts.extensions.get();
        found.expect("every route is behind tenant::find")
    }
}

impl<S: Sync> FromRequestParts<S> for OfHost {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let of_host = Self::of(parts).clone();
        limits::enforce(parts, of_host.0.context.tenant_id.as_str())?;
        Ok(of_host)
    }
}
