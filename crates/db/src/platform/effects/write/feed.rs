//! What open dashboards are told of a batch.

use std::collections::BTreeMap;

use jiff::Timestamp;
use types::{ChangeKind, ContactId, LeadId, TenantId, matching::Directory};
use uuid::Uuid;

use super::super::Rows;
use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// What one tenant's dashboards are told of a batch.
type Told = Vec<(ChangeKind, [Option<Uuid>; 3])>;

/// Tells the feeds. Last, because their counters are locked from here to the commit.
pub(in super::super) async fn feed(
    tx: &mut Tx,
    (directory, rows): (&Directory, &Rows<'_>),
    now: Timestamp,
) -> Result<()> {
    let mut told: BTreeMap<&TenantId, Told> = BTreeMap::new();
    let new = directory
        .new_contacts()
        .map(|of| (ChangeKind::ContactCreated, of));
    let filled = directory
        .filled_contacts()
        .map(|of| (ChangeKind::ContactUpdated, of));
    for (kind, (tenant_id, contact)) in new.chain(filled) {
        let ids = [None, Some(contact.id.uuid()), None];
        told.entry(tenant_id).or_default().push((kind, ids));
    }
    for (tenant_id, lead) in &rows.leads {
        let ids = [Some(lead.id.uuid()), lead.contact_id.map(ContactId::uuid), None];
        told.entry(tenant_id)
            .or_default()
            .push((ChangeKind::LeadCreated, ids));
    }
    for ((tenant_id, lead_id), correction) in &rows.corrected {
        let ids = [
            Some(lead_id.uuid()),
            Some(correction.earlier.contact_id.uuid()),
            None,
        ];
        told.entry(tenant_id)
            .or_default()
            .push((ChangeKind::LeadUpdated, ids));
    }
    for (tenant_id, activity) in &rows.activities {
        let lead_id = activity.lead_id.map(LeadId::uuid);
        let ids = [
            lead_id,
            activity.contact_id.map(ContactId::uuid),
            Some(activity.id.uuid()),
        ];
        told.entry(tenant_id)
            .or_default()
            .push((ChangeKind::ActivityLogged, ids));
    }
    if told.is_empty() {
        return Ok(());
    }
    let last = advance(tx, &told).await?;
    append(tx, &told, &last, now).await?;
    for tenant_id in told.keys() {
        tx.says_changed(tenant_id);
    }
    Ok(())
}

/// The last number of a tenant's feed.
struct Last(TenantId, i64);

impl FromRow for Last {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("tenant_id")?, row.get("last_seq")?))
    }
}

/// Takes as many numbers from each tenant's feed as it has changes; says the last of each.
async fn advance(tx: &mut Tx, told: &BTreeMap<&TenantId, Told>) -> Result<BTreeMap<TenantId, i64>> {
    const ADVANCE: Sql = Sql {
        sqlite: "INSERT INTO change_feeds (tenant_id, last_seq)
                 SELECT c0, c1
                   FROM list
                  WHERE TRUE
                     ON CONFLICT (tenant_id) DO UPDATE SET last_seq = change_feeds.last_seq + excluded.last_seq
              RETURNING tenant_id, last_seq",
        postgres: "INSERT INTO change_feeds (tenant_id, last_seq)
                   SELECT tenant_id, changes
                     FROM UNNEST($1, $2) AS list (tenant_id, changes)
                       ON CONFLICT (tenant_id) DO UPDATE SET last_seq = change_feeds.last_seq + excluded.last_seq
                RETURNING tenant_id, last_seq",
    };
    let last: Vec<Last> = tx
        .bulk(ADVANCE)
        .column(told.keys().map(|tenant_id| (*tenant_id).clone()))
        .column(told.values().map(|changes| changes.len() as i64))
        .fetch_all()
        .await?;
    Ok(last
        .into_iter()
        .map(|Last(tenant_id, last)| (tenant_id, last))
        .collect())
}

async fn append(
    tx: &mut Tx,
    told: &BTreeMap<&TenantId, Told>,
    last: &BTreeMap<TenantId, i64>,
    now: Timestamp,
) -> Result<()> {
    const APPEND: Sql = Sql {
        sqlite: "INSERT INTO changes (tenant_id, seq, kind, lead_id, contact_id, activity_id, occurred_at)
                 SELECT c0, c1, c2, c3, c4, c5, $1
                   FROM list",
        postgres: "INSERT INTO changes (tenant_id, seq, kind, lead_id, contact_id, activity_id, occurred_at)
                   SELECT tenant_id, seq, kind, lead_id, contact_id, activity_id, $7
                     FROM UNNEST($1, $2, $3, $4, $5, $6)
                       AS list (tenant_id, seq, kind, lead_id, contact_id, activity_id)",
    };
    let mut lines = Vec::new();
    for (tenant_id, changes) in told {
        let end = last.get(*tenant_id).copied().unwrap_or_default();
        let first = end - changes.len() as i64 + 1;
        lines.extend(
            (first..=end)
                .zip(changes)
                .map(|(seq, change)| (*tenant_id, seq, change)),
        );
    }
    tx.bulk(APPEND)
        .column(lines.iter().map(|(tenant_id, ..)| (*tenant_id).clone()))
        .column(lines.iter().map(|(_, seq, _)| *seq))
        .column(lines.iter().map(|(_, _, (kind, _))| *kind))
        .column(lines.iter().map(|(_, _, (_, ids))| ids[0]))
        .column(lines.iter().map(|(_, _, (_, ids))| ids[1]))
        .column(lines.iter().map(|(_, _, (_, ids))| ids[2]))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
