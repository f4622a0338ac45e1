//! What a contact allowed: what their forms said, and those of whoever became part of them.
//!
//! Nothing is stored twice: a form's words stay with what happened, so whoever undoes a merge or erases a person has
//! done it to these, too.

use serde_json::Value;
use types::{
    ActivityId, ContactId,
    consents::{Consents, Joined, Statement},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// More forms than anybody sends; of more, the newest count.
const MOST_FORMS: i64 = 500;

/// What a contact allows. Every form of theirs is asked, a colleague's lead's too: what somebody refused is not to be
/// hidden from whoever would write to them.
pub async fn of_contact(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Consents> {
    let forms: Vec<Form> = tx
        .query(
            "SELECT activities.id, activities.occurred_at, activities.metadata, moved.from_contact_id,
                    merges.kept_id, merges.merged_at
               FROM activities
               LEFT JOIN merged_rows AS moved
                 ON moved.tenant_id = $1 AND moved.kind = 'activity' AND moved.row_id = activities.id
               LEFT JOIN contact_merges AS merges
                 ON merges.tenant_id = $1 AND merges.id = moved.merge_id AND merges.undone_at IS NULL
              WHERE activities.tenant_id = $1 AND activities.contact_id = $2
                AND activities.activity_type IN ('lead_submitted', 'valuation_requested')
              ORDER BY activities.occurred_at DESC, activities.id DESC, merges.merged_at DESC
              LIMIT $3",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(MOST_FORMS)
        .fetch_all()
        .await?;
    let joined: Vec<Joined> = forms.iter().filter_map(|form| form.joined).collect();
    let mut said: Vec<(ActivityId, Statement)> = Vec::new();
    for form in forms {
        let Some(statement) = form.statement(id) else {
            continue;
        };
        match said.iter_mut().find(|(known, _)| *known == form.id) {
            // It changed hands more than once: whose it was first, it was when it was said.
            Some((_, known)) if form.joined.is_some() => known.whose = statement.whose,
            Some(_) => {}
            None => said.push((form.id, statement)),
        }
    }
    let said: Vec<Statement> = said.into_iter().map(|(_, statement)| statement).collect();
    Ok(Consents::of(id, &said, &joined))
}

/// A form, and one merge that gave it to somebody else, if any did.
struct Form {
    id: ActivityId,
    at: jiff::Timestamp,
    sent: Value,
    joined: Option<Joined>,
}

impl Form {
    /// What it said, if it said anything of consent.
    fn statement(&self, now_of: ContactId) -> Option<Statement> {
        let consent = self.sent["consent"].as_object()?;
        let allows = |channel: &str| consent.get(channel) == Some(&Value::Bool(true));
        Some(Statement {
            whose: self.joined.map_or(now_of, |joined| joined.from),
            at: self.at,
            allows_email: allows("marketingEmail"),
            allows_calls: allows("marketingCalls"),
        })
    }
}

impl FromRow for Form {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (from, into): (Option<ContactId>, Option<ContactId>) =
            (row.get("from_contact_id")?, row.get("kept_id")?);
        let merged_at: Option<jiff::Timestamp> = row.get("merged_at")?;
        let joined = from.zip(into).zip(merged_at);
        Ok(Self {
            id: row.get("id")?,
            at: row.get("occurred_at")?,
            sent: row.get("metadata")?,
            joined: joined.map(|((from, into), at)| Joined { at, from, into }),
        })
    }
}
