//! The database: two engines behind one SQL text, migrations, the list builder and constraint errors.
//!
//! Only `server/` names `Db`: request code reaches a connection through the doorway (`server::Call`), and `store.rs`
//! files take the `Conn` they are given.

mod aside;
mod bind;
mod columns;
mod connect;
mod error;
mod list;
mod postgres;
#[cfg(test)]
pub mod recorded;
#[cfg(not(test))]
#[path = "recorded_absent.rs"]
pub mod recorded;
pub mod search;
mod sqlite;
mod start_error;
mod storage;
#[cfg(test)]
mod tests;
mod turns;
mod upkeep;

pub use aside::Aside;
pub use bind::Bind;
pub use columns::Columns;
pub use connect::connect;
pub use error::{DbError, Unique};
pub use list::{Lookup, Order, Packed, Query, Row, Statement, Table, table, truth};
pub use start_error::StartError;
pub use storage::{Storage, refusals};
pub use turns::{Turn, Turns};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::cell::Cell;

/// The pool of either engine.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(SqlitePool, Turns),
    Postgres(PgPool),
}

/// A connection taken from the pool, for reading.
pub enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A transaction; rolled back when dropped without a commit.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Turn),
    Postgres(Transaction<'static, Postgres>),
}

/// What a store function runs its statement on.
pub enum Conn<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Db {
    pub async fn acquire(&self) -> Result<Connection, DbError> {
        Ok(match self {
            Db::Sqlite(pool, _) => Connection::Sqlite(pool.acquire().await?),
            Db::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        })
    }

    /// Begins a writing transaction. SQLite takes its write lock at once, so that no two writers deadlock on an upgrade;
    /// whoever has to wait for it waits without a connection.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(pool, turns) => {
                let turn = turns.wait().await?;
                Tx::Sqlite(pool.begin_with("begin immediate").await?, turn)
            }
            Db::Postgres(pool) => Tx::Postgres(postgres::begin(pool).await?),
        })
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite(pool, _) => pool.close().await,
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn<'_> {
    /// The same connection for a shorter time; the macros below call it on a `Conn` and on a `&mut Conn` alike.
    pub fn reborrow(&mut self) -> Conn<'_> {
        match self {
            Conn::Sqlite(c) => Conn::Sqlite(c),
            Conn::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Connection {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Connection::Sqlite(c) => Conn::Sqlite(c),
            Connection::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Tx::Sqlite(c, _) => Conn::Sqlite(c),
            Tx::Postgres(c) => Conn::Postgres(c),
        }
    }

    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Tx::Sqlite(tx, _turn) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// The key of PostgreSQL's advisory lock, which no other part of Doorward takes.
const ALONE: i64 = 0x646f_6f72_7761_7264;

/// Waits until no other transaction is alone, to the end of this one. A writer of SQLite always is.
pub async fn alone(conn: &mut Conn<'_>) -> Result<(), DbError> {
    if let Conn::Postgres(_) = conn {
        exec!(conn, "select pg_advisory_xact_lock($1)", ALONE)?;
    }
    Ok(())
}

tokio::task_local! {
    /// Statements run by the current task, for tests that bound them.
    pub static STATEMENTS: Cell<u32>;
}

/// Called by every macro below; costs nothing outside a test's scope.
pub fn count_statement() {
    let _ = STATEMENTS.try_with(|count| count.set(count.get() + 1));
}

/// Runs one expression on either engine: `on!(conn, c => sqlx::query(SQL).execute(&mut *c).await)`.
macro_rules! on {
    ($conn:expr, $c:ident => $run:expr) => {{
        $crate::db::count_statement();
        match $conn.reborrow() {
            $crate::db::Conn::Sqlite($c) => $run.map_err($crate::db::DbError::from),
            $crate::db::Conn::Postgres($c) => $run.map_err($crate::db::DbError::from),
        }
    }};
}

/// All rows of a statement: `rows!(conn, Row, SQL, bind, …)` is `Result<Vec<Row>, DbError>`.
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::db::recorded::note!(&sql $(, $bind)*);
        $crate::db::on!($conn, c => sqlx::query_as::<_, $row>(sql)$(.bind($bind))*.fetch_all(&mut *c).await)
    }};
}

/// The first row, if any: `row!(conn, Row, SQL, bind, …)` is `Result<Option<Row>, DbError>`.
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::db::recorded::note!(&sql $(, $bind)*);
        $crate::db::on!($conn, c => sqlx::query_as::<_, $row>(sql)$(.bind($bind))*.fetch_optional(&mut *c).await)
    }};
}

/// The first column of the one row: `scalar!(conn, i64, SQL, bind, …)`.
macro_rules! scalar {
    ($conn:expr, $type:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::db::recorded::note!(&sql $(, $bind)*);
        $crate::db::on!($conn, c => sqlx::query_scalar::<_, $type>(sql)$(.bind($bind))*.fetch_one(&mut *c).await)
    }};
}

/// Runs a statement and gives the number of rows it touched.
macro_rules! exec {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        $crate::db::recorded::note!(&sql $(, $bind)*);
        $crate::db::on!($conn, c => sqlx::query(sql)$(.bind($bind))*.execute(&mut *c).await.map(|done| done.rows_affected()))
    }};
}

pub(crate) use {exec, on, row, rows, scalar};
