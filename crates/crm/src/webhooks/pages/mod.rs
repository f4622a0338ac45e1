//! `/settings/webhooks`: which addresses are told of what, and what became of it.

mod rows;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::webhooks::{self, deliveries},
};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    etag::IfMatch,
    page::{self, Pager},
};
use types::{DeliveryId, EndpointId, Text, WebhookEndpoint, WebhookEvent};

use self::rows::{Choice, DeliveryRow, EndpointRow, choices};
use super::keep::{self, EndpointChange};
use crate::{app::App, member::Owner, workspace::Workspace};

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct List {
    frame: Frame,
    endpoints: Vec<EndpointRow>,
    form: Filled,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct Show {
    frame: Frame,
    /// The secret, when it was just made.
    secret: Option<String>,
    endpoint: EndpointRow,
    version: i64,
    form: Filled,
    choices: Vec<Choice>,
    deliveries: Vec<DeliveryRow>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "webhooks/delete.html")]
struct Sure {
    frame: Frame,
    endpoint: EndpointRow,
}

/// Shows the endpoints. To owners only.
pub(crate) async fn list(
    _: Owner,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let form = Filled::new(Submitted::default(), FieldErrors::default());
    page::private(&load_list(&app, &workspace, form).await?)
}

/// Makes an endpoint. Its secret stands on the answer and nowhere else, so the answer is no redirect.
pub(crate) async fn create(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, errors) = read(&app, &typed);
    let complete = wanted.name.zip(wanted.url).zip(wanted.events);
    let Some((named, events)) = complete else {
        let filled = Filled::new(typed, errors);
        return page::refused(&load_list(&app, &workspace, filled).await?);
    };
    let endpoint = keep::make(&app, &owner, named, events).await?;
    with_secret(&app, (&owner, &workspace), endpoint).await
}

/// Shows an endpoint and what it was told.
pub(crate) async fn show(
    _: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
    params: Params,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let endpoint = webhooks::find(&mut tx, &workspace.member.scope, id).await?;
    let endpoint = endpoint.ok_or(Failure::NotFound)?;
    let form = as_it_is(&endpoint);
    page::private(&load(&mut tx, &workspace, (&endpoint, form), &params).await?)
}

/// Does what a button of its page says.
pub(crate) async fn change(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let switched = |is_on| EndpointChange {
        is_on: Some(is_on),
        ..EndpointChange::default()
    };
    let (wanted, told) = match typed.get("action") {
        "save" => return save(&app, (&owner, &workspace), id, typed).await,
        "secret" => {
            let endpoint = keep::rotate(&app, &owner, id).await?;
            return with_secret(&app, (&owner, &workspace), endpoint).await;
        }
        "test" => {
            keep::test(&app, &owner, id).await?;
            let told = "A test event is on its way. Load this page again to see what came of it.";
            return Ok(back_to(id, Flash::success(told), &workspace));
        }
        "on" => (
            switched(true),
            "It is on, and is told of what happens from now on.",
        ),
        "off" => (switched(false), "It is off, and is told nothing."),
        _ => return Err(Failure::malformed("action is not one of this form's.")),
    };
    keep::change(&app, &owner, (id, &IfMatch::default()), wanted).await?;
    Ok(back_to(id, Flash::success(told), &workspace))
}

async fn save(
    app: &App,
    (owner, workspace): (&Owner, &Workspace),
    id: EndpointId,
    typed: Submitted,
) -> Result<Response, Failure> {
    let (wanted, errors) = read(app, &typed);
    if !errors.is_empty() {
        let mut tx = app.db.read(&owner.0.scope).await?;
        let endpoint = webhooks::find(&mut tx, &owner.0.scope, id).await?;
        let endpoint = endpoint.ok_or(Failure::NotFound)?;
        let form = Filled::new(typed, errors);
        let shown = load(&mut tx, workspace, (&endpoint, form), &Params::default()).await?;
        return page::refused(&shown);
    }
    let seen = IfMatch::of_form(typed.get("version"));
    match keep::change(app, owner, (id, &seen), wanted).await {
        Ok(_) => Ok(back_to(id, Flash::success("Saved."), workspace)),
        Err(Failure::Stale) => {
            let told = "Somebody changed this webhook meanwhile: here is how it stands now.";
            Ok(back_to(id, Flash::danger(told), workspace))
        }
        Err(failure) => Err(failure),
    }
}

