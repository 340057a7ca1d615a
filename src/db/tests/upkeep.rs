//! Statistics for the planner, and a write-ahead log that stays short.

use crate::db::{Conn, Db, connect, exec, scalar};
use crate::features::demo;
use crate::server::upkeep;
use crate::testing::{TestApp, WITH_PASSWORD, both};
use sqlx::Executor;

impl TestApp {
    /// Whether the planner knows how many users there are.
    async fn knows_its_users(&self) -> bool {
        let mut held = self.system().read().await.unwrap();
        let mut conn = held.conn();
        let known = match conn {
            Conn::Sqlite(_) => {
                const THERE: &str = "select count(*) from sqlite_master where name = 'sqlite_stat1'";
                if scalar!(conn, i64, THERE).unwrap() == 0 {
                    return false;
                }
                scalar!(conn, i64, "select count(*) from sqlite_stat1 where tbl = 'users'")
            }
            Conn::Postgres(_) => {
                scalar!(conn, i64, "select cast(reltuples as bigint) from pg_class where relname = 'users'")
            }
        };
        known.unwrap() > 0
    }
}

impl TestApp {
    async fn knows_columns_of_its_users(&self) -> bool {
        const KNOWN: &str = "select count(*) from pg_stats where tablename = 'users'";
        scalar!(self.system().read().await.unwrap().conn(), i64, KNOWN).unwrap() > 0
    }
}

both! {
    async fn planner_knows_the_tables_once_they_were_filled_in_bulk(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        assert!(!demo.knows_its_users().await);
        demo::ops::start(&demo.state).await.unwrap();
        assert!(demo.knows_its_users().await, "after the demo");
        assert!(!app.knows_its_users().await);
        demo::seed::run(&app.state, 120, |_| ()).await.unwrap();
        assert!(app.knows_its_users().await, "after seeding");
    }
}

#[tokio::test]
async fn sqlite_looks_at_its_tables_at_a_start_and_once_a_day() {
    let app = TestApp::sqlite().await;
    let forget = async || {
        demo::seed::run(&app.state, 300, |_| ()).await.unwrap();
        // From outside: a connection goes on with what it has read.
        let Db::Sqlite(pool, _) = app.same_database().await else { panic!("not SQLite") };
        pool.execute("drop table sqlite_stat1").await.unwrap();
        pool.close().await;
        assert!(!app.knows_its_users().await);
    };
    forget().await;
    let _another_start = app.same_database().await;
    assert!(app.knows_its_users().await);
    forget().await;
    upkeep::renew_statistics(&app.state).await;
    assert!(app.knows_its_users().await);
}

#[tokio::test]
async fn postgres_without_statistics_is_looked_at_at_a_start_and_once_a_day() {
    let app = TestApp::postgres().await;
    demo::seed::run(&app.state, 300, |_| ()).await.unwrap();
    // As after a restore, or an upgrade of the server.
    let forget = async || {
        let Db::Postgres(pool) = app.same_database().await else { panic!("not PostgreSQL") };
        pool.execute("delete from pg_statistic where starelid = 'users'::regclass").await.unwrap();
        assert!(!app.knows_columns_of_its_users().await);
    };
    forget().await;
    let _another_start = app.same_database().await;
    assert!(app.knows_columns_of_its_users().await);
    forget().await;
    upkeep::renew_statistics(&app.state).await;
    assert!(app.knows_columns_of_its_users().await);
}

#[tokio::test]
async fn write_ahead_log_is_cut_back_after_a_large_write() {
    const FILL: &str = "insert into facts (name, value) values ($1, $2)
        on conflict (name) do update set value = excluded.value";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("doorward.db");
    let db = connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let log = || folder.path().join("doorward.db-wal").metadata().unwrap().len();
    let write = async |text: String| {
        let mut tx = db.begin().await.unwrap();
        exec!(tx.conn(), FILL, "test", text.as_str()).unwrap();
        tx.commit().await.unwrap();
    };
    write("x".repeat(40_000_000)).await;
    assert!(log() > 40_000_000);
    write("x".to_owned()).await;
    write("y".to_owned()).await;
    assert!(log() <= 16 * 1024 * 1024, "{} bytes", log());
    db.settle().await.unwrap();
    assert_eq!(log(), 0);
    let Db::Sqlite(pool, _) = db else { panic!("not SQLite") };
    pool.close().await;
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["doorward.db"]);
}
