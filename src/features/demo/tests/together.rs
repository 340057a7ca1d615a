//! Several nodes that start on one empty database, all at once.

use crate::db::scalar;
use crate::features::demo::ops;
use crate::features::first_start;
use crate::testing::{TestApp, WITH_PASSWORD, both};
use futures::future::join_all;

const NODES: usize = 4;

/// Starts on a database that holds no table yet, all at once: migration, then the first start. Gives the nodes, and how
/// many of them filled the database.
async fn started_together(url: &str, demo: bool) -> (Vec<TestApp>, usize) {
    let start = move |_: usize| async move {
        let node = TestApp::node(url, &WITH_PASSWORD).await;
        let first = match demo {
            true => ops::start(&node.state).await,
            false => first_start::ops::run(&node.state, "Harbour House").await,
        };
        (first.unwrap().is_some(), node)
    };
    let (first, nodes): (Vec<bool>, Vec<TestApp>) = join_all((0..NODES).map(start)).await.into_iter().unzip();
    (nodes, first.into_iter().filter(|first| *first).count())
}

both! {
    async fn nodes_started_together_on_an_empty_database_all_serve(app: TestApp) {
        let (url, _folder) = app.empty_database().await;
        let (nodes, first) = started_together(&url, false).await;
        assert_eq!(first, 1, "one makes the organization and prints how to sign in");
        for node in &nodes {
            node.admin_anew().await.get("/api/v1/users").await.expect(200);
        }
        let mut held = nodes[0].system().read().await.unwrap();
        assert_eq!(scalar!(held.conn(), i64, "select count(*) from organizations").unwrap(), 1);
    }

    async fn demos_started_together_on_an_empty_database_all_serve(app: TestApp) {
        let (url, _folder) = app.empty_database().await;
        let (nodes, first) = started_together(&url, true).await;
        assert_eq!((nodes.len(), first), (NODES, 1));
        let listed = nodes[1].admin_anew().await.get("/api/v1/users").await.expect(200).json();
        assert_eq!(listed["count"], 2_000);
    }
}
