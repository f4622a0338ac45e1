//! What the lists of the API have in common: pages, cursors, and filters that are refused when nobody knows them.

use std::str::FromStr;

use heck::ToSnakeCase as _;
use serde::Serialize;
use server::{
    Facts, Failure, FieldErrors, Params, Secrets,
    cursor::{Cursors, Key, Place},
};
use types::{MOST_NAMED, Page, Pagination, TenantId};

/// A list as one tenant asked for it: what its answer and its cursors are made of.
pub(crate) struct Listing<'a> {
    /// The name of its rows in the answer; with the order, where its order can be chosen.
    name: &'static str,
    order: &'static str,
    tenant_id: &'a TenantId,
    secrets: &'a Secrets,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(
        (name, order): (&'static str, &'static str),
        tenant_id: &'a TenantId,
        facts: &'a Facts,
    ) -> Self {
        Self {
            name,
            order,
            tenant_id,
            secrets: facts.secrets(),
        }
    }

    /// Where the caller wants to go on, if it says so: what the list is sorted by, and the id.
    ///
    /// # Errors
    ///
    /// Malformed, for a cursor that is not one of this list of this tenant, unaltered.
    pub(crate) fn after<K: Key, Id: FromStr>(&self, params: &Params) -> Result<Option<(K, Id)>, Failure> {
        self.cursors().after(params)
    }

    /// The answer: the rows, and the way to those that follow. `place` says where a row stands in the order.
    pub(crate) fn answer<T, P: Place, Out: Serialize + From<T>>(
        &self,
        page: Page<T>,
        total: Option<i64>,
        place: impl Fn(&T) -> P,
    ) -> serde_json::Value {
        self.told(page, total, place, Out::from)
    }

    /// The same of rows that `out` tells.
    pub(crate) fn told<T, P: Place, Out: Serialize>(
        &self,
        page: Page<T>,
        total: Option<i64>,
        place: impl Fn(&T) -> P,
        out: impl FnMut(T) -> Out,
    ) -> serde_json::Value {
        let last = page.items.last().filter(|_| page.has_more);
        let pagination = Pagination {
            next_cursor: last.map(|row| self.cursors().sealed(place(row))),
            total,
            ..Pagination::of(&page)
        };
        let rows = page.map(out).items;
        serde_json::json!({ "tenantId": self.tenant_id, self.name: rows, "pagination": pagination })
    }

    fn cursors(&self) -> Cursors<'_> {
        Cursors::new(vec![self.tenant_id.as_str(), self.name, self.order], self.secrets)
    }
}

/// A filter that is an id; what is none is noted as wrong.
pub(crate) fn id<T: FromStr>(params: &Params, name: &str, errors: &mut FieldErrors) -> Option<T> {
    let parsed = params.filled(name)?.parse().map_err(|_| "must be an id");
    errors.keep_filter(name, "invalid", parsed)
}

/// The rows that a file is to have, if it names them.
///
/// # Errors
///
/// Invalid, for what is no id, and for too many.
pub(crate) fn named<T: FromStr>(params: &Params) -> Result<Option<Vec<T>>, Failure> {
    let ids: Result<Vec<T>, _> = params.all("id").map(str::parse).collect();
    match ids {
        Ok(ids) if ids.is_empty() => Ok(None),
        Ok(ids) if ids.len() <= MOST_NAMED => Ok(Some(ids)),
        Ok(_) => {
            let sentence = format!("Name at most {MOST_NAMED} rows.");
            Err(Failure::invalid("/id", "too_many", sentence))
        }
        Err(_) => Err(Failure::invalid("/id", "invalid", "The id must be an id.")),
    }
}

