use serde_json::json;

use super::{Document, Route, shape};

#[test]
fn a_shape_is_read_as_it_is_written() {
    let read = shape::read("{ id: uuid, tags: text[], reason?: Reason | null, kind: 'a' | 'b' }");

    let expected = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "reason": { "anyOf": [{ "$ref": "#/components/schemas/Reason" }, { "type": "null" }] },
            "kind": { "type": "string", "enum": ["a", "b"] },
        },
        "required": ["id", "tags", "kind"],
    });
    assert_eq!(read, expected);
}

#[test]
#[should_panic(expected = "\"txet\" is no shape")]
fn a_word_that_is_no_shape_is_found_by_whoever_builds_the_document() {
    shape::read("{ id: txet }");
}

#[test]
fn a_document_has_what_every_route_has_besides_what_each_says() {
    let document = Document::new("Leads")
        .words("Status", ["new", "won"])
        .shape("Lead", "{ id: uuid, status: Status }")
        .route(
            Route::new("GET /api/leads", "Lists leads.")
                .asks("{ status?: Status }")
                .pages("leads", "Lead"),
        )
        .route(
            Route::new("PATCH /api/leads/{id}", "Changes a lead.")
                .takes("{ status?: Status }")
                .answers(200, "{ lead: Lead }"),
        )
        .finish("1");

    insta::assert_json_snapshot!(document["paths"]);
}
