//! `/settings/tokens`: who may act here without signing in, and a form for the next.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::api_tokens;
use jiff::SignedDuration;
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    page::{self, Pager},
};
use types::{ApiScope, ApiToken, ApiTokenId, Text, TokenState};

use super::keep::{self, NewToken};
use crate::{app::App, member::Owner, workspace::Workspace, zone::When};

/// Days that a token lives, as the form offers them; the last is for good.
const LIVES: [(&str, &str); 4] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("365", "A year"),
    ("never", "Until it is revoked"),
];

#[derive(Template)]
#[template(path = "tokens/list.html")]
struct List {
    frame: Frame,
    /// The secret of the token that was just made, and what the token is called.
    made: Option<(String, String)>,
    tokens: Vec<Row>,
    pager: Pager,
    form: Filled,
    scopes: Vec<Choice>,
    scopes_error: Option<String>,
    lives: Vec<(&'static str, &'static str)>,
}

/// A token.
struct Row {
    id: String,
    name: String,
    prefix: String,
    scopes: Vec<&'static str>,
    made_by: String,
    made: When,
    last_used: Option<When>,
    /// `Until 3 May 2026`.
    end: String,
    badge: (&'static str, &'static str),
    is_revoked: bool,
}

/// A scope to tick.
struct Choice {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "tokens/revoke.html")]
struct Sure {
    frame: Frame,
    id: String,
    name: String,
    prefix: String,
    last_used: Option<When>,
}

/// Shows the tokens. To owners only.
pub(crate) async fn list(
    _: Owner,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let untouched = Submitted::default().with("life", "90");
    let form = Filled::new(untouched, FieldErrors::default());
    page::private(&load(&app, &workspace, &params, form).await?)
}

/// Makes a token. Its secret stands on the answer and nowhere else, so the answer is no redirect.
pub(crate) async fn create(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let name = Text::<60>::parse(typed.get("name")).map_err(|error| format!("The name {error}."));
    let name = errors.keep("name", "invalid", name);
    let scopes: Vec<ApiScope> = typed.all("scopes").filter_map(|word| word.parse().ok()).collect();
    if scopes.is_empty() {
        errors.add("scopes", "required", "Tick at least one thing that it may do.");
    }
    let days = match typed.get("life") {
        "never" => None,
        days => Some(
            days.parse::<i64>()
                .ok()
                .filter(|days| (1..=3_650).contains(days))
                .unwrap_or(90),
        ),
    };
    let name = match name {
        Some(name) if !scopes.is_empty() => name,
        _ => {
            let filled = Filled::new(typed, errors);
            return page::refused(&load(&app, &workspace, &Params::default(), filled).await?);
        }
    };
    let wanted = NewToken {
        name: name.into_string(),
        scopes,
        expires_at: days.map(|days| workspace.now + SignedDuration::from_hours(24 * days)),
    };
    let (token, secret) = keep::make(&app, &owner, wanted).await?;
    let untouched = Filled::new(Submitted::default().with("life", "90"), FieldErrors::default());
    let list = load(&app, &workspace, &Params::default(), untouched).await?;
    page::private(&List {
        made: Some((token.name, secret.exposed().to_owned())),
        ..list
    })
}

/// Asks whether a token is to be revoked.
pub(crate) async fn ask(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = api_tokens::find(&mut tx, &owner.scope, id).await?;
    let token = found.ok_or(Failure::NotFound)?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Sure {
        frame: workspace.framed(&counts),
        id: token.id.to_string(),
        name: token.name,
        prefix: token.prefix,
        last_used: token
            .last_used_at
            .map(|at| workspace.zone.when(at, workspace.now)),
    })
}

/// Revokes it.
pub(crate) async fn revoke(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Result<Response, Failure> {
    let token = keep::revoke(&app, &owner, id).await?;
    let told = format!("{} opens nothing any more.", token.name);
    Ok(Flash::success(told).on(page::see_other("/settings/tokens"), &workspace.facts))
}

async fn load(app: &App, workspace: &Workspace, params: &Params, form: Filled) -> Result<List, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = api_tokens::list(&mut tx, scope, None, params.page()).await?;
    Ok(List {
        frame: workspace.framed(&counts),
        made: None,
        pager: Pager::of("tokens", ("/settings/tokens", params), &found, None),
        tokens: found
            .items
            .into_iter()
            .map(|token| row(token, workspace))
            .collect(),
        scopes: ApiScope::ALL
            .iter()
            .map(|scope| Choice {
                word: scope.as_str(),
                label: scope.label(),
                is_chosen: form.values.all("scopes").any(|word| word == scope.as_str()),
            })
            .collect(),
        scopes_error: form.error("scopes").map(str::to_owned),
        lives: LIVES.to_vec(),
        form,
    })
}

fn row(token: ApiToken, workspace: &Workspace) -> Row {
    let when = |at| workspace.zone.when(at, workspace.now);
    let badge = match token.state(workspace.now) {
        TokenState::Good => ("badge badge-success", "Good"),
        TokenState::Revoked => ("badge", "Revoked"),
        TokenState::Expired => ("badge badge-warning", "Expired"),
        TokenState::Unbacked => ("badge badge-warning", "Its maker is no owner any more"),
    };
    let end = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("Revoked on {}", workspace.zone.date(at)),
        (None, Some(at)) => format!("Until {}", workspace.zone.date(at)),
        (None, None) => "Until it is revoked".to_owned(),
    };
    Row {
        id: token.id.to_string(),
        name: token.name,
        prefix: token.prefix,
        scopes: token.scopes.iter().map(|scope| scope.as_str()).collect(),
        made_by: token.made_by_name,
        made: when(token.created_at),
        last_used: token.last_used_at.map(when),
        end,
        badge,
        is_revoked: token.revoked_at.is_some(),
    }
}
