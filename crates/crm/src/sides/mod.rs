//! Two people correct one record at once: field by field what it was, what it is now, and what the second one typed.
//!
//! A form carries, hidden, what each field was when it was shown. So what only one of them changed is theirs without a
//! question, and only what both changed is asked.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use server::{Failure, Filled, Frame, Submitted, page};

/// A field of a form: its name, and what people read above it.
pub(crate) type Named = (&'static str, &'static str);

/// What a field is called that carries what another one was.
const WAS: &str = "was.";

/// The same for what it was before the last who changed it, while one is asked whose is right.
const BEFORE: &str = "before.";

/// The same for whose is right.
const CHOOSE: &str = "choose.";

/// How often somebody may be overtaken in one request before they are told so.
const MOST_OVERTAKEN: usize = 5;

/// A form that corrects a record.
pub(crate) trait Corrects {
    /// Its fields.
    const FIELDS: &'static [Named];

    /// Writes what was typed over the version it names. Stale when that is not the newest, invalid when it cannot be.
    ///
    /// What there is to tell of it, is a sentence with a space before it.
    async fn write(&self, typed: &Submitted) -> Result<String, Failure>;

    /// Lays what was typed beside what is stored by now. Invalid when it cannot be.
    async fn meet(&self, typed: &Submitted) -> Result<Sides, Failure>;

    /// The question whose is right.
    async fn ask(&self, sides: &Sides) -> Result<Response, Failure>;
}

/// What came of a form.
pub(crate) enum Saved {
    /// It is stored; sentences say what there is to tell of it, and what of others' stayed beside it, if anything.
    Done(String),
    /// Both changed the same: this asks whose is right.
    Torn(Response),
    /// It cannot be so.
    Refused(Filled),
}

/// Saves what was typed. What somebody else changed meanwhile stays, and is asked where both changed it.
///
/// # Errors
///
/// As writing and reading the record; stale, for whoever is overtaken again and again.
pub(crate) async fn save<F: Corrects>(form: &F, typed: Submitted) -> Result<Saved, Failure> {
    let (mut typed, mut theirs) = (decided(typed, F::FIELDS), Vec::new());
    for _ in 0..MOST_OVERTAKEN {
        let written = match is_undecided(&typed, F::FIELDS) {
            true => Err(Failure::Stale),
            false => form.write(&typed).await,
        };
        let met = match written {
            Ok(written) => return Ok(Saved::Done(written + &told(&theirs))),
            Err(Failure::Stale) => form.meet(&typed).await,
            Err(failure) => Err(failure),
        };
        match met {
            Ok(sides) if sides.are_torn() => return form.ask(&sides).await.map(Saved::Torn),
            Ok(sides) => {
                theirs.extend(sides.with(Changed::Theirs).map(|field| field.label));
                typed = sides.settled();
            }
            Err(Failure::Invalid(errors)) => return Ok(Saved::Refused(Filled::new(typed, errors))),
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::Stale)
}

/// What only others changed, as a sentence that follows one about what was saved.
fn told(theirs: &[&str]) -> String {
    match theirs {
        [] => String::new(),
        some => format!(
            " What somebody else changed meanwhile is kept: {}.",
            some.join(", ")
        ),
    }
}

/// Adds to a form, as it is shown first, which version it is of and what each of its fields is now.
pub(crate) fn remembering(values: Submitted, fields: &[Named], version: i64) -> Submitted {
    let mut kept = values.clone().with("version", version.to_string());
    for (name, _) in fields {
        kept = kept.with(&format!("{WAS}{name}"), values.get(name));
    }
    kept
}

/// The hidden fields of a form: what it remembers, when it is shown first and when it comes back refused.
pub(crate) fn hidden(values: &Submitted) -> Vec<(&str, &str)> {
    let is_kept = |name: &str| name == "version" || name.starts_with(WAS);
    values.pairs().filter(|(name, _)| is_kept(name)).collect()
}

/// Whether a field says what it said when the form was shown: then it is no wish.
pub(crate) fn is_untouched(typed: &Submitted, name: &str) -> bool {
    value(typed, WAS, name) == Some(typed.get(name))
}

/// What somebody typed, with what is the others' wherever they said that those are right.
fn decided(typed: Submitted, fields: &[Named]) -> Submitted {
    let theirs = fields
        .iter()
        .filter(|(name, _)| value(&typed, CHOOSE, name) == Some("theirs"));
    theirs.fold(typed.clone(), |decided, (name, _)| {
        let was = value(&typed, WAS, name).unwrap_or_default();
        decided.without(name).with(name, was)
    })
}

/// Whether something was asked that has no answer yet.
fn is_undecided(typed: &Submitted, fields: &[Named]) -> bool {
    fields.iter().any(|(name, _)| lacks_answer(typed, name))
}

fn lacks_answer(typed: &Submitted, name: &str) -> bool {
    let answer = value(typed, CHOOSE, name);
    value(typed, BEFORE, name).is_some() && !matches!(answer, Some("theirs" | "yours"))
}

fn value<'a>(typed: &'a Submitted, kind: &str, name: &str) -> Option<&'a str> {
    typed.all(&format!("{kind}{name}")).next()
}

/// What two people made of one record.
#[derive(Debug)]
pub(crate) struct Sides {
    version: i64,
    fields: Vec<Side>,
}

/// A field, as it was, as it is, and as it shall be.
#[derive(Debug)]
struct Side {
    name: &'static str,
    label: &'static str,
    /// None when nobody knows: the form did not say.
    was: Option<String>,
    theirs: String,
    yours: String,
    lacks_answer: bool,
}

