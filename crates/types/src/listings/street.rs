//! The street of a home, from the parts that the Data Dictionary takes an address into.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::line::on_one_line;

/// A part of an address: services send numbers as numbers or as text. No row falls by a part, as most say it whole.
pub(super) fn part<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let part = match Value::deserialize(deserializer)? {
        Value::String(text) => on_one_line(&text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    Ok(Some(part).filter(|part| !part.is_empty()))
}

/// The parts in the order in which people write them; the unit comes last.
pub(super) fn joined(parts: [Option<&str>; 5], unit: Option<&str>) -> String {
    let unit = unit.map(marked);
    let parts = parts.into_iter().flatten();
    parts.chain(unit.as_deref()).collect::<Vec<_>>().join(" ")
}

/// `#4B` for a unit that is only numbered: behind a street, a bare number looks like part of it.
fn marked(unit: &str) -> String {
    let is_number = unit.chars().count() == 1 || unit.contains(|letter: char| letter.is_ascii_digit());
    match is_number
        && unit
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '-')
    {
        true => format!("#{unit}"),
        false => unit.to_owned(),
    }
}
