//! Forms that make something carry the id of what they will make: whoever presses twice, or whose answer was lost and
//! who sends it again, made it once.

use server::{FieldErrors, Filled, Submitted};
use uuid::Uuid;

use crate::app::App;

/// The field's name.
const NAME: &str = "once";

/// A form before anybody typed, with an id for what it will make.
pub(crate) fn form(app: &App, values: Submitted) -> Filled {
    let values = values.with(NAME, app.ids.new_id().to_string());
    Filled::new(values, FieldErrors::default())
}

/// The id that a form carries; a new one if it carries none that can be read.
pub(crate) fn id(app: &App, typed: &Submitted) -> Uuid {
    typed.get(NAME).parse().unwrap_or_else(|_| app.ids.new_id())
}

/// Whether it was made already: the id is taken.
pub(crate) fn is_made_already(error: &db::Error) -> bool {
    matches!(error, db::Error::Conflict { .. })
}
