//! What letters may mean: names whose words they begin, or have in them in this order.

/// How far what was typed is from a name, the sum over its words: 0 is its very beginning.
pub(super) type Meant = u32;

/// Whether all words that were typed may mean a name or the other words people have for it, and how likely; none when one of
/// them is in neither. Nothing typed means everything.
pub(super) fn meant(typed: &str, (name, also): (&str, &str)) -> Option<Meant> {
    let (typed, name) = (typed.trim().to_lowercase(), name.to_lowercase());
    if name.starts_with(&typed) {
        return Some(0);
    }
    let mut sum = 1;
    for word in typed.split_whitespace() {
        sum += one(word, &name, also)?;
    }
    Some(sum)
}

fn one(word: &str, name: &str, also: &str) -> Option<Meant> {
    let begins = |text: &str| text.split([' ', ',']).any(|other| other.starts_with(word));
    if begins(name) {
        Some(0)
    } else if begins(also) {
        Some(1)
    } else if word.chars().count() > 1 && has_in_order(name, word) {
        Some(WEAK)
    } else {
        None
    }
}

/// Letters that are only somewhere in a name, in this order, say less than any number of whole beginnings.
const WEAK: Meant = 100;

/// Whether a name is meant by more than letters that happen to be in it.
pub(super) const fn is_sure(how: Meant) -> bool {
    how < WEAK
}

/// Whether all letters stand in the text, in this order.
fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_was_typed_has_to_mean_something() {
        let how = |typed: &str| meant(typed, ("Open a lead", "new add create enquiry"));

        assert_eq!(how(""), Some(0));
        assert_eq!(how("Open a"), Some(0));
        assert_eq!(how("lead open"), Some(1));
        assert_eq!(how("new lead"), Some(2));
        assert_eq!(how("cre le"), Some(2));
        assert_eq!(how("oplead"), Some(101));
        assert_eq!(how("new contact"), None);
        assert_eq!(how("x"), None);
        assert!(is_sure(2) && !is_sure(101));
    }
}
