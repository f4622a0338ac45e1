//! A program's POST that names itself has its effect once.

use axum::{
    extract::{FromRequestParts as _, Request, State},
    middleware::Next,
    response::Response,
};
use server::{Failure, idempotency};

use crate::{app::App, operator::Operator};

/// Which routes may be sent again. Those whose answer is a secret may not: it would be kept.
pub(crate) fn may_be_sent_again(path: &str) -> bool {
    let tells_a_secret = [
        "/session",
        "/members",
        "/payload",
        "/support-sessions",
        "/operators",
    ];
    path.starts_with("/api/") && !tells_a_secret.iter().any(|end| path.ends_with(end))
}

/// Answers what was asked before as it was answered then.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Result<Response, Failure> {
    if !idempotency::is_named(&request) {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let operator = Operator::from_request_parts(&mut parts, &app).await?;
    let caller = idempotency::Caller {
        name: operator.profile().id.to_string(),
        scope: operator.scope(),
    };
    let request = Request::from_parts(parts, body);
    Ok(idempotency::once(app.db, caller, app.clock.now(), request, next).await)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use types::OperatorRole;

    use crate::testing::{Console, acme};

    #[tokio::test]
    async fn a_tenant_that_is_provisioned_twice_under_one_name_is_made_once() {
        let console = Console::new().await;
        let admin = console.admin().await.with_header("idempotency-key", "one");

        let first = admin.post_json("/api/tenants", acme()).await;
        let again = admin.post_json("/api/tenants", acme()).await;

        assert_eq!(
            (first.status, again.status),
            (StatusCode::CREATED, StatusCode::CREATED)
        );
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(first.json(), again.json());
        assert_eq!(console.trail().await.len(), 2, "it was allowed and made once");
    }

    #[tokio::test]
    async fn a_name_gives_no_role_and_a_denial_is_told_once() {
        let console = Console::new().await;
        let viewer = console
            .signed_in(OperatorRole::Viewer)
            .await
            .with_header("idempotency-key", "one");

        let denied = viewer.post_json("/api/tenants", acme()).await;

        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        assert_eq!(console.denials().await.len(), 1);
    }

    #[tokio::test]
    async fn the_description_speaks_of_names_where_answers_are_kept() {
        let description = Console::new()
            .await
            .admin()
            .await
            .get("/api/openapi.json")
            .await
            .json();
        let paths = description["paths"].as_object().unwrap().iter();
        for (path, methods) in paths.filter(|(_, methods)| methods.get("post").is_some()) {
            let mut parameters = methods["post"]["parameters"].as_array().unwrap().iter();
            let is_named = parameters.any(|parameter| parameter["name"] == "Idempotency-Key");
            assert_eq!(is_named, super::may_be_sent_again(path), "{path}");
        }
    }
}
