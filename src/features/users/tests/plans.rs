//! What the users list costs, by plan and by counter, never by time.

use super::super::list::{Wanted, sort_names};
use super::super::model::UserQuery;
use super::super::store::UserRow;
use crate::access::{Actor, Levels, Role};
use crate::db::{Conn, STATEMENTS, Statement, search};
use crate::server::identity::find_actor;
use crate::testing::{Given, TestApp, UserSpec, both};
use sqlx::AssertSqlSafe;
use std::cell::Cell;

/// 20,000 in `make test`, as many as `make bench` says.
fn users() -> i64 {
    std::env::var("DOORWARD_PLAN_USERS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

const PAGE: i64 = 50;

/// Every sort in both directions, alone and with each filter.
fn combinations(company: &str, profile: &str) -> Vec<UserQuery> {
    let filters = [
        UserQuery::default(),
        UserQuery { company_id: company.to_owned(), ..UserQuery::default() },
        UserQuery { role: "owner".to_owned(), ..UserQuery::default() },
        UserQuery { status: "active".to_owned(), ..UserQuery::default() },
        UserQuery { profile_id: profile.to_owned(), ..UserQuery::default() },
    ];
    let sorts = sort_names().flat_map(|name| [name.to_owned(), format!("-{name}")]);
    sorts.flat_map(|sort| filters.clone().map(|filter| UserQuery { sort: sort.clone(), ..filter })).collect()
}

/// That many users of one company and profile, each its own account.
async fn fill(app: &TestApp, company: &str, profile: &str, organization: &str) {
    let users_in_all = users();
    let numbers = format!(
        "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {users_in_all})"
    );
    let accounts = format!(
        "{numbers} insert into accounts (id, username, username_key, name, email, home_organization_id, created_at)
         select 'a' || i, 'u' || i, 'u' || i, 'Name ' || (i * 7919 % {users_in_all}), 'e' || (i * 104729 % {users_in_all}) || '@x.de', '{organization}', i from n"
    );
    let users = format!(
        "{numbers} insert into users (id, organization_id, account_id, company_id, role, region, status, created_at,
            username_key, name_key, email_key, company_key, last_sign_in_at)
         select 'u' || i, '{organization}', 'a' || i, '{company}', 1 + i % 3, 'europe', case when i % 10 = 0 then 'disabled' else 'active' end, i,
            'u' || i, 'name ' || (i * 7919 % {users_in_all}), 'e' || (i * 104729 % {users_in_all}) || '@x.de', 'c', i * 15485863 % {users_in_all} from n"
    );
    let held = format!(
        "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key, email_key, company_key, role, status, last_sign_in_at)
         select organization_id, '{profile}', id, username_key, name_key, email_key, company_key, role, status, last_sign_in_at from users where id like 'u%'"
    );
    let mut write = app.system().write().await.unwrap();
    let seq = if matches!(write.conn(), Conn::Sqlite(_)) { "rowid" } else { "seq" };
    let found = format!(
        "insert into user_search ({seq}, text) select seq, username_key || ' ' || name_key || ' ' || email_key
         from users where id like 'u%'"
    );
    for sql in [accounts, users, held, found] {
        crate::db::exec!(write.conn(), AssertSqlSafe(sql.clone())).unwrap();
    }
    write.commit_unlogged().await.unwrap();
    // SQLite plans without statistics, as Doorward runs it; PostgreSQL gathers them by itself, only later.
    let mut held = app.system().read().await.unwrap();
    if let Conn::Postgres(_) = held.conn() {
        crate::db::exec!(held.conn(), "analyze").unwrap();
        // What was inserted at once waits beside the search index until autovacuum puts it in.
        crate::db::scalar!(held.conn(), i64, "select gin_clean_pending_list('user_search_text')").unwrap();
    }
}

/// What a plan reads too much, if anything.
async fn too_much(conn: &mut Conn<'_>, statement: Statement) -> Option<String> {
    match conn {
        Conn::Sqlite(_) => {
            let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
            let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
            let bad = plan.iter().find(|step| step.3.starts_with("SCAN") || step.3.contains("TEMP B-TREE"));
            bad.map(|step| step.3.clone())
        }
        Conn::Postgres(_) => {
            let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
            let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
            let (rows, node) = most_read(&plan);
            (rows > 4 * PAGE).then(|| format!("{node} reads {rows}"))
        }
    }
}

/// What a search looks through without an index, or reads beyond its candidates, if anything.
async fn beyond_candidates(conn: &mut Conn<'_>, statement: Statement) -> Option<String> {
    if let Conn::Sqlite(_) = conn {
        let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
        let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
        let indexed =
            |step: &str| ["VIRTUAL TABLE", "SCAN f", "SCAN by_", "SCAN found"].iter().any(|it| step.contains(it));
        let bad = plan.iter().find(|step| step.3.starts_with("SCAN") && !indexed(&step.3));
        return bad.map(|step| step.3.clone());
    }
    let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
    let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
    let (rows, node) = most_read(&plan);
    (rows > search::CANDIDATES).then(|| format!("{node} reads {rows}"))
}

/// The step of a PostgreSQL plan that reads most rows, those that its filter removed included.
fn most_read(plan: &[(String,)]) -> (i64, String) {
    let number = |line: &str, after: &str| {
        let rest = line.split(after).nth(1)?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
    };
    let mut steps: Vec<(i64, String)> = Vec::new();
    for (line,) in plan {
        if line.contains("Scan") && line.contains("actual") {
            let read = number(line, " rows=").unwrap_or(0) * number(line, " loops=").unwrap_or(1);
            steps.push((read, line.trim().to_owned()));
        } else if let (Some(removed), Some(last)) = (number(line, "Rows Removed by Filter: "), steps.last_mut()) {
            last.0 += removed;
        }
    }
    steps.into_iter().max().unwrap_or_default()
}

async fn administrator(app: &TestApp) -> Actor {
    let profile = app.administrator_profile().await;
    let person = app
        .user(UserSpec {
            username: "boss",
            role: Role::CommonManager,
            grants: vec![Given::profile(&profile)],
            ..UserSpec::default()
        })
        .await;
    let mut held = app.system().read().await.unwrap();
    let organization = app.organization_id().await;
    find_actor(&mut held.conn(), &organization, &person.id, app.state.now()).await.unwrap().unwrap()
}

both! {
    async fn any_sort_alone_or_with_one_filter_walks_one_index(app: TestApp) {
        let actor = administrator(&app).await;
        let company = actor.company_path.trim_end_matches('/').to_owned();
        let profile = app.profile("Everybody's", Levels::FULL).await;
        fill(&app, &company, &profile, &actor.organization_id).await;
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        for query in combinations(&company, &profile) {
            let wanted = Wanted::new(&query).unwrap();
            let first = wanted.rows(&conn, &actor).unwrap();
            let rows: Vec<UserRow> = first.clone().rows(&mut conn).await.unwrap();
            assert_eq!(rows.len(), 51, "{query:?}");
            assert_eq!(too_much(&mut conn, first).await, None, "{query:?}");
            let cursor = wanted.cursor(&rows[49]);
            let next = UserQuery { cursor, ..query.clone() };
            let second = Wanted::new(&next).unwrap().rows(&conn, &actor).unwrap();
            let following: Vec<UserRow> = second.clone().rows(&mut conn).await.unwrap();
            assert_eq!(following[0].id, rows[50].id, "page 2 begins where page 1 ended: {query:?}");
            assert_eq!(too_much(&mut conn, second).await, None, "page 2 of {query:?}");
        }
    }

    async fn search_takes_its_candidates_from_the_index_and_short_ones_match_beginnings(app: TestApp) {
        let actor = administrator(&app).await;
        let company = actor.company_path.trim_end_matches('/').to_owned();
        let profile = app.profile("Everybody's", Levels::FULL).await;
        fill(&app, &company, &profile, &actor.organization_id).await;
        let mut admin = app.admin().await;
        // `name 777`, `name 7770` and so on; all names begin with `name`; `u77` and `e77` begin usernames and addresses.
        for (text, rows, within) in [("name 777", 11, "777"), ("Name", 50, ""), ("u7", 50, ""), ("zz", 0, ""), ("%_\"", 0, "")] {
            let q: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let list = admin.get(&format!("/api/v1/users?limit=50&sort=-name&q={q}")).await.expect(200).json();
            let items = list["items"].as_array().unwrap();
            let enough = if users() > 20_000 { items.len() >= rows } else { items.len() == rows };
            assert!(enough && items.iter().all(|user| user["name"].as_str().unwrap().contains(within)), "{text}: {}", items.len());
            assert_eq!(text == "Name", list["count"] == "10000+", "{text}: {}", list["count"]);
        }
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        if let Conn::Postgres(_) = conn {
            // So few rows PostgreSQL may as well read one by one; what counts is that the index serves.
            crate::db::exec!(conn, "set enable_seqscan = off").unwrap();
        }
        for q in ["name 777", "u7"] {
            let query = UserQuery { q: q.to_owned(), ..UserQuery::default() };
            let statement = Wanted::new(&query).unwrap().rows(&conn, &actor).unwrap();
            assert_eq!(beyond_candidates(&mut conn, statement).await, None, "{q}");
        }
    }

    async fn page_of_users_costs_a_bounded_number_of_statements(app: TestApp) {
        let actor = administrator(&app).await;
        let company = actor.company_path.trim_end_matches('/').to_owned();
        let profile = app.profile("Everybody's", Levels::FULL).await;
        let mut admin = app.admin().await;
        let counted = |mut browser: crate::testing::Browser| async move {
            STATEMENTS.scope(Cell::new(0), async { browser.get("/api/v1/users?limit=50").await.expect(200); STATEMENTS.with(Cell::get) }).await
        };
        let few = counted(admin.clone()).await;
        fill(&app, &company, &profile, &actor.organization_id).await;
        let many = counted(admin.clone()).await;
        assert_eq!(few, many, "statements do not grow with rows");
        assert!(many <= 6, "{many} statements");
        let list = admin.get("/api/v1/users?limit=1").await.json();
        assert_eq!((list["count"].as_str(), users() > 10_000), (Some("10000+"), true));
    }
}
