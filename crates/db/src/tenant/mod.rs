//! What belongs to one tenant. Every public function here takes the tenant's key, and every statement names it.

pub mod activities;
pub mod changes;
pub mod contacts;
pub mod documents;
pub mod facts;
pub mod interest;
pub mod jobs;
pub mod leads;
pub mod listings;
pub mod members;
pub mod reminders;
pub mod summary;
pub mod views;
pub mod websites;

#[cfg(test)]
mod content_tests;
#[cfg(test)]
mod listings_tests;
#[cfg(test)]
mod tests;

/// Makes what a person typed match literally inside LIKE: `%`, `_` and the escape itself are escaped with `\`.
pub(crate) fn like_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// What LIKE compares a JSON list of tags with: the tag as one whole element.
pub(crate) fn tag_pattern(tag: &str) -> String {
    let element = serde_json::to_string(tag).expect("a string is always JSON");
    format!("%{}%", like_literal(&element))
}
