//! How a site looks, on a page of its own: tried, kept as a draft, shown to visitors.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{
    Colour, Colours, Drawing, Logo, Monogram, Palette, Patch, Theme, ThemeColour, ThemePreset, TypePairing,
    content::Scene,
};

use super::{ThemeChange, ThemeParts};
use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    tenants,
    view::TenantHead,
    website::{self, WebsiteChange, change::DraftsChange},
};

/// The kinds of logo, and what they are called.
const LOGOS: [(&str, &str); 4] = [
    ("wordmark", "The name alone"),
    ("monogram", "Letters in a ring, and the name"),
    ("emblem", "A drawing, and the name"),
    ("lettering", "A drawing that is the name"),
];

#[derive(Template)]
#[template(path = "website/theme/show.html")]
struct ThemePage {
    frame: Frame,
    head: TenantHead,
    form: Filled,
    /// What the form shows, as far as it could be read.
    theme: Theme,
    headline: String,
    colours: Vec<Choice>,
    halves: [Half; 2],
    has_draft: bool,
    /// What became of what was typed.
    notice: Option<&'static str>,
    may_update: bool,
}

/// A colour that may be chosen.
struct Choice {
    which: ThemeColour,
    label: &'static str,
    /// What it is now, chosen or not.
    now: Colour,
    /// The nearest that people could read, if they cannot read it.
    nearest: Option<Colour>,
}

/// A site in small, by day or by night.
struct Half {
    name: &'static str,
    colours: Colours,
    palette: Palette,
}

impl ThemePage {
    fn presets(&self) -> Vec<(&'static str, &'static str)> {
        let all = ThemePreset::ALL.iter();
        all.map(|preset| (preset.as_str(), preset.label())).collect()
    }

    fn pairings(&self) -> Vec<(&'static str, &'static str)> {
        let all = TypePairing::ALL.iter();
        let all = all.map(|pairing| (pairing.as_str(), pairing.label()));
        std::iter::once(("", "The preset’s")).chain(all).collect()
    }

    fn heroes(&self) -> Vec<(&'static str, &'static str)> {
        let all = Scene::ALL.iter().map(|scene| (scene.as_str(), scene.as_str()));
        std::iter::once(("", "The preset’s")).chain(all).collect()
    }

    fn logos(&self) -> [(&'static str, &'static str); 4] {
        LOGOS
    }

    /// The face of headings, and of text.
    fn faces(&self) -> (&'static str, &'static str) {
        let face = |has_serifs| match has_serifs {
            true => "Newsreader, Georgia, serif",
            false => "Inter, system-ui, sans-serif",
        };
        let pairing = self.theme.pairing();
        (face(pairing.has_serif_headings()), face(pairing.has_serif_text()))
    }

    /// The drawing at the head of the page, if the logo is one.
    fn drawing(&self) -> Option<&Drawing> {
        match &self.theme.look.logo {
            Logo::Emblem { svg } | Logo::Lettering { svg } => Some(svg),
            Logo::Wordmark | Logo::Monogram { .. } => None,
        }
    }

    fn letters(&self) -> Option<String> {
        match &self.theme.look.logo {
            Logo::Monogram { letters } => Some(letters.to_string()),
            _ => None,
        }
    }

    fn shows_name(&self) -> bool {
        !matches!(self.theme.look.logo, Logo::Lettering { .. })
    }

    /// Where the name begins, after whatever goes before it.
    fn name_at(&self) -> u32 {
        match (self.drawing(), self.letters()) {
            (Some(drawing), _) => 34 + drawing.width_at(24),
            (None, Some(_)) => 66,
            (None, None) => 24,
        }
    }
}

/// Shows how the site looks, or the draft if there is one.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&drawn(&operator, &id, (frame, None)).await?)
}

/// What was typed, what is wrong with it, and what became of it.
struct Typed {
    form: Filled,
    parts: ThemeParts,
    outcome: Outcome,
}

/// Why a form is shown again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Tried,
    Wrong,
    Faint,
}

