-- Many leads or contacts are deleted at once, and can be put back for ten minutes: until then what a deletion took lies
-- here. A list opens with a view of the reader's choice, and has more orders.

-- Until when a deletion can be undone; nothing once what it took is forgotten.
ALTER TABLE bulk_edits ADD COLUMN forget_at timestamptz;
CREATE INDEX bulk_edits_forget_idx ON bulk_edits (forget_at) WHERE forget_at IS NOT NULL;

-- Whatever was left alone has a reason, and so has what was not put back.
DROP INDEX bulk_edit_records_skipped_idx;
CREATE INDEX bulk_edit_records_reasons_idx ON bulk_edit_records (tenant_id, bulk_edit_id, number)
    WHERE reason IS NOT NULL;

-- Each row as it was, without foreign keys: what it names may go meanwhile. A step is what was taken in one transaction.
CREATE TABLE removed_contacts (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id     uuid NOT NULL,
    step             bigint NOT NULL,
    id               uuid NOT NULL,
    full_name        text,
    email            text,
    phone            text,
    phone_normalized text,
    source           text NOT NULL,
    tags             text NOT NULL,
    search_text      text NOT NULL,
    name_key         text,
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX removed_contacts_step_idx ON removed_contacts (tenant_id, bulk_edit_id, step, id);

CREATE TABLE removed_leads (
    tenant_id        text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id     uuid NOT NULL,
    step             bigint NOT NULL,
    id               uuid NOT NULL,
    contact_id       uuid,
    status           text NOT NULL,
    lead_type        text NOT NULL,
    source           text NOT NULL,
    timeframe        text,
    notes            text,
    listing_id       text,
    listing_url      text,
    listing_address  text,
    property_type    text,
    beds             bigint,
    baths            double precision,
    sqft             bigint,
    price_min        bigint,
    price_max        bigint,
    assigned_to      uuid,
    next_action_at   timestamptz,
    next_action_note text,
    last_contact_at  timestamptz,
    close_reason     text,
    tags             text NOT NULL,
    search_text      text NOT NULL,
    answered_after   bigint,
    was_qualified    boolean NOT NULL,
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX removed_leads_step_idx ON removed_leads (tenant_id, bulk_edit_id, step, id);
CREATE INDEX removed_leads_contact_idx ON removed_leads (tenant_id, contact_id);

-- What was to be done about a lead goes along with it.
CREATE TABLE removed_reminders (
    tenant_id      text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id   uuid NOT NULL,
    step           bigint NOT NULL,
    id             uuid NOT NULL,
    title          text NOT NULL,
    due_at         timestamptz NOT NULL,
    lead_id        uuid NOT NULL,
    contact_id     uuid,
    assigned_to    uuid NOT NULL,
    created_by     uuid NOT NULL,
    completed_at   timestamptz,
    completed_by   uuid,
    told_at        timestamptz,
    owners_told_at timestamptz,
    version        bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX removed_reminders_lead_idx ON removed_reminders (tenant_id, bulk_edit_id, lead_id);
CREATE INDEX removed_reminders_step_idx ON removed_reminders (tenant_id, bulk_edit_id, step);

-- The browsers of contacts, which go along with them.
CREATE TABLE removed_visitors (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id uuid NOT NULL,
    step         bigint NOT NULL,
    visitor_id   text NOT NULL,
    contact_id   uuid NOT NULL,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, visitor_id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX removed_visitors_contact_idx ON removed_visitors (tenant_id, bulk_edit_id, contact_id);
CREATE INDEX removed_visitors_step_idx ON removed_visitors (tenant_id, bulk_edit_id, step);

-- What stayed, and lost its name for whom or what it was about.
CREATE TABLE removed_links (
    tenant_id    text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bulk_edit_id uuid NOT NULL,
    step         bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('lead', 'activity', 'reminder')),
    row_id       uuid NOT NULL,
    record_id    uuid NOT NULL,
    PRIMARY KEY (tenant_id, bulk_edit_id, kind, row_id),
    FOREIGN KEY (tenant_id, bulk_edit_id) REFERENCES bulk_edits (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX removed_links_record_idx ON removed_links (tenant_id, bulk_edit_id, kind, record_id);
CREATE INDEX removed_links_step_idx ON removed_links (tenant_id, bulk_edit_id, step);

-- The view that a list opens with for somebody.
CREATE TABLE default_views (
    tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id  uuid NOT NULL,
    list       text NOT NULL,
    view_id    uuid NOT NULL,
    PRIMARY KEY (tenant_id, person_id, list),
    FOREIGN KEY (tenant_id, person_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, view_id) REFERENCES saved_views (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX default_views_view_idx ON default_views (tenant_id, view_id);

-- Lists in other orders. An enquiry has none of these three, and pays for none.
CREATE INDEX leads_price_idx ON leads (tenant_id, COALESCE(price_max, price_min), id)
    WHERE COALESCE(price_max, price_min) IS NOT NULL;
CREATE INDEX leads_contacted_idx ON leads (tenant_id, last_contact_at, id) WHERE last_contact_at IS NOT NULL;
CREATE INDEX leads_next_idx ON leads (tenant_id, next_action_at, id) WHERE next_action_at IS NOT NULL;
CREATE INDEX contacts_name_idx ON contacts (tenant_id, LOWER(COALESCE(full_name, email, phone)), id);

-- Below the queries, which name their tenant themselves: rows of another tenant are not there. Why so, says 0007.
ALTER TABLE removed_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_contacts_of_tenant ON removed_contacts
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE removed_leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_leads FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_leads_of_tenant ON removed_leads
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE removed_reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_reminders_of_tenant ON removed_reminders
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE removed_visitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_visitors FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_visitors_of_tenant ON removed_visitors
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE removed_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_links FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_links_of_tenant ON removed_links
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
ALTER TABLE default_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE default_views FORCE ROW LEVEL SECURITY;
CREATE POLICY default_views_of_tenant ON default_views
    USING (CASE (SELECT current_setting('app.tenant_id', true)) WHEN '*' THEN true WHEN tenant_id THEN true ELSE false END);
