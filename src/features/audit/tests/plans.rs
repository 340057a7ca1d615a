//! What the audit log costs to read, by plan and by counter.

use super::super::store::{Filter, page_of};
use crate::access::Actor;
use crate::db::exec;
use crate::server::clock::new_id;
use crate::server::identity::find_actor;
use crate::testing::{Given, TestApp, UserSpec, both, plans};
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
        let all = Filter { actor: &boss, action: "", actor_id: "", target_id: "", q: "" };
        let filters = [
            (all, "organization_id=?"),
            (Filter { action: "seldom", ..all }, "action=?"),
            (Filter { actor_id: &actor, ..all }, "actor_id=?"),
            (Filter { target_id: &target, ..all }, "target_id=?"),
        ];
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        for (filter, by) in filters {
            for descending in [true, false] {
                let first = page_of(&conn, &filter, (descending, None, PAGE + 1));
                assert_eq!(plans::too_much(&mut conn, first, by, PAGE).await, None, "{by}");
                let after = Some((10_000.into(), "e10000".to_owned()));
                let next = page_of(&conn, &filter, (descending, after, PAGE + 1));
                assert_eq!(plans::too_much(&mut conn, next, by, PAGE).await, None, "a later page of {by}");
            }
        }
    }
}
