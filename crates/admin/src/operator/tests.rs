use axum::http::{Method, StatusCode};
use types::{AuditStatus, OperatorRole};

use super::{
    doors::{self, ROUTES},
    permission::RULES,
};
use crate::{surface, testing::Console};

/// The routes that ask nobody who they are.
const PUBLIC: [(Method, &str); 6] = [
    (Method::GET, "/sign-in"),
    (Method::POST, "/sign-in"),
    (Method::POST, "/sign-in/code"),
    (Method::POST, "/sign-out"),
    (Method::POST, "/api/session"),
    (Method::GET, "/api/openapi.json"),
];

#[test]
fn the_table_is_about_the_routes_there_are() {
    let mut routes: Vec<String> = surface()
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let mut table: Vec<String> = ROUTES.iter().map(|(route, _)| (*route).to_owned()).collect();
    routes.sort();
    table.sort();

    assert_eq!(table, routes);
}

#[test]
fn every_permission_has_one_rule_and_is_asked_for() {
    for (route, permission) in ROUTES {
        let rules = RULES.iter().filter(|rule| rule.permission == *permission);
        assert_eq!(rules.count(), 1, "{route} wants {permission:?}");
    }
    for rule in RULES {
        let asked = ROUTES
            .iter()
            .any(|(_, permission)| *permission == rule.permission);
        assert!(asked, "no route asks for {}", rule.name);
    }
}

#[test]
fn whatever_is_not_read_is_an_admins_or_supports_own_work_and_leaves_a_line() {
    for (route, permission) in ROUTES {
        let rule = permission.rule();
        let reads = route.starts_with("GET ");
        let own = rule.name == "session.own";
        assert_eq!(rule.action.is_none(), reads || own, "{route}");
        if rule.action.is_some() {
            let is_supports = ["support.start", "support.end"].contains(&rule.name);
            let roles: &[_] = match is_supports {
                true => &[OperatorRole::Admin, OperatorRole::Support],
                false => &[OperatorRole::Admin],
            };
            assert_eq!(rule.roles, roles, "{route}");
        }
    }
}

/// The table as `docs/permissions.md` prints it.
fn document() -> String {
    let roles = OperatorRole::ALL.iter().map(|role| role.as_str());
    let head: Vec<&str> = ["permission", "an operator with it may"]
        .into_iter()
        .chain(roles)
        .collect();
    let mut lines = vec![
        "# Who may do what in the console\n".to_owned(),
        "One table in `crates/admin/src/operator/permission.rs` drives the guard of every route, `GET /api/permissions`,"
            .to_owned(),
        "the console's page and this one; a test compares them.\n".to_owned(),
        format!("| {} |", head.join(" | ")),
        format!("|{}", "---|".repeat(head.len())),
    ];
    for rule in RULES {
        let ticks = OperatorRole::ALL
            .iter()
            .map(|role| if rule.roles.contains(role) { "yes" } else { "–" });
        let row: Vec<&str> = [rule.name, rule.words].into_iter().chain(ticks).collect();
        lines.push(format!("| {} |", row.join(" | ")));
    }
    lines.push("\n## Routes\n".to_owned());
    lines.push("| route | permission |".to_owned());
    lines.push("|---|---|".to_owned());
    for (route, permission) in ROUTES {
        lines.push(format!("| `{route}` | {} |", permission.rule().name));
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_documentation_prints_the_table() {
    assert_eq!(include_str!("../../../../docs/permissions.md"), document());
}

#[tokio::test]
async fn every_route_but_the_public_ones_wants_somebody_signed_in() {
    let console = Console::new().await;
    let table = surface();
    let guarded = table.iter().filter(|route| !PUBLIC.contains(route));

    for (method, path) in guarded {
        let stranger = console.stranger().with_header("accept", "application/json");
        let answer = stranger.send(method.clone(), path, None, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test]
async fn every_role_gets_from_every_route_what_the_table_says() {
    let console = Console::new().await;
    let table = surface();
    let guarded = table
        .iter()
        .filter(|route| !PUBLIC.contains(route) && route.1 != "/api/session");

    for role in OperatorRole::ALL.iter().copied() {
        let caller = console
            .signed_in(role)
            .await
            .with_header("accept", "application/json");
        for (method, path) in guarded.clone() {
            let rule = doors::of_route(method, path).unwrap().rule();
            let before = console.denials().await;
            let answer = caller.send(method.clone(), path, None, Vec::new()).await;
            let may = rule.roles.contains(&role);
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !may, "{role} {method} {path}: {}", answer.status);
            let noted: Vec<_> = console.denials().await.split_off(before.len());
            assert_eq!(noted.len(), usize::from(refused), "{role} {method} {path}");
            if refused {
                let problem = answer.json();
                assert_eq!(problem["error"], rule.refusal());
                assert_eq!(
                    (Some(noted[0].action), noted[0].status),
                    (rule.action, AuditStatus::Denied)
                );
            }
        }
    }
}

#[tokio::test]
async fn a_header_gives_no_role() {
    let console = Console::new().await;

    let stranger = console.stranger().with_header("x-admin-role", "admin");

    assert_eq!(
        stranger.get("/api/tenants").await.status,
        StatusCode::UNAUTHORIZED
    );
}
