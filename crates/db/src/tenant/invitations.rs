//! A tenant's invitations: who is asked to become a member, and a hash of the link that lets them.

use jiff::Timestamp;
use types::{Email, Invitation, InvitationId, Page, PageRequest, TokenHash};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::before,
};

macro_rules! select_invitations {
    ($rest:literal) => {
        concat!(
            "SELECT invitation.id, invitation.email, invitation.role, invitation.made_by, maker.name AS maker_name,
                    invitation.created_at, invitation.sent_at, invitation.sent_count, invitation.expires_at,
                    invitation.withdrawn_at, invitation.taken_at
               FROM invitations AS invitation
               JOIN people AS maker ON maker.id = invitation.made_by
              WHERE invitation.tenant_id = $1 ",
            $rest
        )
    };
}

/// Lists the invitations, the newest first, those that nobody can take any more too.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<(Timestamp, InvitationId)>,
    page: PageRequest,
) -> Result<Page<Invitation>> {
    let (at, id) = before(after);
    let rows = tx
        .query(select_invitations!(
            "AND (invitation.created_at, invitation.id) < ($2, $3)
             ORDER BY invitation.created_at DESC, invitation.id DESC
             LIMIT $4 OFFSET $5"
        ))
        .bind(scope.tenant_id())
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the invitations that a list shows on all its pages.
pub async fn count_all(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM invitations WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Finds an invitation.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: InvitationId) -> Result<Option<Invitation>> {
    tx.query(select_invitations!("AND invitation.id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// Finds the invitation whose last link has this secret, whatever became of it.
pub async fn find_by_link(tx: &mut Tx, scope: &TenantScope, hash: &TokenHash) -> Result<Option<Invitation>> {
    tx.query(select_invitations!("AND invitation.token_hash = $2"))
        .bind(scope.tenant_id())
        .bind(hash.as_str())
        .fetch_optional()
        .await
}

/// Counts those that wait: of one address, or all.
pub async fn count_waiting(
    tx: &mut Tx,
    scope: &TenantScope,
    email: Option<&Email>,
    now: Timestamp,
) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM invitations
              WHERE tenant_id = $1 AND withdrawn_at IS NULL AND taken_at IS NULL AND expires_at > $3
                AND ($2 IS NULL OR email = $2)",
        )
        .bind(scope.tenant_id())
        .bind(email.cloned())
        .bind(now)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Adds an invitation, with what is kept of its link.
pub async fn insert(
    tx: &mut Tx,
    scope: &TenantScope,
    invitation: &Invitation,
    hash: &TokenHash,
) -> Result<()> {
    tx.query(
        "INSERT INTO invitations
                (tenant_id, id, email, role, token_hash, made_by, created_at, sent_at, sent_count, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(scope.tenant_id())
    .bind(invitation.id)
    .bind(&invitation.email)
    .bind(invitation.role)
    .bind(hash.as_str())
    .bind(invitation.made_by)
    .bind(invitation.created_at)
    .bind(invitation.sent_at)
    .bind(invitation.sent_count)
    .bind(invitation.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Gives an invitation another link: the one before leads nowhere. Of two at once, one does.
///
/// False, and nothing written, when it was sent, taken or withdrawn since it was read as it was before.
pub async fn renew(tx: &mut Tx, scope: &TenantScope, renewed: &Invitation, hash: &TokenHash) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE invitations
                SET token_hash = $3, sent_at = $4, sent_count = $5, expires_at = $6
              WHERE tenant_id = $1 AND id = $2 AND sent_count = $5 - 1
                AND withdrawn_at IS NULL AND taken_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(renewed.id)
        .bind(hash.as_str())
        .bind(renewed.sent_at)
        .bind(renewed.sent_count)
        .bind(renewed.expires_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes an invitation back. False when it was taken or taken back before.
pub async fn withdraw(tx: &mut Tx, scope: &TenantScope, id: InvitationId, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE invitations
                SET withdrawn_at = $3
              WHERE tenant_id = $1 AND id = $2 AND withdrawn_at IS NULL AND taken_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Uses an invitation up. False when its link is not good, or not good any more: of two at once, one gets it.
pub async fn take(tx: &mut Tx, scope: &TenantScope, hash: &TokenHash, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE invitations
                SET taken_at = $3
              WHERE tenant_id = $1 AND token_hash = $2 AND withdrawn_at IS NULL AND taken_at IS NULL
                AND expires_at > $3",
        )
        .bind(scope.tenant_id())
        .bind(hash.as_str())
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

impl FromRow for Invitation {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            role: row.get("role")?,
            made_by: row.get("made_by")?,
            made_by_name: row.get("maker_name")?,
            created_at: row.get("created_at")?,
            sent_at: row.get("sent_at")?,
            sent_count: row.get("sent_count")?,
            expires_at: row.get("expires_at")?,
            withdrawn_at: row.get("withdrawn_at")?,
            taken_at: row.get("taken_at")?,
        })
    }
}