impl Outcome {
    const fn notice(self) -> &'static str {
        match self {
            Self::Tried => "This is how it would look. Nothing is saved yet.",
            Self::Wrong => "Nothing was saved: the fields marked below need another look.",
            Self::Faint => "Nothing was published: people could not read the colours marked below.",
        }
    }
}

async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, typed): (Frame, Option<Typed>),
) -> Result<ThemePage, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let (_, site) = website::find(&mut tx, &acting, &overview.tenant.id).await?;
    let has_draft = site.website.draft_theme.is_some();
    let stored = site
        .website
        .draft_theme
        .clone()
        .unwrap_or_else(|| site.website.worn());
    let notice = typed.as_ref().map(|typed| typed.outcome.notice());
    let (mut form, theme) = match typed {
        Some(typed) => (typed.form, typed.parts.applied_to(stored)),
        None => (Filled::new(fields(&stored), FieldErrors::default()), stored),
    };
    let faults = theme.faults();
    for fault in &faults {
        let sentence = format!("{} {fault}.", fault.which.label());
        form.errors.add(fault.which.as_str(), "contrast", sentence);
    }
    let palette = Palette::of(&theme);
    let choice = |which: &ThemeColour| Choice {
        which: *which,
        label: which.label(),
        now: which.of(&palette),
        nearest: faults
            .iter()
            .find(|fault| fault.which == *which)
            .and_then(|fault| fault.nearest),
    };
    Ok(ThemePage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/website"),
        form,
        headline: site.website.headline,
        colours: ThemeColour::ALL.iter().map(choice).collect(),
        halves: [("By day", palette.day), ("By night", palette.night)].map(|(name, colours)| Half {
            name,
            colours,
            palette,
        }),
        theme,
        has_draft,
        notice,
        may_update: operator.has(Permission::UpdateWebsite),
    })
}

fn fields(theme: &Theme) -> Submitted {
    let look = &theme.look;
    let form = Submitted::default()
        .with("preset", theme.preset.as_str())
        .with("pairing", look.pairing.map_or("", TypePairing::as_str))
        .with("hero", look.hero.map_or("", Scene::as_str))
        .with("logo", look.logo.kind());
    let form = match &look.logo {
        Logo::Wordmark => form,
        Logo::Monogram { letters } => form.with("letters", letters.to_string()),
        Logo::Emblem { svg } | Logo::Lettering { svg } => form.with("svg", svg.to_string()),
    };
    ThemeColour::ALL.iter().fold(form, |form, which| {
        let colour = theme.colour(*which).map(|colour| colour.to_string());
        form.with(which.as_str(), colour.unwrap_or_default())
    })
}

