//! What an export says of itself: a text for people, and a description of its files for programs.

use db::archive::{ColumnKind, GivenColumn, GivenTable, left_out};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::csv_line;

/// Whose export it is, and as of when.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) workspace: String,
    pub(super) tenant_id: String,
    pub(super) at: Timestamp,
}

/// A table that is in it, and how many rows it had.
pub(super) type Counted = (GivenTable, i64);

/// What a table's file of this kind is called.
pub(super) fn name(table: &GivenTable, kind: &str) -> String {
    format!("{kind}/{}.{kind}", table.name)
}

/// The names of its columns, as the first line of its CSV.
pub(super) fn csv_head(table: &GivenTable) -> String {
    csv_line::line(table.columns.iter().map(|column| &column.name))
}

/// A row as a line of CSV.
pub(super) fn csv_row(values: &[Value]) -> String {
    csv_line::line(values.iter().map(|value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }))
}

/// A row as a line of JSON, whose members stand in the order of the columns.
pub(super) fn json_row(table: &GivenTable, values: &[Value]) -> String {
    let members = table.columns.iter().zip(values);
    let members: Vec<_> = members
        .map(|(column, value)| format!("{}:{value}", Value::from(column.name.as_str())))
        .collect();
    format!("{{{}}}\n", members.join(","))
}

/// `schema.json`.
pub(super) fn schema(head: &Head, tables: &[Counted]) -> String {
    let described = tables.iter().map(|(table, rows)| {
        json!({
            "name": table.name,
            "description": table.what,
            "rows": rows,
            "files": { "csv": name(table, "csv"), "jsonLines": name(table, "jsonl") },
            "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        })
    });
    let left_out = left_out().map(|(table, why)| json!({ "name": table, "reason": why }));
    let schema = json!({
        "format": "freehold-export",
        "version": 1,
        "tenantId": head.tenant_id,
        "workspace": head.workspace,
        "asOf": head.at,
        "tables": described.collect::<Vec<_>>(),
        "leftOut": left_out.collect::<Vec<_>>(),
    });
    format!("{schema:#}\n")
}

fn column(GivenColumn { name, kind }: &GivenColumn) -> Value {
    match kind {
        ColumnKind::Text => json!({ "name": name, "type": "string" }),
        ColumnKind::Time => json!({ "name": name, "type": "string", "format": "date-time" }),
        ColumnKind::Integer => json!({ "name": name, "type": "integer" }),
        ColumnKind::Number => json!({ "name": name, "type": "number" }),
        ColumnKind::Boolean => json!({ "name": name, "type": "boolean" }),
    }
}

/// `README.txt`.
pub(super) fn readme(head: &Head, tables: &[Counted]) -> String {
    let mut text = format!(
        "Everything in the workspace {}, as of {}.\n\n{FILES}\n",
        head.workspace,
        head.at.strftime("%-d %B %Y, %H:%M UTC")
    );
    text.push_str("What there is (rows, name, what it is)\n\n");
    for (table, rows) in tables {
        text.push_str(&format!("{rows:>9}  {:<22}  {}\n", table.name, table.what));
    }
    text.push_str("\nWhat is left out, and why\n\n");
    for (table, why) in left_out() {
        text.push_str(&format!("           {table:<22}  {why}\n"));
    }
    text
}

const FILES: &str = "Everything stands here twice, with the same rows in the same order:

csv/    For spreadsheets. UTF-8, with commas. A cell that begins like a formula (= + - @) is led by an
        apostrophe, so that no spreadsheet runs it: phone numbers and negative numbers, too.
jsonl/  For programs, exactly as it is stored. One JSON object a line.

schema.json  What each file and each column is.
SHA256SUMS   Whether every file is whole: `sha256sum -c SHA256SUMS`.

Rows point to each other by their ids: a lead's contact_id is the id of a contact, and its assigned_to the id of one
of the people. Times are in UTC. Prices are in cents. A text that begins with { or [ is often JSON itself, such as
tags, and what your website says.

Passwords, and whatever signs somebody in, are not in it.
";
