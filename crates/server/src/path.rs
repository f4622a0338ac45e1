//! The parameters of a path. One that is not even an id is nobody's, like an id nobody has.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::Failure;

/// The parameters of a path: `Path(lead_id): Path<LeadId>`.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        // Nothing is called that, and PostgreSQL could not even be asked.
        if parts.uri.path().contains("%00") {
            return Err(Failure::NotFound);
        }
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        // 404, not 400: `/leads/nonsense` must look like a lead that does not exist.
        path.map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Failure::NotFound)
    }
}
