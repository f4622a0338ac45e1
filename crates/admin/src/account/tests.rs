use axum::http::StatusCode;
use db::platform::second_factors;
use jiff::SignedDuration;
use serde_json::json;
use server::{second_factor::SecondFactor, testing::Caller};
use types::{Clock as _, OperatorId, OperatorRole};

use crate::testing::{Console, PASSWORD, credentials};

/// The admin, and what their authenticator app knows.
struct Admin {
    console: Console,
    browser: Caller,
    id: OperatorId,
}

impl Admin {
    async fn new() -> Self {
        Self::at(Console::new().await).await
    }

    async fn at(console: Console) -> Self {
        let browser = console.admin().await;
        let id = browser.get("/api/session").await.json()["userId"].clone();
        Self {
            id: id.as_str().unwrap().parse().unwrap(),
            console,
            browser,
        }
    }

    /// With an app that was set up, and the recovery codes.
    async fn enrolled() -> (Self, Vec<String>) {
        let admin = Self::new().await;
        let codes = admin.enrol().await;
        (admin, codes)
    }

    async fn enrol(&self) -> Vec<String> {
        let begun = self.browser.post_form("/account/second-factor", &[]).await;
        assert_eq!(begun.redirect(), "/account#scan");
        let code = self.code().await;
        let confirmed = self
            .browser
            .post_form("/account/second-factor/confirm", &[("code", &code)])
            .await;
        recovery_codes(confirmed.page())
    }

    /// What the app shows now.
    async fn code(&self) -> String {
        let platform = self.console.shell().platform.clone();
        let mut tx = self.console.test.db.read(&platform).await.unwrap();
        let stored = second_factors::find(&mut tx, &platform, self.id)
            .await
            .unwrap()
            .unwrap();
        let factor = SecondFactor::of(&self.console.secrets, &self.id.to_string(), &stored.salt);
        factor.code_at(self.console.clock.now())
    }

    /// A new code: each passes once.
    async fn next_code(&self) -> String {
        self.console.clock.advance(SignedDuration::from_secs(30));
        self.code().await
    }

    /// Signs in by the form as far as the code is asked for. The ticket.
    async fn ticket(&self, stranger: &Caller) -> String {
        let fields = [
            ("email", "admin@freehold.example"),
            ("password", PASSWORD),
            ("next", "/audit"),
        ];
        let page = stranger.post_form("/sign-in", &fields).await;
        let page = page.page();
        let (_, ticket) = page
            .split_once("name=\"ticket\" value=\"")
            .expect("the code is asked for");
        ticket.split('"').next().unwrap().to_owned()
    }

    async fn show(&self, stranger: &Caller, code: &str) -> server::testing::Answer {
        let ticket = self.ticket(stranger).await;
        let fields = [("ticket", ticket.as_str()), ("code", code), ("next", "/audit")];
        stranger.post_form("/sign-in/code", &fields).await
    }
}

fn recovery_codes(page: &str) -> Vec<String> {
    page.split("<li class=\"mono\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_app_is_set_up_and_asked_for_from_then_on() {
    let (admin, codes) = Admin::enrolled().await;
    let stranger = admin.console.stranger();

    let ticket = admin.ticket(&stranger).await;
    let out_there = stranger.get("/audit").await;
    let code = admin.next_code().await;
    let fields = [
        ("ticket", ticket.as_str()),
        ("code", code.as_str()),
        ("next", "/audit"),
    ];
    let inside = stranger.post_form("/sign-in/code", &fields).await;

    assert_eq!(codes.len(), 10);
    assert_eq!(
        out_there.status,
        StatusCode::SEE_OTHER,
        "the password alone opens nothing"
    );
    assert_eq!(inside.redirect(), "/audit");
    stranger.get("/audit").await.page();
    let account = admin.browser.get("/account").await;
    assert!(account.page().contains("10 recovery codes are left."));
    assert!(!account.text().contains(&codes[0]), "codes are told once");
}

#[tokio::test]
async fn a_code_passes_once_and_a_wrong_one_never() {
    let (admin, _) = Admin::enrolled().await;
    let used = admin.code().await;

    let replayed = admin.show(&admin.console.stranger(), &used).await;
    let wrong = admin.show(&admin.console.stranger(), "000000").await;
    let code = admin.next_code().await;
    let first = admin.show(&admin.console.stranger(), &code).await;
    let second = admin.show(&admin.console.stranger(), &code).await;

    for refused in [replayed, wrong, second] {
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.text().contains("That code is not right"));
    }
    assert_eq!(first.redirect(), "/audit");
    let denied = admin.console.denials().await;
    assert_eq!(denied.len(), 3);
    assert_eq!(denied[0].details, json!({ "shown": "code" }));
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let (admin, codes) = Admin::enrolled().await;
    let typed = codes[3].to_uppercase().replace('-', " ");

    let first = admin.show(&admin.console.stranger(), &typed).await;
    let second = admin.show(&admin.console.stranger(), &typed).await;

    assert_eq!(first.redirect(), "/audit");
    assert_eq!(second.status, StatusCode::UNAUTHORIZED);
    let account = admin.browser.get("/account").await;
    assert!(account.page().contains("9 recovery codes are left."));
}

