//! A fresh migrated database per test, cloned from one template per engine.

use crate::db::connect;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::PathBuf;
use tokio::sync::{Mutex, OnceCell};

/// A copy of a migrated file, in a folder that goes with the test.
pub async fn sqlite() -> (String, tempfile::TempDir) {
    static TEMPLATE: OnceCell<(PathBuf, tempfile::TempDir)> = OnceCell::const_new();
    let (template, _) = TEMPLATE
        .get_or_init(async || {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("template.db");
            let db = connect(&format!("sqlite://{}", file.display())).await.unwrap();
            // Closing folds the write-ahead log into the file.
            db.close().await;
            (file, folder)
        })
        .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("doorward.db");
    std::fs::copy(template, &file).unwrap();
    (format!("sqlite://{}", file.display()), folder)
}

/// A clone of a migrated database in the cluster that `TEST_POSTGRES_URL` names; `make test` starts one.
pub async fn postgres() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    // Cloning wants the template to itself.
    static ONE_AT_A_TIME: Mutex<u32> = Mutex::const_new(0);
    let cluster = cluster();
    let template = TEMPLATE
        .get_or_init(async || {
            let name = format!("template_{}", std::process::id());
            let mut admin = PgConnection::connect(&cluster).await.unwrap();
            admin.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
            connect(&address(&cluster, &name)).await.unwrap().close().await;
            name
        })
        .await;
    let mut made = ONE_AT_A_TIME.lock().await;
    *made += 1;
    let name = format!("test_{}_{}", std::process::id(), *made);
    let mut admin = PgConnection::connect(&cluster).await.unwrap();
    admin.execute(AssertSqlSafe(format!("create database {name} template {template}"))).await.unwrap();
    address(&cluster, &name)
}

/// A database without a table.
pub async fn empty_postgres() -> String {
    static MADE: Mutex<u32> = Mutex::const_new(0);
    let cluster = cluster();
    let mut made = MADE.lock().await;
    *made += 1;
    let name = format!("empty_{}_{}", std::process::id(), *made);
    let mut admin = PgConnection::connect(&cluster).await.unwrap();
    admin.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    address(&cluster, &name)
}

fn cluster() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL names no cluster: run `make test`, or `.ci/with-postgres.sh cargo test --features ssr`",
    )
}

/// The cluster's address with another database in it.
fn address(cluster: &str, database: &str) -> String {
    let mut url = url::Url::parse(cluster).unwrap();
    url.set_path(database);
    url.into()
}
