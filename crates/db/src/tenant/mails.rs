//! A tenant's messages: written with what they tell of, in its transaction, and sent later.

use jiff::Timestamp;
use serde_json::{Value, json};
use types::{Email, Mail, MailId};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// A message to be written down.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Names it.
    pub id: MailId,
    /// What makes two of them one.
    pub key: &'a str,
    /// What it says.
    pub mail: &'a Mail,
    /// When it was written, from when on it is due.
    pub now: Timestamp,
}

/// A message as the mailbox of a development machine shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMail {
    /// What it says; empty once it was sent, unless it was to be kept.
    pub mail: Mail,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// Writes a message down. False when one of this key was written before.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, new: &NewMail<'_>) -> Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO mails (tenant_id, id, mail_key, recipient, content, created_at, attempts, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $6)
                 ON CONFLICT (tenant_id, mail_key) DO NOTHING",
        )
        .bind(scope.tenant_id())
        .bind(new.id)
        .bind(new.key)
        .bind(&new.mail.to)
        .bind(content_of(new.mail))
        .bind(new.now)
        .execute()
        .await?;
    Ok(inserted > 0)
}

/// Counts the messages to an address since then whose keys begin like this, which is a word without `%` or `_`.
pub async fn count_to(
    tx: &mut Tx,
    scope: &TenantScope,
    recipient: &Email,
    (begins, since): (&str, Timestamp),
) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM mails
              WHERE tenant_id = $1 AND recipient = $2 AND created_at > $3 AND mail_key LIKE $4",
        )
        .bind(scope.tenant_id())
        .bind(recipient)
        .bind(since)
        .bind(format!("{begins}%"))
        .fetch_one()
        .await?;
    Ok(count)
}

/// Lists the newest messages, at most fifty.
pub async fn newest(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<StoredMail>> {
    tx.query(
        "SELECT recipient, content, created_at, sent_at
           FROM mails
          WHERE tenant_id = $1
          ORDER BY created_at DESC, id DESC
          LIMIT 50",
    )
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// That a message was written to somebody: not what it says, which may sign them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// To which address.
    pub to: Email,
    /// When.
    pub created_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
}

/// Lists what was written to these addresses, newest first: at most `limit`.
pub async fn to_addresses(
    tx: &mut Tx,
    scope: &TenantScope,
    addresses: &[Email],
    limit: usize,
) -> Result<Vec<Written>> {
    const FIND: Sql = Sql {
        sqlite: "SELECT recipient, created_at, sent_at
                   FROM mails
                  WHERE tenant_id = $1 AND recipient IN (SELECT c0 FROM list)
                  ORDER BY created_at DESC, id DESC
                  LIMIT $2",
        postgres: "SELECT recipient, created_at, sent_at
                     FROM mails
                    WHERE tenant_id = $2 AND recipient = ANY($1)
                    ORDER BY created_at DESC, id DESC
                    LIMIT $3",
    };
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let mut written: Vec<Written> = tx
        .bulk(FIND)
        .column(addresses.iter().cloned())
        .bind(scope.tenant_id())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all()
        .await?;
    // SQLite asks for a few addresses at a time.
    written.sort_by_key(|mail| std::cmp::Reverse(mail.created_at));
    written.truncate(limit);
    Ok(written)
}

impl FromRow for Written {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            to: row.get("recipient")?,
            created_at: row.get("created_at")?,
            sent_at: row.get("sent_at")?,
        })
    }
}

fn content_of(mail: &Mail) -> Value {
    json!({
        "fromName": mail.from_name, "from": mail.from, "replyTo": mail.reply_to, "subject": mail.subject,
        "text": mail.text, "html": mail.html, "unsubscribe": mail.unsubscribe,
    })
}

impl FromRow for Mail {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let content: Value = row.get("content")?;
        let some = |name: &str| content[name].as_str().map(str::to_owned);
        let text = |name: &str| some(name).unwrap_or_default();
        let reply_to = some("replyTo").map(|address| Email::parse(&address)).transpose();
        Ok(Self {
            from_name: text("fromName"),
            from: text("from"),
            to: row.get("recipient")?,
            reply_to: reply_to.map_err(|source| Error::Corrupt {
                column: "content",
                source: source.into(),
            })?,
            subject: text("subject"),
            text: text("text"),
            html: some("html"),
            unsubscribe: some("unsubscribe"),
        })
    }
}

impl FromRow for StoredMail {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            mail: Mail::from_row(row)?,
            created_at: row.get("created_at")?,
            sent_at: row.get("sent_at")?,
        })
    }
}
