//! What is done with contacts that a bulk edit deletes or puts back: `$1` is the tenant, `$2` the edit, `$3` the step.

use super::{note, of_step};
use crate::backend::Sql;

/// Keeps contacts as they are now: those of these versions.
pub(super) const KEEP: Sql = Sql {
    sqlite: "INSERT INTO removed_contacts
                    (tenant_id, bulk_edit_id, step, id, full_name, email, phone, phone_normalized, source, tags,
                     search_text, name_key, version, created_at, updated_at)
             SELECT contacts.tenant_id, $2, $3, id, full_name, email, phone, phone_normalized, source, tags,
                    search_text, name_key, version, created_at, updated_at
               FROM list
              CROSS JOIN contacts
              WHERE contacts.tenant_id = $1 AND contacts.id = list.c0 AND contacts.version = list.c1",
    postgres: "INSERT INTO removed_contacts
                      (tenant_id, bulk_edit_id, step, id, full_name, email, phone, phone_normalized, source, tags,
                       search_text, name_key, version, created_at, updated_at)
               SELECT contacts.tenant_id, $4, $5, contacts.id, full_name, email, phone, phone_normalized, source,
                      tags, search_text, name_key, contacts.version, created_at, updated_at
                 FROM UNNEST($1, $2) AS list (id, version)
                 JOIN contacts
                   ON contacts.tenant_id = $3 AND contacts.id = list.id AND contacts.version = list.version",
};

/// Deletes those that are kept of the step, and notes what loses its name for them.
pub(super) const TAKE: [&str; 10] = [
    note!("lead", "leads", "contact_id", "removed_contacts"),
    note!("activity", "activities", "contact_id", "removed_contacts"),
    note!("reminder", "reminders", "contact_id", "removed_contacts"),
    concat!(
        "INSERT INTO removed_visitors (tenant_id, bulk_edit_id, step, visitor_id, contact_id, seen_at)
         SELECT tenant_id, $2, $3, visitor_id, contact_id, seen_at
           FROM visitors
          WHERE tenant_id = $1 AND contact_id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
    concat!(
        "UPDATE leads SET contact_id = NULL, version = version + 1 WHERE tenant_id = $1 AND contact_id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
    concat!(
        "UPDATE activities SET contact_id = NULL WHERE tenant_id = $1 AND contact_id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
    concat!(
        "UPDATE reminders SET contact_id = NULL, version = version + 1 WHERE tenant_id = $1 AND contact_id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
    // What was told of them names them.
    concat!(
        "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND contact_id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
    concat!(
        "DELETE FROM duplicate_suggestions WHERE tenant_id = $1 AND (contact_id IN (",
        of_step!("removed_contacts"),
        ") OR other_contact_id IN (",
        of_step!("removed_contacts"),
        "))"
    ),
    concat!(
        "DELETE FROM contacts WHERE tenant_id = $1 AND id IN (",
        of_step!("removed_contacts"),
        ")"
    ),
];

/// Makes those a step of their own that can come back: whose address and number nobody else has.
pub(super) const CHOOSE: Sql = Sql {
    sqlite: "UPDATE removed_contacts
                SET step = $3
              WHERE tenant_id = $1 AND bulk_edit_id = $2 AND id IN (SELECT c0 FROM list)
                AND NOT EXISTS (SELECT 1 FROM contacts
                                 WHERE contacts.tenant_id = $1
                                   AND contacts.email_normalized = removed_contacts.email)
                AND NOT EXISTS (SELECT 1 FROM contacts
                                 WHERE contacts.tenant_id = $1
                                   AND contacts.phone_normalized = removed_contacts.phone_normalized)",
    postgres: "UPDATE removed_contacts
                  SET step = $4
                WHERE tenant_id = $2 AND bulk_edit_id = $3 AND id = ANY($1)
                  AND NOT EXISTS (SELECT 1 FROM contacts
                                   WHERE contacts.tenant_id = $2
                                     AND contacts.email_normalized = removed_contacts.email)
                  AND NOT EXISTS (SELECT 1 FROM contacts
                                   WHERE contacts.tenant_id = $2
                                     AND contacts.phone_normalized = removed_contacts.phone_normalized)",
};

/// Puts those of the step back, with whatever lost its name for them and has none since.
pub(super) const GIVE: [&str; 6] = [
    "INSERT INTO contacts
                (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                 search_text, former_words, name_key, version, created_at, updated_at)
         SELECT tenant_id, id, full_name, email, email, phone, phone_normalized, source, tags,
                search_text,
                COALESCE((SELECT string_agg(former.search_text, '')
                            FROM former_contacts AS former
                           WHERE former.tenant_id = $1 AND former.contact_id = removed_contacts.id), ''),
                name_key, version + 1, created_at, updated_at
           FROM removed_contacts
          WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step = $3",
    // Coming back is no edit of what a merge left.
    "UPDATE contact_merges
        SET kept_version = kept_version + 1
      WHERE tenant_id = $1
        AND EXISTS (SELECT 1
                      FROM removed_contacts AS removed
                     WHERE removed.tenant_id = $1 AND removed.bulk_edit_id = $2 AND removed.step = $3
                       AND removed.id = contact_merges.kept_id AND removed.version = contact_merges.kept_version)",
    concat!(
        "UPDATE leads
            SET contact_id = (SELECT link.record_id
                           FROM removed_links AS link
                          WHERE link.tenant_id = $1 AND link.bulk_edit_id = $2 AND link.kind = 'lead'
                            AND link.row_id = leads.id), version = version + 1
          WHERE tenant_id = $1 AND contact_id IS NULL
            AND id IN (SELECT row_id
                         FROM removed_links
                        WHERE tenant_id = $1 AND bulk_edit_id = $2 AND kind = 'lead' AND record_id IN (",
        of_step!("removed_contacts"),
        "))"
    ),
    concat!(
        "UPDATE activities
            SET contact_id = (SELECT link.record_id
                           FROM removed_links AS link
                          WHERE link.tenant_id = $1 AND link.bulk_edit_id = $2 AND link.kind = 'activity'
                            AND link.row_id = activities.id)
          WHERE tenant_id = $1 AND contact_id IS NULL
            AND id IN (SELECT row_id
                         FROM removed_links
                        WHERE tenant_id = $1 AND bulk_edit_id = $2 AND kind = 'activity' AND record_id IN (",
        of_step!("removed_contacts"),
        "))"
    ),
    concat!(
        "UPDATE reminders
            SET contact_id = (SELECT link.record_id
                           FROM removed_links AS link
                          WHERE link.tenant_id = $1 AND link.bulk_edit_id = $2 AND link.kind = 'reminder'
                            AND link.row_id = reminders.id), version = version + 1
          WHERE tenant_id = $1 AND contact_id IS NULL
            AND id IN (SELECT row_id
                         FROM removed_links
                        WHERE tenant_id = $1 AND bulk_edit_id = $2 AND kind = 'reminder' AND record_id IN (",
        of_step!("removed_contacts"),
        "))"
    ),
    concat!(
        "INSERT INTO visitors (tenant_id, visitor_id, contact_id, seen_at)
         SELECT tenant_id, visitor_id, contact_id, seen_at
           FROM removed_visitors
          WHERE tenant_id = $1 AND bulk_edit_id = $2 AND contact_id IN (",
        of_step!("removed_contacts"),
        ") ON CONFLICT (tenant_id, visitor_id) DO UPDATE
              SET contact_id = excluded.contact_id
            WHERE visitors.contact_id IS NULL"
    ),
];
