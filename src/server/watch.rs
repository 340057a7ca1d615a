//! Hears of changes that other processes made: `LISTEN` on PostgreSQL, `PRAGMA data_version` on SQLite.

use super::events::{CHANNEL, Event, Events};
use super::state::AppState;
use super::write::{Reason, System};
use crate::db::{Connection, Db};
use sqlx::postgres::PgListener;
use sqlx::{Executor, PgPool, SqliteConnection};
use std::time::Duration;
use tokio::time::timeout;

/// Under half a second, so that with the page's own second everything is told in time.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Runs until the process ends.
pub async fn watch(state: AppState) {
    let system = System::unasked(&state, Reason::Watch);
    match system.pool() {
        Some(Db::Sqlite(..)) => watch_sqlite(&state).await,
        Some(Db::Postgres(pool)) => watch_postgres(&state, pool).await,
        None => {}
    }
}

const NEWEST: &str = "select value from facts where name = 'changes'";

/// What a watcher of a SQLite file has seen.
#[derive(Default)]
struct Seen {
    version: i64,
    change: i64,
}

async fn watch_sqlite(state: &AppState) {
    loop {
        let Ok(Connection::Sqlite(mut connection)) = state.connection().await else {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        // Whatever came before, or while there was no connection, is looked at once.
        let mut seen = Seen::default();
        while let Ok(foreign) = look(&state.events, &mut connection, &mut seen).await {
            if foreign {
                state.tell(Event::Reset);
            }
            state.identities.heard();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Whether another process changed something since the last look. `data_version` moves whenever another connection
/// wrote, those of this process included; the numbers of the changes then tell whose they were. A page would otherwise
/// fetch everything again after every click of everybody.
async fn look(events: &Events, connection: &mut SqliteConnection, seen: &mut Seen) -> Result<bool, sqlx::Error> {
    let version = sqlx::query_scalar("pragma data_version").fetch_one(&mut *connection).await?;
    if version == seen.version {
        return Ok(false);
    }
    let newest: Option<String> = sqlx::query_scalar(NEWEST).fetch_optional(&mut *connection).await?;
    let newest = newest.and_then(|text| text.parse().ok()).unwrap_or_default();
    let foreign = events.any_foreign(seen.change, newest);
    *seen = Seen { version, change: newest };
    Ok(foreign)
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

/// Asks the connection between notifications whether it is still there: one that is silently dead hears of nothing.
async fn listen(state: &AppState, pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    state.tell(Event::Reset);
    loop {
        state.identities.heard();
        match timeout(LOOK_EVERY, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => {
                if let Some(event) = state.events.understand(notification.payload()) {
                    state.tell(event);
                }
            }
            Ok(Ok(None)) => state.tell(Event::Reset),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                listener.execute("select 1").await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Entry;
    use crate::server::password::Cost;
    use crate::testing::TestApp;
    use crate::types::Topic;

    #[tokio::test]
    async fn open_pages_look_again_after_another_process_s_change_and_not_after_one_s_own() {
        let app = TestApp::sqlite().await;
        let Db::Sqlite(pool, _) = app.same_database().await else { panic!("not SQLite") };
        let mut connection = pool.acquire().await.unwrap();
        let (events, mut seen) = (&app.state.events, Seen::default());
        look(events, &mut connection, &mut seen).await.unwrap();
        app.admin().await;
        assert!(!look(events, &mut connection, &mut seen).await.unwrap(), "somebody signed in here");
        let other = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        for told in [true, false] {
            let write = System::unasked(&other, Reason::CommandLine).write().await.unwrap();
            let entry = Entry::new("test", "test", "", "");
            write.commit(vec![if told { entry.tells(&[Topic::Users]) } else { entry }]).await.unwrap();
            assert_eq!(look(events, &mut connection, &mut seen).await.unwrap(), told);
        }
    }
}