/// Asks whether an endpoint is to be taken away.
pub(crate) async fn ask(
    _: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let endpoint = webhooks::find(&mut tx, scope, id).await?;
    let endpoint = endpoint.ok_or(Failure::NotFound)?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Sure {
        frame: workspace.framed(&counts),
        endpoint: EndpointRow::new(&endpoint, &workspace),
    })
}

/// Takes it away.
pub(crate) async fn delete(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
) -> Result<Response, Failure> {
    let endpoint = keep::remove(&app, &owner, (id, &IfMatch::default())).await?;
    let told = format!("{} is told nothing any more.", endpoint.name);
    Ok(Flash::success(told).on(page::see_other("/settings/webhooks"), &workspace.facts))
}

/// Has a delivery tried now, whatever became of it before.
pub(crate) async fn send_again(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Result<Response, Failure> {
    let delivery = keep::send_again(&app, &owner, id).await?;
    let told = "On its way once more. Load this page again to see what came of it.";
    Ok(back_to(delivery.endpoint_id, Flash::success(told), &workspace))
}

fn back_to(id: EndpointId, flash: Flash, workspace: &Workspace) -> Response {
    let back = page::see_other(&format!("/settings/webhooks/{id}"));
    flash.on(back, &workspace.facts)
}

/// Reads the form of an endpoint.
fn read(app: &App, typed: &Submitted) -> (EndpointChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let name = Text::<60>::parse(typed.get("name")).map_err(|error| format!("The name {error}."));
    let name = errors.keep("name", "invalid", name).map(Text::into_string);
    let url = keep::url(app.webhooks.reach, typed.get("url"));
    let url = errors.keep("url", "invalid", url);
    let is_ticked = |event: &WebhookEvent| typed.all("events").any(|word| word == event.as_str());
    let events: Vec<_> = WebhookEvent::CHOICES.into_iter().filter(is_ticked).collect();
    if events.is_empty() {
        errors.add(
            "events",
            "required",
            "Tick at least one thing that it is told of.",
        );
    }
    let wanted = EndpointChange {
        name,
        url,
        events: Some(events).filter(|events| !events.is_empty()),
        is_on: None,
    };
    (wanted, errors)
}

fn as_it_is(endpoint: &WebhookEndpoint) -> Filled {
    let values = Submitted::default()
        .with("name", endpoint.name.as_str())
        .with("url", endpoint.url.as_str());
    let events = endpoint.events.iter();
    let values = events.fold(values, |values, event| values.with("events", event.as_str()));
    Filled::new(values, FieldErrors::default())
}

async fn with_secret(
    app: &App,
    (owner, workspace): (&Owner, &Workspace),
    endpoint: WebhookEndpoint,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.0.scope).await?;
    let form = as_it_is(&endpoint);
    let shown = load(&mut tx, workspace, (&endpoint, form), &Params::default()).await?;
    page::private(&Show {
        secret: Some(keep::secret(app, owner, &endpoint)),
        ..shown
    })
}

async fn load_list(app: &App, workspace: &Workspace, form: Filled) -> Result<List, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let endpoints = webhooks::list(&mut tx, scope).await?;
    Ok(List {
        frame: workspace.framed(&counts),
        endpoints: endpoints
            .iter()
            .map(|endpoint| EndpointRow::new(endpoint, workspace))
            .collect(),
        choices: choices(&form),
        form,
    })
}

async fn load(
    tx: &mut Tx,
    workspace: &Workspace,
    (endpoint, form): (&WebhookEndpoint, Filled),
    params: &Params,
) -> Result<Show, Failure> {
    let scope = &workspace.member.scope;
    let counts = workspace.counts(tx).await?;
    let found = deliveries::list(tx, scope, endpoint.id, None, params.page()).await?;
    let path = format!("/settings/webhooks/{}", endpoint.id);
    Ok(Show {
        frame: workspace.framed(&counts),
        secret: None,
        endpoint: EndpointRow::new(endpoint, workspace),
        version: endpoint.version,
        choices: choices(&form),
        form,
        pager: Pager::of("deliveries", (&path, params), &found, None),
        deliveries: found
            .items
            .iter()
            .map(|delivery| DeliveryRow::new(delivery, workspace))
            .collect(),
    })
}
