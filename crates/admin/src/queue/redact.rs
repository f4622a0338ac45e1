//! An event without the person in it: its shape stays, and the words that are ours.

use serde_json::{Map, Value};

/// Members whose text is one of our own words, or names a tenant.
const OURS: [&str; 10] = [
    "eventType",
    "version",
    "occurredAt",
    "tenantId",
    "tenantSlug",
    "tenantDomain",
    "source",
    "propertyType",
    "sortField",
    "sortOrder",
];

/// The event with every text that may be a visitor's replaced by its length. What is no JSON is a text as well.
pub(crate) fn redacted(payload: &str) -> Value {
    serde_json::from_str(payload).map_or_else(|_| hidden(payload), |event| without_people("", event))
}

fn without_people(name: &str, value: Value) -> Value {
    match value {
        Value::String(text) if OURS.contains(&name) && is_word(&text) => Value::String(text),
        Value::String(text) => hidden(&text),
        Value::Array(items) => items.into_iter().map(|item| without_people(name, item)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let value = without_people(&name, value);
                // A name nobody of ours gave may be a visitor's text itself.
                let name = if is_word(&name) { name } else { "…".to_owned() };
                (name, value)
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
}

fn hidden(text: &str) -> Value {
    Value::String(format!("[{} characters]", text.chars().count()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shape_stays_and_the_person_goes() {
        let event = json!({
            "eventType": "website.lead.submitted", "version": 1,
            "tenant": { "tenantId": "tenant_acme" },
            "payload": {
                "source": "contact", "message": "Ring me", "contact": { "email": "ann@example.com" },
                "propertyDetails": { "beds": 3 }, "source2": ["a b"],
            },
        });

        assert_eq!(
            redacted(&event.to_string()),
            json!({
                "eventType": "website.lead.submitted", "version": 1,
                "tenant": { "tenantId": "tenant_acme" },
                "payload": {
                    "source": "contact", "message": "[7 characters]",
                    "contact": { "email": "[15 characters]" },
                    "propertyDetails": { "beds": 3 }, "source2": ["[3 characters]"],
                },
            })
        );
    }

    #[test]
    fn a_person_is_not_found_where_a_word_of_ours_belongs() {
        let event = json!({ "source": "ann@example.com", "ann@example.com": 1 });

        assert!(!redacted(&event.to_string()).to_string().contains("ann"));
        assert_eq!(redacted("not json, ann"), "[13 characters]");
    }
}
