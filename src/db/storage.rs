//! Storage that takes nothing: a full disk, a file system or a server that turned read-only.
//!
//! Nothing is switched off meanwhile. Every write is tried, and the first that goes through ends it. What must not last
//! is a connection that the failure left unusable: it goes back to no pool.

use futures::FutureExt;
use sqlx::error::DatabaseError;
use sqlx::pool::PoolOptions;
use sqlx::{Connection, Database, PgConnection};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Why nothing can be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    Full,
    ReadOnly,
    /// It cannot be read or written as it should be, or there is no memory for it.
    Broken,
}

impl Storage {
    /// By SQLite's result codes with their extended forms, and PostgreSQL's SQLSTATE, which has five characters.
    pub(super) fn of(cause: &dyn DatabaseError) -> Option<Storage> {
        let code = cause.code()?;
        if code.len() == 5 {
            return match code.as_ref() {
                "53100" => Some(Storage::Full),
                "25006" => Some(Storage::ReadOnly),
                "53200" | "58000" | "58030" => Some(Storage::Broken),
                _ => None,
            };
        }
        match code.parse::<u32>().ok()? & 0xff {
            13 => Some(Storage::Full),
            8 => Some(Storage::ReadOnly),
            7 | 10 | 14 => Some(Storage::Broken),
            _ => None,
        }
    }
}

/// What was refused to this process, which has one database. Errors are made where no pool is known.
struct Refused {
    times: u64,
    last: Option<Instant>,
    /// Connections that were opened before are not used again.
    renewed: Option<Instant>,
}

static REFUSED: Mutex<Refused> = Mutex::new(Refused { times: 0, last: None, renewed: None });

/// Connections are opened anew at most this often, however much is refused.
const RENEW_EVERY: Duration = Duration::from_secs(1);

/// No connection of a pool lives longer.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 60);

fn refused() -> MutexGuard<'static, Refused> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often storage has refused something so far.
pub fn refusals() -> u64 {
    refused().times
}

pub(super) fn note() {
    let mut refused = refused();
    refused.times += 1;
    refused.last = Some(Instant::now());
    drop(refused);
    renew();
}

/// What is open now may belong to a server that has become a stand-by, or remember that writing is forbidden.
pub(super) fn renew() {
    let mut refused = refused();
    if refused.renewed.is_none_or(|renewed| renewed.elapsed() >= RENEW_EVERY) {
        refused.renewed = Some(Instant::now());
    }
}

/// A pool that hands out no connection from before a failure, and takes none back that is still in a transaction: SQLite
/// ends one by itself when the disk is full, and then neither commit nor rollback brings the connection out of it.
pub(super) fn guarded<DB: Database>(pool: PoolOptions<DB>) -> PoolOptions<DB> {
    pool.before_acquire(|_, it| {
        let renewed = refused().renewed;
        let old = renewed.is_some_and(|renewed| renewed.elapsed() < it.age);
        async move { Ok(!old) }.boxed()
    })
    .after_release(|connection, _| {
        async move {
            if connection.is_in_transaction() {
                // A rollback that is under way comes first.
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        }
        .boxed()
    })
}

/// Whether this session may not write, where something was refused so lately that one such may still be in the pool.
pub(super) async fn is_read_only(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    if refused().last.is_none_or(|last| last.elapsed() > LONGEST_LIFE) {
        return Ok(false);
    }
    sqlx::query_scalar("select current_setting('transaction_read_only') = 'on'").fetch_one(connection).await
}
