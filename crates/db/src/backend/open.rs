//! A connection as a transaction holds it.

use std::ops::{Deref, DerefMut};

use sqlx::{Database, Transaction, pool::PoolConnection};

/// Begun on a connection, or the connection alone, on which each statement is a transaction by itself.
#[derive(Debug)]
pub(crate) enum Open<DB: Database> {
    Begun(Transaction<'static, DB>),
    Alone(PoolConnection<DB>),
}

impl<DB: Database> Open<DB> {
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Begun(transaction) => transaction.commit().await,
            Self::Alone(_) => Ok(()),
        }
    }
}

impl<DB: Database> Deref for Open<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Begun(transaction) => transaction,
            Self::Alone(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Open<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Begun(transaction) => transaction,
            Self::Alone(connection) => connection,
        }
    }
}

impl<DB: Database> From<Transaction<'static, DB>> for Open<DB> {
    fn from(transaction: Transaction<'static, DB>) -> Self {
        Self::Begun(transaction)
    }
}

impl<DB: Database> From<PoolConnection<DB>> for Open<DB> {
    fn from(connection: PoolConnection<DB>) -> Self {
        Self::Alone(connection)
    }
}
