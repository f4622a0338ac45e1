//! What the holder of a narrowed key sees: leads that are theirs or nobody's, and what belongs to those.
//!
//! Every statement that reads leads, contacts, activities or reminders asks it, by convention as `$2`: what
//! [`TenantScope::only`](crate::TenantScope) says, bound after the tenant. A test in `tests/it/house_rules.rs` names the
//! few that do not, with the reason. Why so, says `docs/adr/0015`.

/// Whether the lead of these columns is seen.
macro_rules! sees_lead {
    ($lead:literal) => {
        $crate::tenant::sight::sees_lead!($lead, "$2")
    };
    ($lead:literal, $who:literal) => {
        concat!(
            " (",
            $who,
            " IS NULL OR ",
            $lead,
            ".assigned_to IS NULL OR ",
            $lead,
            ".assigned_to = ",
            $who,
            ") "
        )
    };
}

/// Whether the contact of this id is seen: one of their leads is, or they have none at all.
macro_rules! sees_contact {
    ($contact_id:literal) => {
        $crate::tenant::sight::sees_contact!($contact_id, "$1", "$2")
    };
    ($contact_id:literal, $tenant:literal, $who:literal) => {
        concat!(
            " (",
            $who,
            " IS NULL
               OR NOT EXISTS (SELECT 1
                                FROM leads AS any_lead
                               WHERE any_lead.tenant_id = ",
            $tenant,
            " AND any_lead.contact_id = ",
            $contact_id,
            ")
               OR EXISTS (SELECT 1
                            FROM leads AS own_lead
                           WHERE own_lead.tenant_id = ",
            $tenant,
            " AND own_lead.contact_id = ",
            $contact_id,
            " AND (own_lead.assigned_to IS NULL OR own_lead.assigned_to = ",
            $who,
            "))) "
        )
    };
}

/// Whether what names a lead, a contact, both or neither in these columns is seen: whatever it names has to be.
macro_rules! sees_about {
    ($row:literal) => {
        $crate::tenant::sight::sees_about!($row, "$1", "$2")
    };
    ($row:literal, $tenant:literal, $who:literal) => {
        concat!(
            " (",
            $who,
            " IS NULL
               OR ((",
            $row,
            ".lead_id IS NULL
                    OR EXISTS (SELECT 1
                                 FROM leads AS its_lead
                                WHERE its_lead.tenant_id = ",
            $tenant,
            " AND its_lead.id = ",
            $row,
            ".lead_id
                                  AND (its_lead.assigned_to IS NULL OR its_lead.assigned_to = ",
            $who,
            ")))
                   AND (",
            $row,
            ".contact_id IS NULL
                    OR NOT EXISTS (SELECT 1
                                     FROM leads AS any_lead
                                    WHERE any_lead.tenant_id = ",
            $tenant,
            " AND any_lead.contact_id = ",
            $row,
            ".contact_id)
                    OR EXISTS (SELECT 1
                                 FROM leads AS own_lead
                                WHERE own_lead.tenant_id = ",
            $tenant,
            " AND own_lead.contact_id = ",
            $row,
            ".contact_id
                                  AND (own_lead.assigned_to IS NULL OR own_lead.assigned_to = ",
            $who,
            "))))) "
        )
    };
}

pub(crate) use {sees_about, sees_contact, sees_lead};