#[tokio::test]
async fn a_program_shows_its_code_beside_the_password() {
    let (admin, _) = Admin::enrolled().await;
    let program = admin.console.stranger();
    let mut claim = credentials(OperatorRole::Admin);

    let asked = program.post_json("/api/session", claim.clone()).await;
    claim["code"] = json!("000000");
    let wrong = program.post_json("/api/session", claim.clone()).await;
    claim["code"] = json!(admin.next_code().await);
    let inside = program.post_json("/api/session", claim).await;

    assert_eq!(
        (asked.status, wrong.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    assert_eq!(asked.json()["code"], "second_factor_required");
    assert_eq!(wrong.json()["code"], "wrong_credentials");
    assert_eq!(inside.status, StatusCode::OK, "{}", inside.text());
}

#[tokio::test]
async fn a_ticket_is_for_five_minutes_and_cannot_be_made_up() {
    let (admin, _) = Admin::enrolled().await;
    let stranger = admin.console.stranger();
    let ticket = admin.ticket(&stranger).await;
    admin.console.clock.advance(SignedDuration::from_mins(5));

    let code = admin.code().await;
    let late = stranger
        .post_form("/sign-in/code", &[("ticket", &ticket), ("code", &code)])
        .await;
    let forged = format!("{}.1.00", admin.id);
    let forged = stranger
        .post_form("/sign-in/code", &[("ticket", &forged), ("code", &code)])
        .await;

    assert_eq!((late.redirect(), forged.redirect()), ("/sign-in", "/sign-in"));
}

#[tokio::test]
async fn guessing_codes_is_stopped_after_ten() {
    let admin = Admin::at(Console::with(&[("RATE_LIMIT", "on")]).await).await;
    admin.enrol().await;
    let stranger = admin.console.stranger();
    let ticket = admin.ticket(&stranger).await;
    let guess = [("ticket", ticket.as_str()), ("code", "000000")];

    // Setting up the app was the first.
    for _ in 0..9 {
        let refused = stranger.post_form("/sign-in/code", &guess).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }

    let stopped = stranger.post_form("/sign-in/code", &guess).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn codes_are_renewed_and_the_app_turned_off_with_a_code() {
    let (admin, old) = Admin::enrolled().await;
    let form = |code: &str| [("code", code.to_owned())];
    let post = async |path: &str, code: &str| {
        let fields = form(code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, code)| (*name, code.as_str())).collect();
        admin.browser.post_form(path, &fields).await
    };

    let refused = post("/account/second-factor/codes", "000000").await;
    let renewed = post("/account/second-factor/codes", &admin.next_code().await).await;
    let with_old = post("/account/second-factor/off", &old[0]).await;
    let off = post("/account/second-factor/off", &admin.next_code().await).await;
    let alone = admin
        .console
        .stranger()
        .post_json("/api/session", credentials(OperatorRole::Admin))
        .await;

    assert_eq!(refused.redirect(), "/account");
    let new = recovery_codes(renewed.page());
    assert_eq!(new.len(), 10);
    assert!(!new.contains(&old[0]));
    assert_eq!((with_old.redirect(), off.redirect()), ("/account", "/account"));
    assert_eq!(alone.status, StatusCode::OK, "the password alone signs in again");
    let told: Vec<String> = admin.console.trail().await;
    assert_eq!(
        told.iter()
            .filter(|line| line.contains("succeeded"))
            .collect::<Vec<_>>(),
        [
            "admin operator.second_factor.on succeeded -",
            "admin operator.recovery_codes.renew succeeded -",
            "admin operator.second_factor.off succeeded -",
        ]
    );
}

#[tokio::test]
async fn whoever_has_a_shell_lets_the_last_admin_back_in() {
    let (admin, _) = Admin::enrolled().await;
    let password = server::password::NewPassword::parse("another horse battery").unwrap();
    let email = "admin@freehold.example".parse().unwrap();

    super::recover(&admin.console.shell(), &email, password)
        .await
        .unwrap();

    assert_eq!(
        admin.browser.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    let claim = json!({ "email": email, "password": "another horse battery" });
    let back = admin.console.stranger().post_json("/api/session", claim).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
}
