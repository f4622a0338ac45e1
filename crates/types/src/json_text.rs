//! JSON text as browsers send it, made into text Rust can hold.

use std::borrow::Cow;

/// Replaces escaped lone surrogates (`\ud83d` without its other half) by U+FFFD.
///
/// A browser sends one when a form cut a text in the middle of an emoji. No Rust string can hold it, and `serde_json`
/// refuses the whole document: a lead would be lost to half a smile.
pub fn well_formed(json: &str) -> Cow<'_, str> {
    if !json.contains("\\ud") && !json.contains("\\uD") {
        return Cow::Borrowed(json);
    }
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('\\') {
        mended.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = match (surrogate(rest), rest.get(6..).and_then(surrogate)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                mended.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // Any other escape, with the letter after the backslash: `\\ud83d` is a backslash and four letters.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The surrogate whose escape stands at the start of `text`.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xd800..=0xdfff).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_an_emoji_does_not_lose_a_lead() {
        for (json, text) in [
            (r#""plain""#, "plain"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\uD83D\uDE00!""#, "😀!"),
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00b""#, "\u{fffd}b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""\\\ud83d""#, "\\\u{fffd}"),
        ] {
            assert_eq!(
                serde_json::from_str::<String>(&well_formed(json)).unwrap(),
                text,
                "{json}"
            );
        }
    }

    proptest! {
        #[test]
        fn good_json_is_left_alone(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(&*well_formed(&json), &*json);
        }

        #[test]
        fn any_escapes_can_be_read(text in "(\\\\u[dD][8-9a-fA-F][0-9]{2}|\\\\\\\\|\\\\n|é|ud83d){0,12}") {
            let json = format!("\"{text}\"");
            prop_assert!(serde_json::from_str::<String>(&well_formed(&json)).is_ok(), "{}", json);
        }

        #[test]
        fn no_text_panics(text in "[\\\\udD8é0-9\"]{0,30}") {
            let _ = well_formed(&text);
        }
    }
}
