//! Hears of changes that other processes made: `LISTEN` on PostgreSQL, `PRAGMA data_version` on SQLite.

use super::call::{Call, Reason};
use super::events::{CHANNEL, Event};
use super::state::AppState;
use crate::db::Db;
use sqlx::postgres::PgListener;
use sqlx::{PgPool, SqlitePool};
use std::time::Duration;

/// Under half a second, so that with the page's own second everything is told in time.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Runs until the process ends.
pub async fn watch(state: AppState) {
    let system = Call::system(&state, Reason::Watch);
    match system.pool() {
        Some(Db::Sqlite(pool)) => watch_sqlite(&state, pool).await,
        Some(Db::Postgres(pool)) => watch_postgres(&state, pool).await,
        None => {}
    }
}

/// `data_version` moves when another connection wrote, this process's own included: one look too many does no harm.
async fn watch_sqlite(state: &AppState, pool: &SqlitePool) {
    loop {
        let Ok(mut connection) = pool.acquire().await else {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        let mut last = None;
        while let Ok(version) = sqlx::query_scalar::<_, i64>("pragma data_version").fetch_one(&mut *connection).await {
            if last.is_some_and(|last| last != version) {
                state.events.publish(Event::Reset);
            }
            last = Some(version);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// A lost connection may have lost notifications with it: everything is looked at again once it is back.
async fn watch_postgres(state: &AppState, pool: &PgPool) {
    loop {
        if let Err(error) = listen(state, pool).await {
            tracing::warn!(%error, "the event connection to PostgreSQL was lost");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn listen(state: &AppState, pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    state.events.publish(Event::Reset);
    loop {
        match listener.try_recv().await? {
            Some(notification) => state.events.receive(notification.payload()),
            None => state.events.publish(Event::Reset),
        }
    }
}
