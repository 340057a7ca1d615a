//! What the database needs now and then, whoever uses it.

use super::state::AppState;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// An orderly stop waits this long for what still uses the database.
const LONGEST_CLOSE: Duration = Duration::from_secs(3);

/// Keeps the planner's statistics in step with the tables. Runs until the process ends; a start has just done it.
pub async fn daily(state: AppState) {
    loop {
        tokio::time::sleep(DAY).await;
        renew_statistics(&state).await;
    }
}

pub async fn renew_statistics(state: &AppState) {
    if let Err(error) = state.db.optimize().await {
        tracing::warn!(%error, "could not renew the statistics of the database");
    }
}

/// For whatever has just filled the database in bulk. It goes without: plans must be right before.
pub async fn settle(state: &AppState) {
    if let Err(error) = state.db.settle().await {
        tracing::warn!(%error, "could not gather the statistics of the database");
    }
}

/// Gives up every connection. The last one folds SQLite's write-ahead log into its file, which is then all there is.
pub async fn close(state: &AppState) {
    if tokio::time::timeout(LONGEST_CLOSE, state.db.close()).await.is_err() {
        tracing::warn!("stopped while the database was still in use");
    }
}
