//! Words of the wire as people read them.

use types::sources;

/// `home-value` and `single_family` as `Home value` and `Single family`.
pub(crate) fn sentence_case(word: &str) -> String {
    let spaced = word.replace(['-', '_'], " ");
    let mut letters = spaced.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// Where somebody came from, as people read it: what we call our own ways in is no word of theirs.
pub(crate) fn source(word: &str) -> String {
    match word {
        sources::CRM_MANUAL => "Added by hand".to_owned(),
        sources::CSV_IMPORT => "Imported from a file".to_owned(),
        word => sentence_case(word),
    }
}

#[cfg(test)]
mod tests {
    use super::{sentence_case, source};

    #[test]
    fn a_word_of_the_wire_becomes_one_of_a_sentence() {
        assert_eq!(sentence_case("home-value"), "Home value");
        assert_eq!(sentence_case("élan"), "Élan");
        assert_eq!(sentence_case(""), "");
        assert_eq!(source("crm_manual"), "Added by hand");
        assert_eq!(source("open-house"), "Open house");
    }
}
