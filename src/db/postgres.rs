//! PostgreSQL: where it is and how it is reached.

use super::connect::{StartError, migration_failed};
use super::storage;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor, PgPool};
use std::time::Duration;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connects, and brings the database to the newest migration. Of several nodes that start together one migrates, while
/// the others wait for its advisory lock.
pub(super) async fn open(url: &str) -> Result<PgPool, StartError> {
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(5))
        // Statements here take milliseconds. Where PostgreSQL believes of one that it takes long, compiling it takes longest.
        .after_connect(|connection, _| Box::pin(async move { connection.execute("set jit = off").await.map(|_| ()) }));
    let pool = storage::guarded(pool).connect(url).await;
    let pool = pool.map_err(|e| StartError(format!("cannot reach the PostgreSQL database: {e}")))?;
    MIGRATIONS.run(&pool).await.map_err(migration_failed)?;
    Ok(pool)
}
