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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::connect;
    use crate::server::password::Cost;
    use crate::server::{Call, Reason};
    use crate::testing::TestApp;
    use tokio::task::JoinSet;

    #[tokio::test]
    async fn stop_leaves_one_file_whatever_was_being_opened() {
        let app = TestApp::sqlite().await;
        for _ in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let db = connect(&format!("sqlite://{}", folder.path().join("d.db").display())).await.unwrap();
            let state = AppState::new(db, app.state.config.clone(), app.clock.clone(), Cost::TEST);
            let mut beside = JoinSet::new();
            for _ in 0..6 {
                let system = Call::system(&state, Reason::Watch);
                beside.spawn(async move { system.read().await.map(drop) });
            }
            tokio::task::yield_now().await;
            beside.shutdown().await;
            state.settled().await;
            close(&state).await;
            let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
            assert_eq!(left, ["d.db"]);
        }
    }
}
