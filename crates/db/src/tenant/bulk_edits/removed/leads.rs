//! What is done with leads that a bulk edit deletes or puts back: `$1` is the tenant, `$2` the edit, `$3` the step.

use super::{note, of_step};
use crate::backend::Sql;

/// The contact of what is put back, if they are still there.
macro_rules! contact_of {
    ($table:literal) => {
        concat!(
            "(SELECT contacts.id FROM contacts WHERE contacts.tenant_id = $1 AND contacts.id = ",
            $table,
            ".contact_id)"
        )
    };
}

/// Keeps leads as they are now: those of these versions.
pub(super) const KEEP: Sql = Sql {
    sqlite: "INSERT INTO removed_leads
                    (tenant_id, bulk_edit_id, step, id, contact_id, status, lead_type, source, timeframe, notes,
                     listing_id, listing_url, listing_address, property_type, beds, baths, sqft, price_min, price_max,
                     assigned_to, next_action_at, next_action_note, last_contact_at, close_reason, tags, search_text,
                     answered_after, was_qualified, had_appointment, version, created_at, updated_at)
             SELECT leads.tenant_id, $2, $3, id, contact_id, status, lead_type, source, timeframe, notes, listing_id,
                    listing_url, listing_address, property_type, beds, baths, sqft, price_min, price_max,
                    assigned_to, next_action_at, next_action_note, last_contact_at, close_reason, tags, search_text,
                    answered_after, was_qualified, had_appointment, version, created_at, updated_at
               FROM list
              CROSS JOIN leads
              WHERE leads.tenant_id = $1 AND leads.id = list.c0 AND leads.version = list.c1",
    postgres: "INSERT INTO removed_leads
                      (tenant_id, bulk_edit_id, step, id, contact_id, status, lead_type, source, timeframe, notes,
                       listing_id, listing_url, listing_address, property_type, beds, baths, sqft, price_min,
                       price_max, assigned_to, next_action_at, next_action_note, last_contact_at, close_reason, tags,
                       search_text, answered_after, was_qualified, had_appointment, version, created_at, updated_at)
               SELECT leads.tenant_id, $4, $5, leads.id, contact_id, status, lead_type, source, timeframe, notes,
                      listing_id, listing_url, listing_address, property_type, beds, baths, sqft, price_min, price_max,
                      assigned_to, next_action_at, next_action_note, last_contact_at, close_reason, tags, search_text,
                      answered_after, was_qualified, had_appointment, leads.version, created_at, updated_at
                 FROM UNNEST($1, $2) AS list (id, version)
                 JOIN leads ON leads.tenant_id = $3 AND leads.id = list.id AND leads.version = list.version",
};

/// Deletes those that are kept of the step, with their reminders; what happened stays.
pub(super) const TAKE: [&str; 5] = [
    note!("activity", "activities", "lead_id", "removed_leads"),
    concat!(
        "INSERT INTO removed_reminders
                (tenant_id, bulk_edit_id, step, id, title, due_at, lead_id, contact_id, assigned_to, created_by,
                 completed_at, completed_by, told_at, owners_told_at, version, created_at, updated_at)
         SELECT tenant_id, $2, $3, id, title, due_at, lead_id, contact_id, assigned_to, created_by,
                completed_at, completed_by, told_at, owners_told_at, version, created_at, updated_at
           FROM reminders
          WHERE tenant_id = $1 AND lead_id IN (",
        of_step!("removed_leads"),
        ")"
    ),
    concat!(
        "UPDATE activities SET lead_id = NULL WHERE tenant_id = $1 AND lead_id IN (",
        of_step!("removed_leads"),
        ")"
    ),
    concat!(
        "DELETE FROM reminders WHERE tenant_id = $1 AND lead_id IN (",
        of_step!("removed_leads"),
        ")"
    ),
    concat!(
        "DELETE FROM leads WHERE tenant_id = $1 AND id IN (",
        of_step!("removed_leads"),
        ")"
    ),
];

/// Makes those a step of their own that are to come back.
pub(super) const CHOOSE: Sql = Sql {
    sqlite: "UPDATE removed_leads
                SET step = $3
              WHERE tenant_id = $1 AND bulk_edit_id = $2 AND id IN (SELECT c0 FROM list)",
    postgres: "UPDATE removed_leads
                  SET step = $4
                WHERE tenant_id = $2 AND bulk_edit_id = $3 AND id = ANY($1)",
};

/// Puts those of the step back, with their past and what was to be done. Where whoever had them has left or may only look
/// by now, they come back to the pool.
pub(super) const GIVE: [&str; 3] = [
    concat!(
        "INSERT INTO leads
                (tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id, listing_url,
                 listing_address, property_type, beds, baths, sqft, price_min, price_max, assigned_to,
                 next_action_at, next_action_note, last_contact_at, close_reason, tags, search_text,
                 answered_after, was_qualified, had_appointment, version, created_at, updated_at)
         SELECT tenant_id, id, ",
        contact_of!("removed_leads"),
        ", status, lead_type, source, timeframe, notes, listing_id, listing_url,
                listing_address, property_type, beds, baths, sqft, price_min, price_max,
                (SELECT person_id
                   FROM members
                  WHERE members.tenant_id = $1 AND person_id = removed_leads.assigned_to AND removed_at IS NULL
                    AND role <> 'read_only'),
                next_action_at, next_action_note, last_contact_at, close_reason, tags, search_text,
                answered_after, was_qualified, had_appointment, version + 1, created_at, updated_at
           FROM removed_leads
          WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step = $3"
    ),
    concat!(
        "UPDATE activities
            SET lead_id = (SELECT link.record_id
                           FROM removed_links AS link
                          WHERE link.tenant_id = $1 AND link.bulk_edit_id = $2 AND link.kind = 'activity'
                            AND link.row_id = activities.id)
          WHERE tenant_id = $1 AND lead_id IS NULL
            AND id IN (SELECT row_id
                         FROM removed_links
                        WHERE tenant_id = $1 AND bulk_edit_id = $2 AND kind = 'activity' AND record_id IN (",
        of_step!("removed_leads"),
        "))"
    ),
    concat!(
        "INSERT INTO reminders
                (tenant_id, id, title, due_at, lead_id, contact_id, assigned_to, created_by, completed_at,
                 completed_by, told_at, owners_told_at, version, created_at, updated_at)
         SELECT tenant_id, id, title, due_at, lead_id, ",
        contact_of!("removed_reminders"),
        ", assigned_to, created_by, completed_at,
                completed_by, told_at, owners_told_at, version + 1, created_at, updated_at
           FROM removed_reminders
          WHERE tenant_id = $1 AND bulk_edit_id = $2 AND lead_id IN (",
        of_step!("removed_leads"),
        ")"
    ),
];
