//! `GET /healthz` (the process serves) and `GET /readyz` (and its database answers and can be written to).

use super::state::AppState;
use super::write::{Reason, System};
use crate::db::{Conn, DbError, Storage, exec, refusals, scalar};
use crate::types::Millis;
use axum::extract::State;
use http::StatusCode;

pub async fn live() -> &'static str {
    "ok\n"
}

pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match look(&state).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

/// Whoever asks more often hears again what was found.
const TRY_EVERY: Millis = 1_000;

async fn look(state: &AppState) -> Result<(), &'static str> {
    let system = System::unasked(state, Reason::Health);
    let mut seen = state.readiness.0.lock().await;
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
