//! A tenant's site on a page: modules and words in one form, and the way to its theme and its pages.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{ModuleKey, PostalAddress};

use super::{
    Site, WebsiteChange,
    change::{CopyChange, ModuleChange, PrivacyChange},
    words::pages::PageLine,
};
use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    tenants,
    view::TenantHead,
};

#[derive(Template)]
#[template(path = "website/show.html")]
struct WebsitePage {
    frame: Frame,
    head: TenantHead,
    form: Filled,
    modules: Vec<Module>,
    /// How it looks, in a word.
    theme: &'static str,
    has_draft_theme: bool,
    pages: Vec<PageLine>,
    may_update: bool,
}

struct Module {
    key: &'static str,
    name: &'static str,
    place: String,
    is_enabled: bool,
}

/// Shows the site's settings.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&drawn(&operator, &id, (frame, None)).await?)
}

async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, refused): (Frame, Option<Filled>),
) -> Result<WebsitePage, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let (_, site) = super::find(&mut tx, &acting, &overview.tenant.id).await?;
    let form = refused.unwrap_or_else(|| Filled::new(stored(&site), FieldErrors::default()));
    Ok(WebsitePage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/website"),
        modules: modules(&site, &form),
        form,
        theme: site.website.theme.label(),
        has_draft_theme: site.website.draft_theme.is_some(),
        pages: PageLine::all(&site),
        may_update: operator.has(Permission::UpdateWebsite),
    })
}

fn stored(Site { website, modules, .. }: &Site) -> Submitted {
    let copy = [
        ("headline", &website.headline),
        ("tagline", &website.tagline),
        ("about", &website.about),
        ("agentName", &website.agent_name),
        ("agentTitle", &website.agent_title),
        ("phone", &website.phone),
        ("email", &website.email),
        ("brokerage", &website.brokerage),
        ("license", &website.license),
        ("responsePromise", &website.response_promise),
        ("street", &website.postal_address.street),
        ("city", &website.postal_address.city),
        ("state", &website.postal_address.state),
        ("zip", &website.postal_address.zip),
    ];
    let form = Submitted::default()
        .with("strict", if website.asks_first { "on" } else { "" })
        .with("areas", website.areas.join("\n"));
    let form = copy
        .iter()
        .fold(form, |form, (name, text)| form.with(name, text.as_str()));
    modules.iter().fold(form, |form, module| {
        let form = form.with(&format!("place-{}", module.key), module.sort_order.to_string());
        match module.enabled {
            true => form.with("modules", module.key.as_str()),
            false => form,
        }
    })
}

fn modules(site: &Site, form: &Filled) -> Vec<Module> {
    let module = |key: ModuleKey| Module {
        key: key.as_str(),
        name: module_name(key),
        place: form.value(&format!("place-{key}")).to_owned(),
        is_enabled: form.chose("modules", key.as_str()),
    };
    site.modules.iter().map(|stored| module(stored.key)).collect()
}

const fn module_name(key: ModuleKey) -> &'static str {
    match key {
        ModuleKey::AtAGlance => "At a glance",
        ModuleKey::Schools => "Schools",
        ModuleKey::Taxes => "Property taxes",
        ModuleKey::WalkScore => "Walk score",
        ModuleKey::PointsOfInterest => "Points of interest",
        ModuleKey::Listings => "Listings",
    }
}

/// Saves the form, or shows it with what is wrong.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (change, mut errors) = read(&typed);
    for error in change.mistakes().iter() {
        let field = error.pointer.rsplit('/').next().unwrap_or_default();
        errors.add(field, error.code, error.detail.clone());
    }
    if !errors.is_empty() {
        let refused = Filled::new(typed, errors);
        return page::refused(&drawn(&operator, &id, (frame, Some(refused))).await?);
    }
    super::change(&operator.acting(), &id, &change, &IfMatch::default()).await?;
    let flash = Flash::success("The site is saved; visitors see it within two seconds.");
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/website")), &facts))
}

/// What the form says: everything, because it shows everything.
fn read(typed: &Submitted) -> (WebsiteChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut place = |key: ModuleKey| {
        let name = format!("place-{key}");
        let place = typed.get(&name).trim().parse::<u16>();
        let place = place.map_err(|_| "The place must be a number from 0.".to_owned());
        errors.keep(&name, "invalid", place)
    };
    let modules = ModuleKey::ALL.iter().map(|key| ModuleChange {
        key: *key,
        enabled: Some(typed.all("modules").any(|chosen| chosen == key.as_str())),
        sort_order: place(*key),
    });
    let modules = modules.collect();
    let text = |name: &str| Some(typed.get(name).replace("\r\n", "\n"));
    let copy = CopyChange {
        headline: text("headline"),
        tagline: text("tagline"),
        about: text("about"),
        agent_name: text("agentName"),
        agent_title: text("agentTitle"),
        phone: text("phone"),
        email: text("email"),
        brokerage: text("brokerage"),
        license: text("license"),
        areas: Some(typed.get("areas").lines().map(str::to_owned).collect()),
        response_promise: text("responsePromise"),
        postal_address: Some(PostalAddress {
            street: typed.get("street").to_owned(),
            city: typed.get("city").to_owned(),
            state: typed.get("state").to_owned(),
            zip: typed.get("zip").to_owned(),
        }),
        ..CopyChange::default()
    };
    let change = WebsiteChange {
        modules,
        theme: None,
        copy: Some(copy),
        drafts: None,
        privacy: Some(PrivacyChange {
            strict: Some(typed.ticked("strict")),
        }),
    };
    (change, errors)
}
