//! A program's POST that names itself has its effect once.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use server::{Failure, idempotency};

use crate::{app::App, member::Member};

/// Routes whose answer is a secret, which is kept nowhere; and whoever signs in asks as nobody yet.
const TELL_SECRETS: [&str; 4] = [
    "/api/session",
    "/api/tokens",
    "/api/webhooks",
    "/api/webhooks/{id}/secret",
];

/// Which routes may be sent again.
pub(crate) fn may_be_sent_again(path: &str) -> bool {
    path.starts_with("/api/") && !TELL_SECRETS.contains(&path)
}

/// Answers what was asked before as it was answered then.
pub(crate) async fn once(
    State(app): State<App>,
    member: Option<Member>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let Some(member) = member.filter(|_| idempotency::is_named(&request)) else {
        return Ok(next.run(request).await);
    };
    let caller = idempotency::Caller {
        name: member.caller(),
        scope: member.scope,
    };
    Ok(idempotency::once(app.db, caller, app.clock.now(), request, next).await)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use db::answers::{self, Named};
    use jiff::SignedDuration;
    use serde_json::{Value, json};
    use server::testing::Answer;
    use types::Clock as _;

    use crate::testing::Crm;

    fn somebody() -> Value {
        json!({ "fullName": "Ana Ruiz", "email": "ana@example.com" })
    }

    fn replayed(answer: &Answer) -> bool {
        answer.header("idempotency-replayed") == "true"
    }

    #[tokio::test]
    async fn the_same_request_again_gets_the_same_answer_and_has_no_effect() {
        let crm = Crm::new().await;
        let ann = crm.ann().await.with_header("idempotency-key", "one");

        let first = ann.post_json("/api/contacts", somebody()).await;
        let again = ann.post_json("/api/contacts", somebody()).await;

        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
        assert!(!replayed(&first) && replayed(&again));
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        assert_eq!(again.header("etag"), "\"1\"");
        let all = ann.get("/api/contacts?count=true").await.json();
        assert_eq!(all["pagination"]["total"], json!(1));
    }

    #[tokio::test]
    async fn a_name_belongs_to_one_request_of_one_person_for_a_day() {
        let crm = Crm::new().await;
        let ann = crm.ann().await.with_header("idempotency-key", "one");
        let note = json!({ "summary": "Rang" });
        ann.post_json("/api/activities", note.clone()).await;

        let other_body = ann
            .post_json("/api/activities", json!({ "summary": "Wrote" }))
            .await;
        let other_path = ann.post_json("/api/leads", note.clone()).await;
        let hugo = crm.hugo().await.with_header("idempotency-key", "one");
        let neighbours = hugo.post_json("/api/activities", note.clone()).await;
        crm.clock.advance(SignedDuration::from_hours(25));
        let ann = crm.ann().await.with_header("idempotency-key", "one");
        let tomorrow = ann
            .post_json("/api/activities", json!({ "summary": "Wrote" }))
            .await;

        for refused in [other_body, other_path] {
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(refused.json()["errors"][0]["code"], "idempotency_key_reused");
        }
        for fine in [neighbours, tomorrow] {
            assert_eq!((fine.status, replayed(&fine)), (StatusCode::CREATED, false));
        }
    }

    #[tokio::test]
    async fn what_failed_leaves_the_name_free() {
        let crm = Crm::new().await;
        let ann = crm.ann().await.with_header("idempotency-key", "one");

        let refused = ann.post_json("/api/contacts", json!({ "fullName": "Ana" })).await;
        let corrected = ann.post_json("/api/contacts", somebody()).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(corrected.status, StatusCode::CREATED, "{}", corrected.text());
    }

    #[tokio::test]
    async fn what_was_never_answered_is_not_done_again() {
        let crm = Crm::new().await;
        let ann = crm.ann().await.with_header("idempotency-key", "one");
        ann.post_json("/api/contacts", somebody()).await;
        let now = crm.clock.now();
        db::testing::forget_kept_answers(&crm.test.db, &crm.fairfield).await;

        let meanwhile = ann.post_json("/api/contacts", somebody()).await;
        crm.clock.advance(SignedDuration::from_mins(5));
        let later = ann.post_json("/api/contacts", somebody()).await;

        assert_eq!(meanwhile.json()["code"], "idempotency_in_progress");
        assert_eq!(later.json()["code"], "idempotency_unknown");
        let named = Named {
            caller: crm.ann.to_string(),
            key_tag: String::new(),
            request_tag: String::new(),
        };
        answers::claim(&crm.test.db, &crm.fairfield, &named, now + answers::KEPT * 2)
            .await
            .unwrap();
        assert_eq!(answers::count(&crm.test.db, &crm.fairfield).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_key_that_says_nothing_is_refused_and_signing_in_keeps_none() {
        let crm = Crm::new().await;
        let ann = crm.ann().await.with_header("idempotency-key", " ");

        let blank = ann.post_json("/api/contacts", somebody()).await;
        let named = crm.ann().await.with_header("idempotency-key", "one");
        let credentials = crate::testing::credentials("ann@example.com");
        named.post_json("/api/session", credentials).await;

        assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(blank.json()["errors"][0]["code"], "idempotency_key_invalid");
        assert_eq!(answers::count(&crm.test.db, &crm.fairfield).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn the_description_speaks_of_names_where_answers_are_kept() {
        let description = Crm::new().await.ann().await.get("/api/openapi.json").await.json();
        let paths = description["paths"].as_object().unwrap().iter();
        for (path, methods) in paths.filter(|(_, methods)| methods.get("post").is_some()) {
            let mut parameters = methods["post"]["parameters"].as_array().unwrap().iter();
            let is_named = parameters.any(|parameter| parameter["name"] == "Idempotency-Key");
            assert_eq!(is_named, super::may_be_sent_again(path), "{path}");
        }
    }
}