/// Who changed a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    /// Nobody, or both to the same.
    Agreed,
    Theirs,
    Yours,
    /// Both, each to something else.
    Both,
}

impl Side {
    fn changed(&self) -> Changed {
        match &self.was {
            _ if self.theirs == self.yours => Changed::Agreed,
            Some(was) if *was == self.yours => Changed::Theirs,
            Some(was) if *was == self.theirs => Changed::Yours,
            _ => Changed::Both,
        }
    }

    fn result(&self) -> &str {
        match self.changed() {
            Changed::Theirs => &self.theirs,
            Changed::Agreed | Changed::Yours | Changed::Both => &self.yours,
        }
    }
}

impl Sides {
    /// Lays what somebody typed, whose form would make `yours` of it, beside what is stored by now: `theirs`, of this
    /// version.
    pub(crate) fn meet(
        fields: &[Named],
        typed: &Submitted,
        (theirs, version): (&Submitted, i64),
        yours: &Submitted,
    ) -> Self {
        let side = |&(name, label): &Named| {
            let lacks_answer = lacks_answer(typed, name);
            let was = value(typed, if lacks_answer { BEFORE } else { WAS }, name);
            // Whoever left a field as it was wants nothing of it, and not what others made of it.
            let yours = match is_untouched(typed, name) {
                true => typed.get(name),
                false => yours.get(name),
            };
            Side {
                name,
                label,
                was: was.map(plain),
                theirs: plain(theirs.get(name)),
                yours: plain(yours),
                lacks_answer,
            }
        };
        Self {
            version,
            fields: fields.iter().map(side).collect(),
        }
    }

    /// Whether both changed a field, each to something else.
    fn are_torn(&self) -> bool {
        self.with(Changed::Both).next().is_some()
    }

    /// What both together make of the record, as a form of what is stored by now.
    fn settled(&self) -> Submitted {
        self.fields.iter().fold(
            Submitted::default().with("version", self.version.to_string()),
            |form, field| {
                form.with(field.name, field.result())
                    .with(&format!("{WAS}{}", field.name), field.theirs.as_str())
            },
        )
    }

    fn with(&self, changed: Changed) -> impl Iterator<Item = &Side> {
        self.fields.iter().filter(move |field| field.changed() == changed)
    }
}

/// Browsers send line breaks as two characters, and we keep one.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Which record is meant: `lead`, its name and its address, which its form posts to.
pub(crate) struct About {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) list: Named,
}

/// Where the question is answered, for a record that has no page of its own: the address, and what goes there besides.
pub(crate) struct Posted<'a> {
    pub(crate) to: &'a str,
    pub(crate) with: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "sides/page.html")]
struct Page {
    frame: Frame,
    about: About,
    action: String,
    torn: Vec<Torn>,
    settled: Vec<Settled>,
    hidden: Vec<(String, String)>,
    is_refused: bool,
}

/// A field that both changed, in words.
struct Torn {
    name: &'static str,
    label: &'static str,
    was: String,
    theirs: String,
    yours: String,
    lacks_answer: bool,
}

/// A field that one of them changed, in words.
struct Settled {
    label: &'static str,
    value: String,
    whose: &'static str,
}

/// The question whose is right, field by field; `words` are what people read instead of a field's value.
pub(crate) fn ask(
    frame: Frame,
    about: About,
    sides: &Sides,
    words: impl Fn(&str, &str) -> String,
) -> Result<Response, Failure> {
    let to = about.href.clone();
    let posted = Posted { to: &to, with: &[] };
    ask_and_post(frame, about, sides, words, &posted)
}

/// The same, answered elsewhere than where its record is shown.
pub(crate) fn ask_and_post(
    frame: Frame,
    about: About,
    sides: &Sides,
    words: impl Fn(&str, &str) -> String,
    posted: &Posted<'_>,
) -> Result<Response, Failure> {
    let words = |name: &str, value: &str| match value {
        "" => "Nothing".to_owned(),
        value => words(name, value),
    };
    let torn = sides.with(Changed::Both).map(|field| Torn {
        name: field.name,
        label: field.label,
        was: (field.was.as_ref()).map_or_else(|| "Not known".to_owned(), |was| words(field.name, was)),
        theirs: words(field.name, &field.theirs),
        yours: words(field.name, &field.yours),
        lacks_answer: field.lacks_answer,
    });
    let torn: Vec<_> = torn.collect();
    let settled = |changed, whose| {
        sides.with(changed).map(move |field| Settled {
            label: field.label,
            value: words(field.name, field.result()),
            whose,
        })
    };
    let is_refused = torn.iter().any(|field| field.lacks_answer);
    let before = sides.with(Changed::Both).filter_map(|field| {
        let was = field.was.clone()?;
        Some((format!("{BEFORE}{}", field.name), was))
    });
    let form = sides.settled();
    let hidden = form
        .pairs()
        .chain(posted.with.iter().copied())
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let page = Page {
        frame,
        about,
        action: posted.to.to_owned(),
        settled: settled(Changed::Theirs, "Theirs")
            .chain(settled(Changed::Yours, "Yours"))
            .collect(),
        hidden: hidden.chain(before).collect(),
        torn,
        is_refused,
    };
    match is_refused {
        true => page::refused(&page),
        false => page::with_status(StatusCode::PRECONDITION_FAILED, &page),
    }
}
