//! What the list of keys costs, by plan and by counter: with 20,000 keys of somebody else beside one's own hundred.

use super::super::store::{counted, listed};
use crate::db::{Conn, Order, Statement, exec};
use crate::testing::{TestApp, UserSpec, both, most_read};

/// A person's most, and a little for the rows of other tables.
const MOST: i64 = 220;

async fn fill(app: &TestApp, user_id: &str, keys: i64) {
    const FILL: &str = "insert into api_keys (id, organization_id, user_id, name, name_key, remark, may_administer,
            secret_hash, hint, created_at)
        with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $2)
        select u.id || n.i, u.organization_id, u.id, 'Key ' || n.i, 'key ' || (n.i * 7919 % 20011), '', false,
            u.id || n.i, 'dwk_', n.i
        from n cross join users u where u.id = $1";
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), FILL, user_id, keys).unwrap();
    write.commit_unlogged().await.unwrap();
}

/// What a plan does too much, if anything.
async fn too_much(conn: &mut Conn<'_>, statement: Statement) -> Option<String> {
    if let Conn::Sqlite(_) = conn {
        let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
        let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
        let walked = plan.iter().any(|step| step.3.contains("api_keys_listed (user_id=?"));
        let scanned = |step: &str| step.contains("TEMP B-TREE") || (step.starts_with("SCAN") && step != "SCAN counted");
        let bad = plan.iter().find(|step| scanned(&step.3)).map(|step| step.3.clone());
        return bad.or_else(|| (!walked).then(|| format!("no walk along the index: {plan:?}")));
    }
    let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
    let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
    let (rows, step) = most_read(&plan);
    (rows > MOST).then(|| format!("{step} reads {rows}"))
}

both! {
    async fn list_of_keys_reads_none_of_anybody_else(app: TestApp) {
        let anna = app.user(UserSpec { username: "anna", ..UserSpec::default() }).await;
        let ben = app.user(UserSpec { username: "ben", ..UserSpec::default() }).await;
        fill(&app, &anna.id, 100).await;
        fill(&app, &ben.id, 20_000).await;
        let mut held = app.system().read().await.unwrap();
        let conn = &mut held.conn();
        if let Conn::Postgres(_) = conn {
            // It gathers statistics by itself, only later.
            exec!(conn, "analyze").unwrap();
        }
        for descending in [false, true] {
            let order = Order { column: "k.name_key", id: "k.id", descending };
            for text in ["", "key 7"] {
                for after in [None, Some(("key 5".into(), anna.id.clone()))] {
                    let list = listed(&anna.id, text, &order, after, 51);
                    assert_eq!(too_much(conn, list.clone()).await, None, "{}", list.sql);
                }
            }
        }
        for text in ["", "key 7"] {
            assert_eq!(too_much(conn, counted(&anna.id, text)).await, None, "count of {text:?}");
        }
    }
}
