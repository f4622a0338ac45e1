//! Correcting and taking back what a member logged by mistake, and what leads remember of it.
//!
//! A lead keeps when it was answered, when somebody last reached out, and whether there was an appointment. Of these only what
//! came of the line in question is put right: the rest was kept by others, who may have known better. Why so, says
//! `docs/adr/0028`.

use jiff::Timestamp;
use types::{Activity, ActivityType, LeadId, LeadStatus};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
    tenant::words,
};

/// Leads of a contact that remember what was done with the contact alone: more than anybody has.
const MOST: i64 = 200;

/// Writes other words or another time over a line that still has this version. False, and nothing written, when it has not.
pub async fn update(
    tx: &mut Tx,
    scope: &TenantScope,
    (was, version): (&Activity, i64),
    is: &Activity,
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE activities
                SET summary = $4, occurred_at = $5, search_text = $6, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(is.id)
        .bind(version)
        .bind(&is.summary)
        .bind(is.occurred_at)
        .bind(words::of_activity(is))
        .execute()
        .await?;
    if touched == 1 && was.occurred_at != is.occurred_at {
        put_right(tx, scope, (was, Some(is.occurred_at)), now).await?;
    }
    Ok(touched == 1)
}

/// Takes a line away that still has this version. False, and nothing done, when it has not.
pub async fn delete(
    tx: &mut Tx,
    scope: &TenantScope,
    (was, version): (&Activity, i64),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM activities WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(was.id)
        .bind(version)
        .execute()
        .await?;
    if touched == 1 {
        put_right(tx, scope, (was, None), now).await?;
    }
    Ok(touched == 1)
}

/// Lets leads remember what is so, once the line is gone or of another time.
async fn put_right(
    tx: &mut Tx,
    scope: &TenantScope,
    (was, is_at): (&Activity, Option<Timestamp>),
    now: Timestamp,
) -> Result<()> {
    if !was.activity_type.is_outbound() || was.actor.is_none() {
        return Ok(());
    }
    for (id, memory, others) in list(tx, scope, was).await? {
        let right = memory.without(was, is_at, &others);
        if right != memory {
            write(
                tx,
                scope,
                (id, right),
                (right.contacted_at != memory.contacted_at).then_some(now),
            )
            .await?;
        }
    }
    Ok(())
}

/// What a lead remembers of being reached out to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Memory {
    created_at: Timestamp,
    status: LeadStatus,
    /// Microseconds after it came.
    answered_after: Option<i64>,
    contacted_at: Option<Timestamp>,
    had_appointment: bool,
}

/// What all other lines tell of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Others {
    answered_at: Option<Timestamp>,
    /// The last time, not after the line in question.
    contacted_at: Option<Timestamp>,
    met: bool,
}

impl Memory {
    /// The same once the line is gone, or tells of another time.
    fn without(self, was: &Activity, is_at: Option<Timestamp>, others: &Others) -> Self {
        let is_of_lead = was.lead_id.is_some();
        let (is_open, is_new) = (!self.status.is_closed(), self.status == LeadStatus::New);
        // A line of a contact tells nothing of what they asked for later.
        let counts_at = is_at.filter(|at| is_of_lead || *at >= self.created_at);
        let came_of_it = self.answered_after == Some(self.after(was.occurred_at));
        let answers_at = counts_at.filter(|at| *at >= self.created_at);
        let answered_after = match (came_of_it, answers_at.map(|at| self.after(at))) {
            (true, right) => others
                .answered_at
                .map(|at| self.after(at))
                .into_iter()
                .chain(right)
                .min(),
            (false, Some(right))
                if self
                    .answered_after
                    .map_or(is_of_lead || is_new, |kept| right < kept) =>
            {
                Some(right)
            }
            (false, _) => self.answered_after,
        };
        let reaches_at = counts_at.filter(|_| is_of_lead || is_open);
        let contacted_at = match self.contacted_at {
            Some(at) if at == was.occurred_at => others.contacted_at.max(counts_at),
            kept => kept.max(reaches_at),
        };
        let had_appointment = match was.activity_type {
            ActivityType::AppointmentLogged if self.had_appointment => others.met || counts_at.is_some(),
            ActivityType::AppointmentLogged => reaches_at.is_some(),
            _ => self.had_appointment,
        };
        Self {
            answered_after,
            contacted_at,
            had_appointment,
            ..self
        }
    }

    fn after(&self, at: Timestamp) -> i64 {
        at.as_microsecond() - self.created_at.as_microsecond()
    }
}

