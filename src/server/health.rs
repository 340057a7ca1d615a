//! `GET /healthz` (the process serves) and `GET /readyz` (and its database answers and can be written to).

use super::call::{Call, Reason, System};
use super::state::AppState;
use crate::db::{Conn, DbError, Storage, exec, refusals, scalar};
use crate::types::Millis;
use axum::extract::State;
use http::StatusCode;
use tokio::sync::Mutex;

pub async fn live() -> &'static str {
    "ok\n"
}

pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.readiness.look(&state).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

/// What is known of whether the database can be written to. It is only tried after a write was refused, until one goes
/// through: who asks every second must not cost a write each time.
#[derive(Default)]
pub struct Readiness(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// How many refusals there had been when a write went through.
    over: u64,
    /// When a write was last tried, and what it failed with.
    tried: Millis,
    failed: Option<&'static str>,
}

/// Whoever asks more often hears again what was found.
const TRY_EVERY: Millis = 1_000;

impl Readiness {
    async fn look(&self, state: &AppState) -> Result<(), &'static str> {
        let system = Call::system(state, Reason::Health);
        let mut seen = self.0.lock().await;
        let (refused, now) = (refusals(), state.now());
        let writable = refused == seen.over && is_writable(&system).await.map_err(words)?;
        if writable {
            return Ok(());
        }
        if seen.failed.is_none() || !(0..TRY_EVERY).contains(&(now - seen.tried)) {
            seen.tried = now;
            seen.failed = try_to_write(&system).await.err().map(words);
            seen.over = if seen.failed.is_none() { refused } else { seen.over };
        }
        seen.failed.map_or(Ok(()), Err)
    }
}

fn words(error: DbError) -> &'static str {
    tracing::warn!(%error, "not ready");
    match error {
        DbError::Storage(Storage::Full, _) => "the database's storage is full\n",
        DbError::Storage(Storage::ReadOnly, _) => "the database is read-only\n",
        DbError::Storage(Storage::Broken, _) => "the database cannot be read or written\n",
        _ => "the database does not answer\n",
    }
}

/// Whether it answers, and is no PostgreSQL that takes no writes, such as a stand-by. SQLite says so by refusing one.
async fn is_writable(system: &System) -> Result<bool, DbError> {
    let mut held = system.read().await?;
    let mut conn = held.conn();
    match conn {
        Conn::Sqlite(_) => scalar!(conn, bool, "select true"),
        Conn::Postgres(_) => scalar!(conn, bool, "select current_setting('transaction_read_only') = 'off'"),
    }
}

/// Writes a little and takes it back. Enough that a disk with a few bytes left counts as full.
async fn try_to_write(system: &System) -> Result<(), DbError> {
    const FILL: &str = "insert into facts (name, value) values ('room', $1)
        on conflict (name) do update set value = excluded.value";
    let mut write = system.write().await?;
    exec!(write.conn(), FILL, "x".repeat(65_536))?;
    write.commit_unlogged().await?;
    let mut write = system.write().await?;
    exec!(write.conn(), "delete from facts where name = 'room'")?;
    write.commit_unlogged().await
}
