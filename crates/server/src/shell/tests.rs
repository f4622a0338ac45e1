use askama::Template;
use axum::{extract::FromRef, http::StatusCode};

use super::{Frame, Look, NavItem, Shell};
use crate::{
    Assets, Edge, Facts, Failure, FieldErrors, Filled, Flash, Form, Health, Routes, Submitted,
    page::{self, Pager},
    telemetry::Metrics,
    testing::{Caller, settings},
};

#[derive(Template)]
#[template(
    source = r#"{% extends "layout/base.html" %}
{% import "layout/parts/field.html" as field %}
{% import "layout/parts/pager.html" as pager %}
{% import "layout/parts/empty.html" as empty %}
{% block title %}Leads{% endblock %}
{% block head %}<h1>Leads</h1>{% endblock %}
{% block content %}
<form class="form" method="post">
{{ field::required(form, "email", "E-mail", "email", "email", "") }}
{{ field::text(form, "name", "Name", "text", "name", "As you like to be called.") }}
{{ field::password(form, "password", "Password", "current-password", "") }}
{{ field::area(form, "message", "Message", 3, "") }}
{{ field::choice(form, "status", "Status", options, "") }}
</form>
{{ empty::show("search", "No lead matches", "Nothing here.", "Clear all filters", "/leads") }}
{{ pager::show(pager) }}
{% endblock %}"#,
    ext = "html"
)]
struct Leads {
    frame: Frame,
    form: Filled,
    options: Vec<(&'static str, &'static str)>,
    pager: Pager,
}

#[derive(Clone)]
struct App {
    look: Look,
}

impl FromRef<App> for Look {
    fn from_ref(app: &App) -> Self {
        app.look.clone()
    }
}

fn shell() -> Shell {
    Shell {
        workspace: "Fairfield <Baseline>".into(),
        place: "fairfield.localhost".into(),
        nav_label: "Work",
        nav: vec![
            NavItem {
                href: "/",
                label: "Dashboard",
                icon: "home",
                count: None,
            },
            NavItem {
                href: "/leads",
                label: "Leads",
                icon: "leads",
                count: Some("12".into()),
            },
        ],
        who: "Nora Whitfield".into(),
        who_note: "nora@example.com · owner".into(),
        is_console: false,
        support: None,
    }
}

async fn leads(frame: Frame) -> Result<axum::response::Response, Failure> {
    let mut errors = FieldErrors::default();
    errors.add("email", "invalid", "Write it like name@example.com.");
    let typed = Submitted::default()
        .with("email", "ana\"ruiz")
        .with("status", "won");
    page::refused(&Leads {
        frame: frame.in_shell(shell()),
        form: Filled::new(typed, errors),
        options: vec![("new", "New"), ("won", "Won")],
        pager: Pager {
            what: "leads",
            range: "1–50 of about 1,284".into(),
            previous: None,
            next: Some("/leads?offset=50".into()),
        },
    })
}

fn caller() -> Caller {
    let look = Look {
        product: "Freehold CRM",
        assets: Assets::shared(),
    };
    let routes = Routes::default()
        .get("/leads/{id}", leads)
        .post("/leads", async |facts: Facts, Form(_): Form| {
            Flash::success("Note saved.").on(page::see_other("/leads/1"), &facts)
        })
        .and(look.assets.router());
    let app = App { look: look.clone() };
    let health = Health::new(Metrics::install(), "1");
    let edge = Edge::new("crm", &settings(), health, routes.into_router(app)).failure_pages(look);
    Caller::at(&edge, "fairfield.localhost").with_header("x-request-id", "r1")
}

#[tokio::test]
async fn a_page_has_its_shell_its_fields_and_its_errors() {
    let answer = caller().get("/leads/1").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Their names change whenever they do.
    let assets = Assets::shared();
    let page = answer
        .text()
        .replace(assets.url("/app.css"), "/assets/app.HASH.css");
    let page = page.replace(assets.url("/favicon.svg"), "/assets/favicon.HASH.svg");
    insta::assert_snapshot!(page);
}

#[tokio::test]
async fn a_flash_is_shown_once() {
    let caller = caller();
    let answer = caller.post_form("/leads", &[("a", "b")]).await;
    assert_eq!(answer.redirect(), "/leads/1");
    let flash = r#"<div class="flash flash-success" role="status">"#;
    assert!(caller.get("/leads/1").await.text().contains(flash));
    assert!(!caller.get("/leads/1").await.text().contains(flash));
}

#[tokio::test]
async fn a_failure_has_the_look_of_the_app_and_the_chosen_theme() {
    let caller = caller().with_header("cookie", "theme=dark");
    let answer = caller.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text().contains(r#"<html lang="en" data-theme="dark">"#));
    assert!(answer.text().contains("<title>Not Found · Freehold CRM</title>"));
    assert!(answer.text().contains("Request r1"));
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_their_hash() {
    let url = Assets::shared().url("/app.css").to_owned();
    let answer = caller().get(&url).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "max-age=31536000, immutable");
    assert_eq!(answer.header("content-type"), "text/css");
    let font = caller().get("/assets/fonts/inter.woff2").await;
    assert_eq!(font.status, StatusCode::OK);
}
