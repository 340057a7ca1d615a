//! What the list of keys costs, by plan and by counter: with 20,000 keys of somebody else beside one's own hundred.

use super::super::store::{LISTING, of_user};
use crate::db::{Conn, Statement, exec};
use crate::resource::list::Viewer;
use crate::server::cursor;
use crate::server::identity::find_actor;
use crate::testing::{START, TestApp, UserSpec, both, most_read, scans};
use crate::types::ListQuery;

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
        let scanned = |step: &str| step.contains("TEMP B-TREE") || (scans(step) && step != "SCAN counted");
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
        let organization = app.organization_id().await;
        let mut held = app.system().read().await.unwrap();
        let conn = &mut held.conn();
        if let Conn::Postgres(_) = conn {
            // It gathers statistics by itself, only later.
            exec!(conn, "analyze").unwrap();
        }
        let actor = find_actor(conn, &organization, &anna.id, START).await.unwrap().unwrap();
        let viewer = Viewer { actor: &actor, now: START };
        let after = |sort: &str| cursor::encode(sort, cursor::Value::Text("key 5".to_owned()), &anna.id, None);
        for sort in ["name", "-name"] {
            for q in ["", "key 7"] {
                for cursor in [String::new(), after(sort)] {
                    let query = ListQuery { q: q.to_owned(), sort: sort.to_owned(), cursor, ..ListQuery::default() };
                    let wanted = LISTING.understand(&query).unwrap();
                    let [rows, count] = of_user(&anna.id).map(|query| wanted.narrowed(query, &viewer));
                    for statement in [wanted.rows(rows), count.counted()] {
                        assert_eq!(too_much(conn, statement.clone()).await, None, "{}", statement.sql);
                    }
                }
            }
        }
    }
}
