//! Visitors' accounts: the links that sign in, the sessions they open, and who that is.

use jiff::Timestamp;
use types::{Account, AccountId, Email, TokenHash};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// A link to be sent.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// What is kept of its token.
    pub token_hash: &'a TokenHash,
    /// Whom it signs in.
    pub email: &'a Email,
    /// Where it leads then.
    pub next_path: &'a str,
    /// When it was asked for.
    pub now: Timestamp,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// A link that was good, and is used up now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Whom it signs in.
    pub email: Email,
    /// Where it leads.
    pub next_path: String,
}

/// Keeps a link, and forgets those that are too old to be any use.
pub async fn insert_link(tx: &mut Tx, scope: &TenantScope, link: &NewLink<'_>) -> Result<()> {
    tx.query("DELETE FROM sign_in_links WHERE tenant_id = $1 AND expires_at < $2")
        .bind(scope.tenant_id())
        .bind(link.now)
        .execute()
        .await?;
    tx.query(
        "INSERT INTO sign_in_links (tenant_id, token_hash, email, next_path, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(scope.tenant_id())
    .bind(link.token_hash.as_str())
    .bind(link.email)
    .bind(link.next_path)
    .bind(link.now)
    .bind(link.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Uses a link up. None when there is none, or it was used, or is too old: of two at once, one gets it.
pub async fn redeem_link(
    tx: &mut Tx,
    scope: &TenantScope,
    token_hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Redeemed>> {
    tx.query(
        "UPDATE sign_in_links
            SET used_at = $3
          WHERE tenant_id = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > $3
      RETURNING email, next_path",
    )
    .bind(scope.tenant_id())
    .bind(token_hash.as_str())
    .bind(now)
    .fetch_optional()
    .await
}

/// Finds the account of an address, or opens one with this id.
pub async fn find_or_insert(
    tx: &mut Tx,
    scope: &TenantScope,
    (id, email): (AccountId, &Email),
    now: Timestamp,
) -> Result<Account> {
    tx.query(
        "INSERT INTO accounts (tenant_id, id, email, created_at)
         VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, email) DO NOTHING",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(email)
    .bind(now)
    .execute()
    .await?;
    tx.query(
        "SELECT id, email, first_name, last_name, created_at FROM accounts WHERE tenant_id = $1 AND email = $2",
    )
    .bind(scope.tenant_id())
    .bind(email)
    .fetch_one()
    .await
}

/// Finds the account of an address.
pub async fn find_by_email(tx: &mut Tx, scope: &TenantScope, email: &Email) -> Result<Option<Account>> {
    tx.query(
        "SELECT id, email, first_name, last_name, created_at FROM accounts WHERE tenant_id = $1 AND email = $2",
    )
    .bind(scope.tenant_id())
    .bind(email)
    .fetch_optional()
    .await
}

/// Says which name the browsers of an account go by: that of the first one that signed in, which is this one if none did.
pub async fn browsers_go_by(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    visitor_id: &str,
) -> Result<String> {
    let Only(name) = tx
        .query(
            "UPDATE accounts
                SET visitor_id = COALESCE(visitor_id, $3)
              WHERE tenant_id = $1 AND id = $2
          RETURNING visitor_id AS value",
        )
        .bind(scope.tenant_id())
        .bind(account)
        .bind(visitor_id)
        .fetch_one()
        .await?;
    Ok(name)
}

/// Finds an account. PostgreSQL holds it until the commit.
pub async fn find_to_change(tx: &mut Tx, scope: &TenantScope, id: AccountId) -> Result<Option<Account>> {
    const FIND: Sql = Sql {
        sqlite: "SELECT id, email, first_name, last_name, created_at FROM accounts
                  WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)",
        postgres: "SELECT id, email, first_name, last_name, created_at FROM accounts
                    WHERE tenant_id = $2 AND id = ANY($1) FOR UPDATE",
    };
    let found = tx.bulk(FIND).column([id]).bind(scope.tenant_id());
    Ok(found.fetch_all().await?.pop())
}

/// Writes what somebody is called.
pub async fn rename(tx: &mut Tx, scope: &TenantScope, account: &Account) -> Result<()> {
    tx.query("UPDATE accounts SET first_name = $3, last_name = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(account.id)
        .bind(account.first_name.clone())
        .bind(account.last_name.clone())
        .execute()
        .await?;
    Ok(())
}

/// Opens a session.
pub async fn open_session(
    tx: &mut Tx,
    scope: &TenantScope,
    (account, token_hash): (AccountId, &TokenHash),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.query(
        "INSERT INTO account_sessions (tenant_id, token_hash, account_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(scope.tenant_id())
    .bind(token_hash.as_str())
    .bind(account)
    .bind(now)
    .bind(expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds who is signed in with this token.
pub async fn of_session(
    tx: &mut Tx,
    scope: &TenantScope,
    token_hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Account>> {
    tx.query(
        "SELECT accounts.id, accounts.email, accounts.first_name, accounts.last_name, accounts.created_at
           FROM account_sessions AS session
           JOIN accounts ON accounts.tenant_id = session.tenant_id AND accounts.id = session.account_id
          WHERE session.tenant_id = $1 AND session.token_hash = $2 AND session.expires_at > $3",
    )
    .bind(scope.tenant_id())
    .bind(token_hash.as_str())
    .bind(now)
    .fetch_optional()
    .await
}

/// Ends a session. One that is not there is ended already.
pub async fn close_session(tx: &mut Tx, scope: &TenantScope, token_hash: &TokenHash) -> Result<()> {
    tx.query("DELETE FROM account_sessions WHERE tenant_id = $1 AND token_hash = $2")
        .bind(scope.tenant_id())
        .bind(token_hash.as_str())
        .execute()
        .await?;
    Ok(())
}

impl FromRow for Account {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for Redeemed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            email: row.get("email")?,
            next_path: row.get("next_path")?,
        })
    }
}