/// Does what the pressed button says, or shows the form with what is wrong.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let typed = taken(typed);
    let is_tried = typed.ticked("take") || typed.get("do") == "try";
    let (parts, errors) = read(&typed);
    let is_wrong = !errors.is_empty() && typed.get("do") != "discard";
    if is_tried || is_wrong {
        let outcome = if is_wrong { Outcome::Wrong } else { Outcome::Tried };
        let form = Filled::new(typed, errors);
        return answer(&operator, &id, frame, Typed { form, parts, outcome }).await;
    }
    let change = ThemeChange(parts.clone());
    let (change, done) = match typed.get("do") {
        "publish" => (
            published(change),
            "Published. Visitors see it within two seconds.",
        ),
        "discard" => (drafted(Patch::Clear), "The draft is gone."),
        _ => (
            drafted(Patch::Set(change)),
            "Kept as a draft. Visitors do not see it.",
        ),
    };
    match website::change(&operator.acting(), &id, &change, &IfMatch::default()).await {
        Ok(_) => {
            let path = format!("/tenants/{id}/website/theme");
            Ok(Flash::success(done).on(page::see_other(&path), &facts))
        }
        // What cannot be read is named beside each colour by who draws the page.
        Err(crate::Refusal::Invalid { code: "contrast", .. }) => {
            let (form, outcome) = (Filled::new(typed, errors), Outcome::Faint);
            answer(&operator, &id, frame, Typed { form, parts, outcome }).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn answer(operator: &Operator, id: &str, frame: Frame, typed: Typed) -> Result<Response, Failure> {
    let outcome = typed.outcome;
    let page = drawn(operator, id, (frame, Some(typed))).await?;
    match outcome {
        Outcome::Tried => page::private(&page),
        Outcome::Wrong | Outcome::Faint => page::refused(&page),
    }
}

fn published(change: ThemeChange) -> WebsiteChange {
    WebsiteChange {
        theme: Some(change),
        ..WebsiteChange::default()
    }
}

fn drafted(theme: Patch<ThemeChange>) -> WebsiteChange {
    WebsiteChange {
        drafts: Some(DraftsChange {
            theme,
            ..DraftsChange::default()
        }),
        ..WebsiteChange::default()
    }
}

/// With the colour that was suggested, where its button was pressed.
fn taken(typed: Submitted) -> Submitted {
    let asked = typed.get("take").split_once(' ');
    match asked.map(|(which, colour)| (which.to_owned(), colour.to_owned())) {
        Some((which, colour)) => typed.without(&which).with(&which, colour),
        None => typed,
    }
}

/// What the form says: everything, because it shows everything.
fn read(typed: &Submitted) -> (ThemeParts, FieldErrors) {
    let mut errors = FieldErrors::default();
    let preset = typed
        .get("preset")
        .parse::<ThemePreset>()
        .map_err(|error| format!("The preset {error}."));
    let parts = ThemeParts {
        preset: errors.keep("preset", "unknown", preset),
        paper: chosen(typed, ThemeColour::Paper, &mut errors),
        paper_by_night: chosen(typed, ThemeColour::PaperByNight, &mut errors),
        accent: chosen(typed, ThemeColour::Accent, &mut errors),
        accent_by_night: chosen(typed, ThemeColour::AccentByNight, &mut errors),
        ornament: chosen(typed, ThemeColour::Ornament, &mut errors),
        ornament_by_night: chosen(typed, ThemeColour::OrnamentByNight, &mut errors),
        pairing: word(typed, "pairing", &mut errors),
        hero: word(typed, "hero", &mut errors),
        logo: logo(typed, &mut errors),
    };
    (parts, errors)
}

/// A word of a list, or nothing for the preset's.
fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
    typed: &Submitted,
    name: &str,
    errors: &mut FieldErrors,
) -> Patch<T> {
    let Some(text) = typed.filled(name) else {
        return Patch::Clear;
    };
    let read = text.parse::<T>().map_err(|error| format!("This {error}."));
    errors.keep(name, "unknown", read).map_or(Patch::Keep, Patch::Set)
}

fn chosen(typed: &Submitted, which: ThemeColour, errors: &mut FieldErrors) -> Patch<Colour> {
    let Some(text) = typed.filled(which.as_str()) else {
        return Patch::Clear;
    };
    let colour = text
        .parse::<Colour>()
        .map_err(|error| format!("{} {error}.", which.label()));
    errors
        .keep(which.as_str(), "invalid", colour)
        .map_or(Patch::Keep, Patch::Set)
}

fn logo(typed: &Submitted, errors: &mut FieldErrors) -> Patch<Logo> {
    let drawing = |errors: &mut FieldErrors| {
        let svg = typed
            .get("svg")
            .parse::<Drawing>()
            .map_err(|error| format!("The drawing {error}."));
        errors.keep("svg", "invalid", svg)
    };
    let logo = match typed.get("logo") {
        "monogram" => {
            let letters = typed
                .get("letters")
                .parse::<Monogram>()
                .map_err(|error| format!("The monogram {error}."));
            errors
                .keep("letters", "invalid", letters)
                .map(|letters| Logo::Monogram { letters })
        }
        "emblem" => drawing(errors).map(|svg| Logo::Emblem { svg }),
        "lettering" => drawing(errors).map(|svg| Logo::Lettering { svg }),
        "wordmark" | "" => Some(Logo::Wordmark),
        _ => errors.keep("logo", "unknown", Err("There is no such logo.".to_owned())),
    };
    logo.map_or(Patch::Keep, Patch::Set)
}
