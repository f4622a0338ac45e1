//! What the lists of the API have in common: pages, and filters that are refused when nobody knows them.

use serde::Serialize;
use server::{FieldErrors, Params};
use types::{Page, Pagination, TenantId};

/// A list as the API answers it, under its own name.
pub(crate) fn answer<T: Serialize>(
    tenant_id: &TenantId,
    (name, rows): (&'static str, Page<T>),
    total: Option<i64>,
) -> serde_json::Value {
    let pagination = Pagination {
        total,
        ..Pagination::of(&rows)
    };
    serde_json::json!({ "tenantId": tenant_id, name: rows.items, "pagination": pagination })
}

/// A filter that is an id; what is none is noted as wrong.
pub(crate) fn id<T: std::str::FromStr>(params: &Params, name: &str, errors: &mut FieldErrors) -> Option<T> {
    let parsed = params
        .filled(name)?
        .parse()
        .map_err(|_| format!("{name} must be an id."));
    errors.keep(name, "invalid", parsed)
}
