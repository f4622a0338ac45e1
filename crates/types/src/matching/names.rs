//! Whether two names may be one person's.

/// Whether one of these names has a word that the other has not, and the other way round.
///
/// `Ann` may be `Ann M. Smith`, and `Smith, Ann` is `ann smith`; `Ann Smith` is not `Bob Smith`.
pub(super) fn differ(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let has_more = |one: &[String], other: &[String]| one.iter().any(|word| !other.contains(word));
    has_more(&one, &other) && has_more(&other, &one)
}

fn words(name: &str) -> Vec<String> {
    let letters = |c: char| !c.is_alphanumeric();
    let words = name.split(letters).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_when_each_has_a_word_of_its_own() {
        let same = [
            ("Ann Smith", "ann  SMITH"),
            ("Ann", "Ann M. Smith"),
            ("Smith, Ann", "Ann Smith"),
            ("…", "Ann"),
        ];
        for (one, other) in same {
            assert!(!differ(one, other) && !differ(other, one), "{one}, {other}");
        }
        for (one, other) in [("Ann Smith", "Bob Smith"), ("Ann", "Bob"), ("Zoë", "Zoe")] {
            assert!(differ(one, other) && differ(other, one), "{one}, {other}");
        }
    }
}
