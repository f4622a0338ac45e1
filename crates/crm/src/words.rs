//! Words of the wire as people read them, and tags as they type them.

use types::{MOST_TAGS, Text, sources};

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

/// Tags as people type them, with commas between: each once. Why not, as a sentence, when there are too many.
pub(crate) fn tags(text: &str) -> Result<Vec<String>, String> {
    let mut tags: Vec<String> = Vec::new();
    for word in text.split(',').filter(|word| !word.trim().is_empty()) {
        let tag = Text::<50>::parse(word).map_err(|error| format!("Each tag {error}."))?;
        if tags.iter().any(|known| *known == *tag) {
            continue;
        }
        if tags.len() == MOST_TAGS {
            return Err(format!("There are at most {MOST_TAGS} tags."));
        }
        tags.push(tag.into_string());
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::{sentence_case, source, tags};

    #[test]
    fn what_stands_between_commas_is_a_tag_once() {
        let read = tags(" hot, first time buyer ,, hot,").unwrap();
        assert_eq!(read, ["hot", "first time buyer"]);
        assert_eq!(tags(" , "), Ok(Vec::new()));
    }

    #[test]
    fn a_word_of_the_wire_becomes_one_of_a_sentence() {
        assert_eq!(sentence_case("home-value"), "Home value");
        assert_eq!(sentence_case("élan"), "Élan");
        assert_eq!(sentence_case(""), "");
        assert_eq!(source("crm_manual"), "Added by hand");
        assert_eq!(source("open-house"), "Open house");
    }
}
