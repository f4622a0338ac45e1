-- Many leads or contacts are deleted at once, and can be put back for ten minutes: until then what a deletion took lies
-- here. A list opens with a view of the reader's choice, and has more orders.

-- Until when a deletion can be undone; nothing once what it took is forgotten.
ALTER TABLE bulk_edits ADD COLUMN forget_at TEXT;
CREATE INDEX bulk_edits_forget_idx ON bulk_edits (forget_at) WHERE forget_at IS NOT NULL;

-- Whatever was left alone has a reason, and so has what was not put back.
DROP INDEX bulk_edit_records_skipped_idx;
CREATE INDEX bulk_edit_records_reasons_idx ON bulk_edit_records (tenant_id, bulk_edit_id, number)
    WHERE reason IS NOT NULL;

-- Each row as it was, without foreign keys: what it names may go meanwhile. A step is what was taken in one transaction.
CREATE TABLE removed_contacts (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id     TEXT NOT NULL,
    step             INTEGER NOT NULL,
    id               TEXT NOT NULL,
    full_name        TEXT,
    email            TEXT,
    phone            TEXT,
    phone_normalized TEXT,
    source           TEXT NOT NULL,
    tags             TEXT NOT NULL,
    search_text      TEXT NOT NULL,
    name_key         TEXT,
    version          INTEGER NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX removed_contacts_step_idx ON removed_contacts (tenant_id, bulk_edit_id, step, id);

CREATE TABLE removed_leads (
    tenant_id        TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id     TEXT NOT NULL,
    step             INTEGER NOT NULL,
    id               TEXT NOT NULL,
    contact_id       TEXT,
    status           TEXT NOT NULL,
    lead_type        TEXT NOT NULL,
    source           TEXT NOT NULL,
    timeframe        TEXT,
    notes            TEXT,
    listing_id       TEXT,
    listing_url      TEXT,
    listing_address  TEXT,
    property_type    TEXT,
    beds             INTEGER,
    baths            REAL,
    sqft             INTEGER,
    price_min        INTEGER,
    price_max        INTEGER,
    assigned_to      TEXT,
    next_action_at   TEXT,
    next_action_note TEXT,
    last_contact_at  TEXT,
    close_reason     TEXT,
    tags             TEXT NOT NULL,
    search_text      TEXT NOT NULL,
    answered_after   INTEGER,
    was_qualified    INTEGER NOT NULL CHECK (was_qualified IN (0, 1)),
    version          INTEGER NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX removed_leads_step_idx ON removed_leads (tenant_id, bulk_edit_id, step, id);
CREATE INDEX removed_leads_contact_idx ON removed_leads (tenant_id, contact_id);

-- What was to be done about a lead goes along with it.
CREATE TABLE removed_reminders (
    tenant_id      TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id   TEXT NOT NULL,
    step           INTEGER NOT NULL,
    id             TEXT NOT NULL,
    title          TEXT NOT NULL,
    due_at         TEXT NOT NULL,
    lead_id        TEXT NOT NULL,
    contact_id     TEXT,
    assigned_to    TEXT NOT NULL,
    created_by     TEXT NOT NULL,
    completed_at   TEXT,
    completed_by   TEXT,
    told_at        TEXT,
    owners_told_at TEXT,
    version        INTEGER NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX removed_reminders_lead_idx ON removed_reminders (tenant_id, bulk_edit_id, lead_id);
CREATE INDEX removed_reminders_step_idx ON removed_reminders (tenant_id, bulk_edit_id, step);

-- The browsers of contacts, which go along with them.
CREATE TABLE removed_visitors (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id TEXT NOT NULL,
    step         INTEGER NOT NULL,
    visitor_id   TEXT NOT NULL,
    contact_id   TEXT NOT NULL,
    seen_at      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, visitor_id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX removed_visitors_contact_idx ON removed_visitors (tenant_id, bulk_edit_id, contact_id);
CREATE INDEX removed_visitors_step_idx ON removed_visitors (tenant_id, bulk_edit_id, step);

-- What stayed, and lost its name for whom or what it was about.
CREATE TABLE removed_links (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id TEXT NOT NULL,
    step         INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('lead', 'activity', 'reminder')),
    row_id       TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, kind, row_id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX removed_links_record_idx ON removed_links (tenant_id, bulk_edit_id, kind, record_id);
CREATE INDEX removed_links_step_idx ON removed_links (tenant_id, bulk_edit_id, step);

-- The view that a list opens with for somebody.
CREATE TABLE default_views (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id  TEXT NOT NULL,
    list       TEXT NOT NULL,
    view_id    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, list),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, view_id) REFERENCES saved_views (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX default_views_view_idx ON default_views (tenant_id, view_id);

-- Lists in other orders. An enquiry has none of these three, and pays for none.
CREATE INDEX leads_price_idx ON leads (tenant_id, COALESCE(price_max, price_min), id)
    WHERE COALESCE(price_max, price_min) IS NOT NULL;
CREATE INDEX leads_contacted_idx ON leads (tenant_id, last_contact_at, id) WHERE last_contact_at IS NOT NULL;
CREATE INDEX leads_next_idx ON leads (tenant_id, next_action_at, id) WHERE next_action_at IS NOT NULL;
CREATE INDEX contacts_name_idx ON contacts (tenant_id, LOWER(COALESCE(full_name, email, phone)), id);
