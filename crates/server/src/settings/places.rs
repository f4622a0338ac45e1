//! Keys of services that know something about places. Without a key nobody is asked.

use secrecy::SecretString;

use super::reader::Reader;

/// Who may be asked, and how they know us.
#[derive(Debug, Clone, Default)]
pub struct PlaceSettings {
    /// Of Walk Score.
    pub walk_score: Option<SecretString>,
    /// Of Google Places.
    pub google_places: Option<SecretString>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> PlaceSettings {
    let mut key = |name| reader.secret(name).map(SecretString::from);
    PlaceSettings {
        walk_score: key("WALK_SCORE_KEY"),
        google_places: key("GOOGLE_PLACES_KEY"),
    }
}
