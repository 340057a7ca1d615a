//! What the audit log costs to read, by plan and by counter.

use super::super::store::{LISTING, Log};
use crate::access::Actor;
use crate::db::exec;
use crate::resource::list::Viewer;
use crate::server::clock::new_id;
use crate::server::cursor;
use crate::server::identity::find_actor;
use crate::testing::{Given, TestApp, UserSpec, both, plans};
use crate::types::ListQuery;
use sqlx::AssertSqlSafe;

const EVENTS: i64 = 20_000;

const PAGE: i64 = 50;

/// One in a hundred has the action, another the actor, a third the target: a plan that walks past the rest to find a page
/// of them reads far more than four pages.
async fn fill(app: &TestApp, organization: &str, ids: [&str; 3]) {
    let [action, actor, target] = ids;
    let events = format!(
        "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {EVENTS})
         insert into audit_events (id, organization_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id,
            target_name, address, request_id)
         select 'e' || i, '{organization}', i, 'user', case when i % 100 = 1 then '{actor}' else 'a' || i % 50 end, 'A',
            case when i % 100 = 2 then '{action}' else 'often' end, 'user',
            case when i % 100 = 3 then '{target}' else 't' || i % 50 end, 'T', '', '' from n"
    );
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), AssertSqlSafe(events)).unwrap();
    write.commit_unlogged().await.unwrap();
    plans::gather_statistics(app).await;
}

async fn reader(app: &TestApp) -> Actor {
    let profile = app.administrator_profile().await;
    let person =
        app.user(UserSpec { username: "boss", grants: vec![Given::profile(&profile)], ..UserSpec::default() }).await;
    let (mut held, organization) = (app.system().read().await.unwrap(), app.organization_id().await);
    find_actor(&mut held.conn(), &organization, &person.id, app.state.now()).await.unwrap().unwrap()
}

both! {
    async fn any_filter_of_the_log_walks_one_index(app: TestApp) {
        let boss = reader(&app).await;
        let (actor, target) = (new_id(1), new_id(2));
        fill(&app, &boss.organization_id, ["seldom", &actor, &target]).await;
        let by = |filter: &str, value: &str| ListQuery::default().with(filter, value);
        let filters = [
            (ListQuery::default(), "organization_id=?"),
            (by("action", "seldom"), "action=?"),
            (by("actor_id", &actor), "actor_id=?"),
            (by("target_id", &target), "target_id=?"),
        ];
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        for (query, by) in filters {
            for sort in ["-at", "at"] {
                for cursor in [String::new(), cursor::encode(sort, cursor::Value::Int(10_000), "e10000", None)] {
                    let query = ListQuery { sort: sort.to_owned(), cursor, ..query.clone() };
                    let wanted = LISTING.understand(&query).unwrap();
                    let log = Log { wanted: &wanted, viewer: Viewer { actor: &boss, now: 0 } };
                    let page = log.page(&conn);
                    assert_eq!(plans::too_much(&mut conn, page, by, PAGE).await, None, "{query:?}");
                }
            }
        }
    }
}