/// The parameters of a list in which nothing is wrong, and in words those in which something is.
pub(crate) fn known(params: Params, errors: &FieldErrors) -> (Params, Vec<String>) {
    const MOST: usize = 60;
    const MOST_WORDS: usize = 5;
    let wrong: Vec<_> = errors
        .iter()
        .map(|error| error.pointer.trim_start_matches('/'))
        .collect();
    if wrong.is_empty() {
        return (params, Vec::new());
    }
    let unknown = wrong.iter().map(|name| {
        let words = params.all(name).filter(|word| !word.trim().is_empty());
        let words = words.map(|word| format!("“{}”", word.chars().take(MOST).collect::<String>()));
        let words: Vec<_> = words.take(MOST_WORDS).collect();
        format!("{} {}", name.to_snake_case().replace('_', " "), words.join(", "))
    });
    let unknown = unknown.collect();
    let known = params.only(|name| !wrong.contains(&name));
    (Params(known), unknown)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use db::testing::a_member;
    use serde_json::{Value, json};
    use types::Role;

    use crate::testing::Crm;

    #[tokio::test]
    async fn a_filter_nobody_knows_is_refused_in_a_sentence_that_names_it() {
        let crm = Crm::new().await;
        let ann = crm.ann().await;
        for (path, name) in [
            ("/api/leads?status=zzz", "status"),
            ("/api/leads?leadType=zzz", "leadType"),
            ("/api/leads?contactId=zzz", "contactId"),
            ("/api/leads?needs=zzz", "needs"),
            ("/api/leads?createdFrom=zzz", "createdFrom"),
            ("/api/leads?sort=zzz", "sort"),
            ("/api/contacts?sort=zzz", "sort"),
            ("/api/activities?activityType=zzz", "activityType"),
            ("/api/reminders?status=zzz", "status"),
            ("/api/notices?status=zzz", "status"),
            ("/api/sources?period=zzz", "period"),
            ("/api/sources?from=zzz", "from"),
            ("/api/sources?sort=zzz", "sort"),
        ] {
            let refused = ann.get(path).await;
            assert_eq!(refused.status, 422, "{path}");
            let told = refused.json()["detail"].as_str().unwrap().to_owned();
            assert!(
                told.starts_with(&format!("The {name} must be ")),
                "{path}: {told}"
            );
            assert!(told.ends_with('.'), "{path}: {told}");
        }
    }

    #[tokio::test]
    async fn every_list_says_how_many_rows_it_has_when_asked() {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        let olgas_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        let (olga, ann) = (crm.at_fairfield("olga@example.com").await, crm.ann().await);
        let lead = crm.a_lead_of_ana().await;
        for (name, whose) in [("One", olgas_id), ("Two", crm.ann)] {
            let lead_of = format!("/api/leads/{}", lead.id);
            ann.patch_json(&lead_of, json!({ "assignedTo": whose })).await;
            let view = json!({ "name": name, "query": "status=new" });
            olga.post_json("/api/views", view).await;
            let token = json!({ "name": name, "scopes": ["leads:read"] });
            olga.post_json("/api/tokens", token).await;
            let wish = json!({ "leadIds": [lead.id], "status": "qualified" });
            olga.post_json("/api/bulk-edits", wish).await;
            let file = b"Name,E-mail\nBo,bo@example.com\n".to_vec();
            let to = "/api/imports?dryRun=true";
            olga.send(Method::POST, to, Some("text/csv"), file).await;
        }

        for (path, name, total) in [
            ("/api/views", "views", 2),
            ("/api/tokens", "tokens", 2),
            ("/api/bulk-edits", "bulkEdits", 2),
            ("/api/contacts/bulk-edits", "bulkEdits", 0),
            ("/api/imports", "imports", 2),
            ("/api/notices", "notices", 2),
        ] {
            let counted = olga.get(&format!("{path}?count=true&limit=1")).await.json();
            assert_eq!(counted["pagination"]["total"], json!(total), "{path}");
            assert_eq!(counted[name].as_array().unwrap().len(), total.min(1), "{path}");
            let way_on = counted["pagination"]["nextCursor"].as_str();
            assert_eq!(
                way_on.is_some(),
                total > 1,
                "{path}: a way on until the last page"
            );
            if let Some(cursor) = way_on {
                let next = olga.get(&format!("{path}?cursor={cursor}")).await.json();
                assert_eq!(next[name].as_array().unwrap().len(), 1, "{path}");
                assert_ne!(next[name][0]["id"], counted[name][0]["id"], "{path}");
                assert_eq!(next["pagination"]["nextCursor"], Value::Null, "{path}");
            }
            let uncounted = olga.get(path).await.json();
            assert_eq!(uncounted["pagination"]["total"], Value::Null, "{path}");
        }
    }
}
