//! Words of the wire as people read them.

/// `home-value` and `single_family` as `Home value` and `Single family`.
pub(crate) fn sentence_case(word: &str) -> String {
    let spaced = word.replace(['-', '_'], " ");
    let mut letters = spaced.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::sentence_case;

    #[test]
    fn a_word_of_the_wire_becomes_one_of_a_sentence() {
        assert_eq!(sentence_case("home-value"), "Home value");
        assert_eq!(sentence_case("élan"), "Élan");
        assert_eq!(sentence_case(""), "");
    }
}
