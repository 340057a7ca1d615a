use super::*;
use crate::db::{Db, scalar};
use crate::server::{Call, Reason};
use crate::testing::{TestApp, WITH_PASSWORD};
use std::fs;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn database_that_was_stopped_is_one_file_with_everything_in_it() {
    let (url, folder) = TestApp::sqlite().await.empty_database().await;
    let node = TestApp::node(&url, &WITH_PASSWORD).await;
    first_start::ops::run(&node.state, UNNAMED).await.unwrap();
    let mut beside = beside(&node.state);
    let Some(Db::Sqlite(pool, _)) = Call::system(&node.state, Reason::Watch).pool().cloned() else {
        panic!("not SQLite")
    };
    while pool.size() as usize == pool.num_idle() {
        // The watcher keeps a connection.
        tokio::task::yield_now().await;
    }
    node.admin().await;
    beside.shutdown().await;
    upkeep::close(&node.state).await;
    let left: Vec<_> = fs::read_dir(folder.path().join("data")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["doorward.db"]);
    let copy = folder.path().join("copy.db");
    fs::copy(folder.path().join("data/doorward.db"), &copy).unwrap();
    let copy = TestApp::node(&format!("sqlite://{}", copy.display()), &[]).await;
    let mut held = copy.system().read().await.unwrap();
    assert_eq!(scalar!(held.conn(), i64, "select count(*) from sessions").unwrap(), 1);
}
