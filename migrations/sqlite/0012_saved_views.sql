-- Lists as members like to see them, under a name.

CREATE TABLE saved_views (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    list       TEXT NOT NULL,
    name       TEXT NOT NULL,
    -- The query of the list's address.
    query      TEXT NOT NULL,
    owner_id   TEXT NOT NULL,
    is_shared  INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
    version    INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES members (tenant_id, person_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX saved_views_owner_idx ON saved_views (tenant_id, owner_id);
CREATE INDEX saved_views_oldest_idx ON saved_views (tenant_id, created_at, id);
