//! What a merge does with the rows of each table that names a contact: notes whose they were, gives them to the contact
//! that is left, and gives them back. `$1` is the tenant, `$2` the merge, `$3` the contact that is left.

/// What a merge does with one kind of row. Every table that names a contact has one, which a test sees to.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    pub(super) note: &'static str,
    pub(super) take: &'static str,
    pub(super) give_back: &'static str,
}

pub(super) const LEADS: Hands = Hands {
    note: "INSERT INTO merged_rows (tenant_id, merge_id, kind, row_id, from_contact_id)
           SELECT tenant_id, $2, 'lead', id, contact_id
             FROM leads
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    take: "UPDATE leads
              SET contact_id = $3, version = version + 1
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    give_back: "UPDATE leads
                   SET contact_id = (SELECT from_contact_id FROM merged_rows
                                      WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'lead'
                                        AND row_id = leads.id), version = version + 1
                 WHERE tenant_id = $1 AND contact_id = $3
                   AND id IN (SELECT row_id FROM merged_rows
                               WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'lead')",
};

pub(super) const ACTIVITIES: Hands = Hands {
    note: "INSERT INTO merged_rows (tenant_id, merge_id, kind, row_id, from_contact_id)
           SELECT tenant_id, $2, 'activity', id, contact_id
             FROM activities
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    take: "UPDATE activities
              SET contact_id = $3
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    give_back: "UPDATE activities
                   SET contact_id = (SELECT from_contact_id FROM merged_rows
                                      WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'activity'
                                        AND row_id = activities.id)
                 WHERE tenant_id = $1 AND contact_id = $3
                   AND id IN (SELECT row_id FROM merged_rows
                               WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'activity')",
};

pub(super) const REMINDERS: Hands = Hands {
    note: "INSERT INTO merged_rows (tenant_id, merge_id, kind, row_id, from_contact_id)
           SELECT tenant_id, $2, 'reminder', id, contact_id
             FROM reminders
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    take: "UPDATE reminders
              SET contact_id = $3, version = version + 1
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    give_back: "UPDATE reminders
                   SET contact_id = (SELECT from_contact_id FROM merged_rows
                                      WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'reminder'
                                        AND row_id = reminders.id), version = version + 1
                 WHERE tenant_id = $1 AND contact_id = $3
                   AND id IN (SELECT row_id FROM merged_rows
                               WHERE tenant_id = $1 AND merge_id = $2 AND kind = 'reminder')",
};

/// The browsers, whose names are not ids: they are noted by themselves.
pub(super) const VISITORS: Hands = Hands {
    note: "INSERT INTO merged_visitors (tenant_id, merge_id, visitor_id, from_contact_id)
           SELECT tenant_id, $2, visitor_id, contact_id
             FROM visitors
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    take: "UPDATE visitors
              SET contact_id = $3
            WHERE tenant_id = $1
              AND contact_id IN
                  (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    give_back: "UPDATE visitors
                   SET contact_id = (SELECT from_contact_id FROM merged_visitors
                                      WHERE tenant_id = $1 AND merge_id = $2
                                        AND visitor_id = visitors.visitor_id)
                 WHERE tenant_id = $1 AND contact_id = $3
                   AND visitor_id IN (SELECT visitor_id FROM merged_visitors
                                       WHERE tenant_id = $1 AND merge_id = $2)",
};
