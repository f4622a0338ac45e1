//! The names tenants answer to: one tenant per name, one primary name per tenant.

use std::net::AddrParseError;

use jiff::Timestamp;
use types::{DomainId, DomainStatus, Hostname, ProofSearch, TenantDomain, TenantId};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql, Words},
};

/// The most names a list brings: more than any tenant may have.
const MOST: i64 = 200;

macro_rules! select_domains {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at,
                    proof_since, last_checked_at, last_check, found_texts, found_addresses, next_check_at
               FROM tenant_domains ",
            $rest
        )
    };
}

/// Adds a name. A conflict on `hostname` says that some tenant has it; whose is nobody's business.
pub async fn insert(tx: &mut Tx, _platform: &PlatformScope, domain: &TenantDomain) -> Result<()> {
    tx.query(
        "INSERT INTO tenant_domains
                (tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at,
                 proof_since, next_check_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&domain.tenant_id)
    .bind(domain.id)
    .bind(&domain.hostname)
    .bind(domain.is_primary)
    .bind(domain.is_verified)
    .bind(domain.verified_at)
    .bind(domain.status)
    .bind(domain.created_at)
    .bind(domain.updated_at)
    .bind(domain.proof.proof_since)
    .bind(domain.proof.next_check_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists a tenant's names, the primary one first.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, tenant_id: &TenantId) -> Result<Vec<TenantDomain>> {
    tx.query(select_domains!(
        "WHERE tenant_id = $1
          ORDER BY is_primary DESC, hostname
          LIMIT $2"
    ))
    .bind(tenant_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a name, whoever has it.
pub async fn find(
    tx: &mut Tx,
    _platform: &PlatformScope,
    hostname: &Hostname,
) -> Result<Option<TenantDomain>> {
    tx.query(select_domains!("WHERE hostname = $1"))
        .bind(hostname)
        .fetch_optional()
        .await
}

/// Lists the names of several tenants, the primary ones first.
pub(super) async fn list_of(tx: &mut Tx, tenants: Vec<String>) -> Result<Vec<TenantDomain>> {
    tx.bulk(Sql {
        sqlite: select_domains!(
            "WHERE tenant_id IN (SELECT c0 FROM list)
                  ORDER BY is_primary DESC, hostname"
        ),
        postgres: select_domains!(
            "WHERE tenant_id = ANY($1)
                    ORDER BY is_primary DESC, hostname"
        ),
    })
    .column(tenants)
    .fetch_all()
    .await
}

/// Lists the names whose proof is to be looked for by now, the longest due first. An archived tenant's can wait.
pub async fn due(
    tx: &mut Tx,
    _platform: &PlatformScope,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<TenantDomain>> {
    tx.query(select_domains!(
        "WHERE next_check_at <= $1 AND status = 'active'
           AND NOT EXISTS (SELECT 1 FROM tenants WHERE tenants.id = tenant_domains.tenant_id AND tenants.status = 'archived')
         ORDER BY next_check_at, id
         LIMIT $2"
    ))
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

/// Takes a name that is due until then, so that no other process looks for its proof too. False when one has it.
pub async fn take(
    tx: &mut Tx,
    _platform: &PlatformScope,
    due: &TenantDomain,
    until: Timestamp,
) -> Result<bool> {
    let taken = tx
        .query(
            "UPDATE tenant_domains
                SET next_check_at = $4
              WHERE tenant_id = $1 AND id = $2 AND next_check_at = $3",
        )
        .bind(&due.tenant_id)
        .bind(due.id)
        .bind(due.proof.next_check_at)
        .bind(until)
        .execute()
        .await?;
    Ok(taken > 0)
}

/// Notes how the search for the proof of a name goes.
pub async fn note_search(tx: &mut Tx, _platform: &PlatformScope, domain: &TenantDomain) -> Result<()> {
    let search = &domain.proof;
    let addresses = search.found_addresses.iter().map(ToString::to_string);
    tx.query(
        "UPDATE tenant_domains
            SET proof_since = $3, last_checked_at = $4, last_check = $5, found_texts = $6, found_addresses = $7,
                next_check_at = $8
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(&domain.tenant_id)
    .bind(domain.id)
    .bind(search.proof_since)
    .bind(search.last_checked_at)
    .bind(search.last_check)
    .bind(Words(search.found_texts.clone()))
    .bind(Words(addresses.collect()))
    .bind(search.next_check_at)
    .execute()
    .await?;
    Ok(())
}

/// Writes whether a name is proved, how the search for its proof goes on, and whether it is given up. Which changes are
/// legal, the caller has decided.
pub async fn update(tx: &mut Tx, platform: &PlatformScope, domain: &TenantDomain) -> Result<()> {
    let released_at = (domain.status == DomainStatus::Archived).then_some(domain.updated_at);
    tx.query(
        "UPDATE tenant_domains
            SET is_verified = $3, verified_at = $4, status = $5, released_at = $6, updated_at = $7
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(&domain.tenant_id)
    .bind(domain.id)
    .bind(domain.is_verified)
    .bind(domain.verified_at)
    .bind(domain.status)
    .bind(released_at)
    .bind(domain.updated_at)
    .execute()
    .await?;
    note_search(tx, platform, domain).await
}

/// Makes a name the primary one instead of whichever was.
pub async fn set_primary(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    id: DomainId,
    now: Timestamp,
) -> Result<()> {
    // Two statements, because the index that allows one primary name is checked row by row.
    tx.query(
        "UPDATE tenant_domains SET is_primary = $3, updated_at = $4 WHERE tenant_id = $1 AND is_primary AND id <> $2",
    )
    .bind(tenant_id)
    .bind(id)
    .bind(false)
    .bind(now)
    .execute()
    .await?;
    tx.query("UPDATE tenant_domains SET is_primary = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant_id)
        .bind(id)
        .bind(true)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Lets go of a name that was given up before `before`, so that somebody else may have it.
pub async fn forget_released(
    tx: &mut Tx,
    _platform: &PlatformScope,
    hostname: &Hostname,
    before: Timestamp,
) -> Result<()> {
    tx.query(
        "DELETE FROM tenant_domains
          WHERE hostname = $1 AND status = 'archived' AND NOT is_primary AND released_at < $2",
    )
    .bind(hostname)
    .bind(before)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for TenantDomain {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let created_at = row.get("created_at")?;
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            hostname: row.get("hostname")?,
            is_primary: row.get("is_primary")?,
            is_verified: row.get("is_verified")?,
            verified_at: row.get("verified_at")?,
            status: row.get("status")?,
            proof: search_of(row, created_at)?,
            created_at,
            updated_at: row.get("updated_at")?,
        })
    }
}

fn search_of(row: &Row<'_>, created_at: Timestamp) -> Result<ProofSearch> {
    let addresses = row.get::<Words>("found_addresses")?.0;
    let addresses = addresses.iter().map(|address| address.parse());
    Ok(ProofSearch {
        // A name from before proofs were looked for: since it was added.
        proof_since: row.get::<Option<Timestamp>>("proof_since")?.unwrap_or(created_at),
        last_checked_at: row.get("last_checked_at")?,
        last_check: row.get("last_check")?,
        found_texts: row.get::<Words>("found_texts")?.0,
        found_addresses: addresses
            .collect::<std::result::Result<_, AddrParseError>>()
            .map_err(|error| Error::Corrupt {
                column: "found_addresses",
                source: error.into(),
            })?,
        next_check_at: row.get("next_check_at")?,
    })
}