macro_rules! list_memories {
    ($of:literal) => {
        concat!(
            "SELECT leads.id, leads.created_at, leads.status, leads.answered_after, leads.last_contact_at,
                    leads.had_appointment,
                    MIN(CASE WHEN past.occurred_at >= leads.created_at THEN past.occurred_at END) AS others_answered_at,
                    MAX(CASE WHEN past.activity_type <> 'lead_status_changed' AND past.occurred_at <= $4
                              AND (past.lead_id IS NOT NULL OR past.occurred_at >= leads.created_at)
                             THEN past.occurred_at END) AS others_contacted_at,
                    MAX(CASE WHEN past.activity_type = 'appointment_logged'
                              AND (past.lead_id IS NOT NULL OR past.occurred_at >= leads.created_at)
                             THEN 1 ELSE 0 END) = 1 AS others_met
               FROM leads
               LEFT JOIN activities AS past
                 ON past.tenant_id = $1 AND past.id <> $3 AND past.actor_id IS NOT NULL
                AND ((past.lead_id = leads.id
                      AND past.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged',
                                                 'lead_status_changed'))
                     OR (past.lead_id IS NULL AND past.contact_id = leads.contact_id
                         AND past.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged')))
              WHERE leads.tenant_id = $1 AND ",
            $of,
            " GROUP BY leads.tenant_id, leads.id
              ORDER BY leads.created_at DESC, leads.id
              LIMIT $5"
        )
    };
}

/// The leads that may remember a line, and what all the others tell of the same.
async fn list(tx: &mut Tx, scope: &TenantScope, was: &Activity) -> Result<Vec<(LeadId, Memory, Others)>> {
    let query = match (was.lead_id, was.contact_id) {
        (Some(id), _) => tx
            .query(list_memories!("leads.id = $2"))
            .bind(scope.tenant_id())
            .bind(id),
        (None, Some(id)) => tx
            .query(list_memories!("leads.contact_id = $2"))
            .bind(scope.tenant_id())
            .bind(id),
        (None, None) => return Ok(Vec::new()),
    };
    query
        .bind(was.id)
        .bind(was.occurred_at)
        .bind(MOST)
        .fetch_all()
        .await
}

/// Only what a page shows and others may have typed over counts as a change of the lead: when somebody last reached out.
async fn write(
    tx: &mut Tx,
    scope: &TenantScope,
    (id, right): (LeadId, Memory),
    changed_at: Option<Timestamp>,
) -> Result<()> {
    tx.query(
        "UPDATE leads
            SET answered_after = $3, last_contact_at = $4, had_appointment = $5, version = version + $6,
                updated_at = COALESCE($7, updated_at)
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(right.answered_after)
    .bind(right.contacted_at)
    .bind(right.had_appointment)
    .bind(i64::from(changed_at.is_some()))
    .bind(changed_at)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for (LeadId, Memory, Others) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let memory = Memory {
            created_at: row.get("created_at")?,
            status: row.get("status")?,
            answered_after: row.get("answered_after")?,
            contacted_at: row.get("last_contact_at")?,
            had_appointment: row.get("had_appointment")?,
        };
        let others = Others {
            answered_at: row.get("others_answered_at")?,
            contacted_at: row.get("others_contacted_at")?,
            met: row.get("others_met")?,
        };
        Ok((row.get("id")?, memory, others))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use types::{ContactId, PersonId, TestIds};

    use super::*;

    const CAME: Timestamp = Timestamp::UNIX_EPOCH;

    fn minute(minutes: i64) -> Timestamp {
        CAME + SignedDuration::from_mins(minutes)
    }

    /// A lead that was answered and reached at this minute.
    fn a_memory(minutes: i64, status: LeadStatus) -> Memory {
        Memory {
            created_at: CAME,
            status,
            answered_after: Some(minutes * 60_000_000),
            contacted_at: Some(minute(minutes)),
            had_appointment: true,
        }
    }

    /// An appointment with a lead, or with their contact alone.
    fn an_appointment(minutes: i64, is_of_lead: bool) -> Activity {
        let ids = TestIds::default();
        Activity {
            id: types::ActivityId::new(&ids),
            contact_id: Some(ContactId::new(&ids)),
            lead_id: is_of_lead.then(|| LeadId::new(&ids)),
            activity_type: ActivityType::AppointmentLogged,
            occurred_at: minute(minutes),
            summary: String::new(),
            metadata: serde_json::json!({}),
            actor: Some(PersonId::new(&ids)),
        }
    }

    const NO_OTHERS: Others = Others {
        answered_at: None,
        contacted_at: None,
        met: false,
    };

    /// What is remembered after: the minutes of the answer and of the last contact, and whether there was an appointment.
    fn told(memory: Memory) -> (Option<i64>, Option<i64>, bool) {
        let minutes = |at: Timestamp| at.duration_since(CAME).as_mins();
        let answered = memory.answered_after.map(|after| after / 60_000_000);
        (answered, memory.contacted_at.map(minutes), memory.had_appointment)
    }

    #[test]
    fn what_came_of_the_line_goes_with_it_and_what_came_of_others_stays() {
        let memory = a_memory(5, LeadStatus::New);
        let others = Others {
            answered_at: Some(minute(9)),
            contacted_at: Some(minute(3)),
            met: true,
        };
        for (was, is_at, others, expected) in [
            (5, None, NO_OTHERS, (None, None, false)),
            (5, None, others, (Some(9), Some(3), true)),
            (5, Some(2), NO_OTHERS, (Some(2), Some(2), true)),
            (5, Some(20), others, (Some(9), Some(20), true)),
            (7, None, others, (Some(5), Some(5), true)),
            (7, Some(4), others, (Some(4), Some(5), true)),
            (7, Some(-3), others, (Some(5), Some(5), true)),
        ] {
            let was = an_appointment(was, true);

            let right = memory.without(&was, is_at.map(minute), &others);

            assert_eq!(told(right), expected, "{was:?} {is_at:?} {others:?}");
        }
    }

    #[test]
    fn a_line_of_a_contact_tells_only_of_what_they_had_asked_for_by_then() {
        let waiting = Memory {
            answered_after: None,
            contacted_at: None,
            had_appointment: false,
            ..a_memory(0, LeadStatus::New)
        };
        let lost = Memory {
            status: LeadStatus::Lost,
            ..waiting
        };
        let before = an_appointment(-5, false);

        for (memory, is_at, expected) in [
            (waiting, 2, (Some(2), Some(2), true)),
            (waiting, -1, (None, None, false)),
            (lost, 2, (None, None, false)),
        ] {
            let right = memory.without(&before, Some(minute(is_at)), &NO_OTHERS);

            assert_eq!(told(right), expected, "{memory:?} {is_at}");
        }
    }
}
