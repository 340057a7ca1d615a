//! What the users list costs, by plan and by counter, never by time.

use super::super::list::{LISTING, Users};
use super::super::store::UserRow;
use crate::access::{Actor, Levels, Role};
use crate::db::{Conn, STATEMENTS, Statement, search};
use crate::features::companies::model::CompanyKind;
use crate::server::cursor::Cut;
use crate::server::identity::find_actor;
use crate::testing::{Given, TestApp, UserSpec, both, plans};
use crate::types::{Count, ListQuery};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::cell::Cell;

/// Twice as many as a search follows.
const USERS: i64 = 20_000;

const PAGE: i64 = 50;

/// One in a hundred belongs to the company, another one has the role, a third is disabled, a fourth holds the profile:
/// a plan that walks past the rest to find a page of them reads far more than four pages.
const RARE: i64 = 100;

/// A filter, and the equality by which an index must find its rows.
fn filters(company: &str, profile: &str) -> [(ListQuery, &'static str); 5] {
    [
        (ListQuery::default(), "organization_id=?"),
        (ListQuery::default().with("company_id", company.to_owned()), "company_id=?"),
        (ListQuery::default().with("role", "common_manager".to_owned()), "role=?"),
        (ListQuery::default().with("status", "disabled".to_owned()), "status=?"),
        (ListQuery::default().with("profile_id", profile.to_owned()), "profile_id=?"),
    ]
}

fn sorts() -> impl Iterator<Item = String> {
    LISTING.sorts.iter().flat_map(|sort| [sort.name.to_owned(), format!("-{}", sort.name)])
}

/// How the ids begin that `fill` and `fill_again` make; the last part counts.
const IDS: &str = "00000000-0000-7000-8000-";
const IDS_AGAIN: &str = "00000000-0000-7000-9000-";

/// What `fill` gave to one in a hundred each.
pub(super) struct Filled {
    company: String,
    profile: String,
}

/// That many users, each its own account.
pub(super) async fn fill(app: &TestApp, organization: &str) -> Filled {
    let company = app.company(None, CompanyKind::Installer, "Rare").await;
    let (profile, usual) = (app.profile("Rare", Levels::FULL).await, app.profile("Usual", Levels::FULL).await);
    let all = USERS;
    let numbers =
        format!("with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {all})");
    let accounts = format!(
        "{numbers} insert into accounts (id, username, username_key, name, email, home_organization_id, created_at)
         select 'a' || i, 'u' || i, 'u' || i, 'Name ' || (i * 7919 % {all}), 'e' || (i * 104729 % {all}) || '@x.de', '{organization}', i from n"
    );
    let users = format!(
        "{numbers} insert into users (id, organization_id, account_id, company_id, role, region, status, created_at,
            username_key, name_key, email_key, company_key, last_sign_in_at, search_text)
         select '{IDS}' || (100000000000 + i), '{organization}', 'a' || i,
            case when i % {RARE} = 1 then '{company}' else (select id from companies where organization_id = '{organization}' and parent_id is null) end,
            case when i % {RARE} = 2 then 3 else 1 + i % 2 end, 'europe', case when i % {RARE} = 3 then 'disabled' else 'active' end, i,
            'u' || i, 'name ' || (i * 7919 % {all}), 'e' || (i * 104729 % {all}) || '@x.de', 'c' || i % 10, i * 15485863 % {all},
            '\t\tu' || i || '\n\t\tname\t\t' || (i * 7919 % {all}) || '\n\t\te' || (i * 104729 % {all}) || '\t\t@\tx\t\t.\tde' from n"
    );
    let held = |profile: &str, whose: &str| {
        format!(
            "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key, email_key, company_key, role, status, last_sign_in_at)
             select organization_id, '{profile}', id, username_key, name_key, email_key, company_key, role, status, last_sign_in_at
             from users where id like '{IDS}%' and created_at % {RARE} {whose}"
        )
    };
    let mut write = app.system().write().await.unwrap();
    for sql in [accounts, users, held(&profile, "= 4"), held(&usual, "<> 4")] {
        crate::db::exec!(write.conn(), AssertSqlSafe(sql.clone())).unwrap();
    }
    put_into_index(&mut write.conn(), IDS).await;
    write.commit_unlogged().await.unwrap();
    // SQLite plans without statistics, as Doorward runs it; PostgreSQL gathers them by itself, only later.
    let mut held = app.system().read().await.unwrap();
    if let Conn::Postgres(_) = held.conn() {
        crate::db::exec!(held.conn(), "analyze").unwrap();
    }
    Filled { company, profile }
}

/// What a search looks through without an index, or reads beyond its candidates, if anything.
async fn beyond_candidates(conn: &mut Conn<'_>, statement: Statement) -> Option<String> {
    if let Conn::Sqlite(_) = conn {
        let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
        let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
        // `m` is the table of users, which is never scanned; there are two organizations at most that are counted, and all
        // else is what was found.
        let found = |scanned: &str| {
            ["found", "looked", "walked", "most", "u", "w", "f", "p", "t", "o", "organizations", "CONSTANT"]
                .contains(&scanned)
        };
        let scanned =
            |step: &str| step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()).map(str::to_owned);
        let bad = |step: &str| scanned(step).is_some_and(|table| !found(&table) && !step.contains("VIRTUAL TABLE"));
        let bad = plan.iter().find(|step| bad(&step.3));
        return bad.map(|step| step.3.clone());
    }
    let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
    let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
    let (rows, node) = plans::most_read(&plan);
    // A few rows beside, which a scan of the table passes on its way.
    (rows > search::CANDIDATES + PAGE).then(|| format!("{node} reads {rows}"))
}

pub(super) async fn administrator(app: &TestApp) -> Actor {
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

/// How many users a search finds, as the list counts them.
fn expected(finds: impl Fn(i64) -> bool) -> Value {
    let found = (1..=USERS).filter(|i| finds(*i)).count();
    if found >= 10_000 { json!("10000+") } else { json!(found) }
}

both! {
    async fn any_sort_alone_or_with_one_filter_walks_one_index(app: TestApp) {
        let actor = administrator(&app).await;
        let filled = fill(&app, &actor.organization_id).await;
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        let filters = filters(&filled.company, &filled.profile);
        let all = sorts().flat_map(|sort| filters.clone().map(|(query, by)| (ListQuery { sort: sort.clone(), ..query }, by)));
        for (query, by) in all.collect::<Vec<_>>() {
            let wanted = Users::new(&query).unwrap();
            let first = wanted.rows(&conn, &actor);
            let rows: Vec<UserRow> = first.clone().rows(&mut conn).await.unwrap();
            assert_eq!(rows.len(), 51, "{query:?}");
            assert_eq!(plans::too_much(&mut conn, first, by, PAGE).await, None, "{query:?}");
            let cursor = cursor_after(&wanted, &rows[49]);
            let next = ListQuery { cursor, ..query.clone() };
            let second = Users::new(&next).unwrap().rows(&conn, &actor);
            let following: Vec<UserRow> = second.clone().rows(&mut conn).await.unwrap();
            assert_eq!(following[0].id, rows[50].id, "page 2 begins where page 1 ended: {query:?}");
            assert_eq!(plans::too_much(&mut conn, second, by, PAGE).await, None, "page 2 of {query:?}");
        }
    }

    async fn every_combination_of_the_list_is_understood(app: TestApp) {
        let root = administrator(&app).await;
        let company = app.company(None, CompanyKind::Distributor, "North").await;
        let below = app.company(Some(&company), CompanyKind::Installer, "Fitters").await;
        let manager = Actor { company_path: format!("{}{company}/", root.company_path), ..root.clone() };
        let profile = app.administrator_profile().await;
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        let mut prepared = 0;
        for sort in sorts() {
            for bits in 0..16 {
                let chosen = |bit: i32, value: &str| if bits & bit > 0 { value.to_owned() } else { String::new() };
                for q in ["", "an", "anna"] {
                    let query = ListQuery { q: q.to_owned(), sort: sort.clone(), ..ListQuery::default() };
                    let query = query.with("company_id", chosen(1, &below)).with("role", chosen(2, "owner"));
                    let query = query.with("status", chosen(4, "active")).with("profile_id", chosen(8, &profile));
                    let wanted = Users::new(&query).unwrap();
                    let next = ListQuery { cursor: cursor_after(&wanted, &row()), ..query.clone() };
                    let next = Users::new(&next).unwrap();
                    for actor in [&root, &manager] {
                        let statements = if wanted.searches() {
                            [wanted.found(&conn, actor), next.found(&conn, actor), wanted.of(&conn, &["id"])]
                        } else {
                            [wanted.rows(&conn, actor), next.rows(&conn, actor), wanted.counted(actor)]
                        };
                        for statement in statements {
                            understood(&mut conn, statement, &query).await;
                            prepared += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(prepared, 14 * 16 * 3 * 2 * 3);
    }

    async fn search_takes_its_candidates_from_the_index_and_short_ones_match_beginnings(app: TestApp) {
        let actor = administrator(&app).await;
        fill(&app, &actor.organization_id).await;
        let mut admin = app.admin().await;
        let (name, email) = (|i: i64| i * 7919 % USERS, |i: i64| i * 104_729 % USERS);
        let begins = |number: i64, with: &str| number.to_string().starts_with(with);
        for (text, count) in [
            // `name 777`, `name 7770` and so on.
            ("name 777", expected(|i| begins(name(i), "777"))),
            ("Name", expected(|_| true)),
            // Beginnings of usernames, and of addresses.
            ("u7", expected(|i| begins(i, "7"))),
            ("e7", expected(|i| begins(email(i), "7"))),
            // The second word of a name; nothing in the middle of one.
            ("7", expected(|i| begins(name(i), "7"))),
            ("am", json!(0)),
            ("zz", json!(0)),
            ("%_\"", json!(0)),
        ] {
            let q: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let list = admin.get(&format!("/api/v1/users?limit=50&sort=-name&q={q}")).await.expect(200).json();
            assert_eq!(list["count"], count, "{text}");
            let items = list["items"].as_array().unwrap();
            assert_eq!(items.len() as i64, count.as_i64().unwrap_or(50).min(50), "{text}");
            let (word, field) = match text { "u7" => ("u7", "username"), "e7" => ("e7", "email"), _ => (text, "name") };
            let holds = |user: &Value| user[field].as_str().unwrap().to_lowercase().contains(&word.to_lowercase());
            assert!(items.iter().all(holds), "{text}: {list}");
        }
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        const { assert!(USERS > search::CANDIDATES, "the search for all of them must stop") };
        for (q, rare) in [("name 777", true), ("u7", true), ("7", true), ("name", false)] {
            if let Conn::Postgres(_) = conn {
                // So few rows PostgreSQL may as well read one by one, where the search is for few of them: what counts is
                // that the index serves. For what everybody has it reads the table itself, and stops.
                let scans = if rare { "set enable_seqscan = off" } else { "set enable_seqscan = on" };
                crate::db::exec!(conn, scans).unwrap();
            }
            let query = ListQuery { q: q.to_owned(), ..ListQuery::default() };
            let wanted = Users::new(&query).unwrap();
            let statement = wanted.found(&conn, &actor);
            assert_eq!(beyond_candidates(&mut conn, statement).await, None, "{q}");
        }
        if let Conn::Sqlite(_) = conn {
            let rows = Users::new(&ListQuery::default()).unwrap().of(&conn, &["a", "b"]);
            let explain = Statement { sql: format!("explain query plan {}", rows.sql), ..rows };
            let plan: Vec<(i64, i64, i64, String)> = explain.rows(&mut conn).await.unwrap();
            assert!(plan.iter().any(|step| step.3.starts_with("SEARCH u ") && step.3.contains("(id=?)")), "{plan:?}");
        }
    }

    async fn what_thousands_have_is_found_in_the_order_of_the_list_page_by_page(app: TestApp) {
        is_in_the_order_of_the_list(app).await;
    }

    async fn search_that_stopped_says_so_also_with_a_filter_and_beside_other_organizations(app: TestApp) {
        let actor = administrator(&app).await;
        let elsewhere = app.organization("Elsewhere").await;
        fill(&app, &elsewhere).await;
        let mut admin = app.admin().await;
        let list = admin.get("/api/v1/users?q=name").await.expect(200).json();
        assert_eq!(list["count"], 0, "what others have is neither found nor counted");
        let mine = admin.get("/api/v1/users?q=boss").await.expect(200).json();
        assert_eq!((&mine["count"], &mine["items"][0]["username"]), (&json!(1), &json!("boss")));
        fill_again(&app, &actor.organization_id).await;
        let all = admin.get("/api/v1/users?q=kin").await.expect(200).json();
        assert_eq!(all["count"], "10000+");
        let some = admin.get("/api/v1/users?q=kin&status=disabled").await.expect(200).json();
        let at_least = some["count"].as_str().unwrap().strip_suffix('+').unwrap().parse::<i64>().unwrap();
        assert!((1..10_000).contains(&at_least), "as many at least: {some}");
    }

    async fn page_of_users_costs_a_bounded_number_of_statements(app: TestApp) {
        let actor = administrator(&app).await;
        let admin = app.admin().await;
        let counted = |mut browser: crate::testing::Browser, q: &'static str| async move {
            let list = format!("/api/v1/users?limit=50{q}");
            STATEMENTS.scope(Cell::new(0), async { browser.get(&list).await.expect(200); STATEMENTS.with(Cell::get) }).await
        };
        let few = (counted(admin.clone(), "").await, counted(admin.clone(), "&q=boss").await);
        fill(&app, &actor.organization_id).await;
        let many = (counted(admin.clone(), "").await, counted(admin.clone(), "&q=name").await);
        assert!(many.0 <= 6 && many.1 <= 6, "{many:?} statements");
        // What fits on one page is not counted besides.
        assert_eq!((few.0 + 1, few.1), many, "statements do not grow with rows");
        let list = admin.clone().get("/api/v1/users?limit=1").await.json();
        assert_eq!(list["count"], "10000+");
    }
}

/// SQLite meets them by walking along the order, PostgreSQL looks each of them up: the page is the same.
async fn is_in_the_order_of_the_list(app: TestApp) {
    let actor = administrator(&app).await;
    fill(&app, &actor.organization_id).await;
    let mut admin = app.admin().await;
    let candidates = usize::try_from(search::CANDIDATES).unwrap();
    let found = (1..=USERS).filter(|i| i.to_string().starts_with('1')).take(candidates);
    let found: Vec<(String, String)> =
        found.map(|i| (format!("u{i}"), format!("e{}@x.de", i * 104_729 % USERS))).collect();
    assert_eq!(found.len(), candidates, "more than are looked up without a walk");
    for sort in ["username", "-username", "email", "-email"] {
        let field = sort.trim_start_matches('-');
        let of = |(username, email): &(String, String)| if field == "email" { email.clone() } else { username.clone() };
        let mut all: Vec<String> = found.iter().map(of).collect();
        all.sort();
        if sort.starts_with('-') {
            all.reverse();
        }
        let mut cursor = String::new();
        for expected in all.chunks(150).take(3) {
            let path = format!("/api/v1/users?q=u1&limit=150&sort={sort}&cursor={cursor}");
            let list = admin.get(&path).await.expect(200).json();
            let page: Vec<&str> =
                list["items"].as_array().unwrap().iter().map(|user| user[field].as_str().unwrap()).collect();
            assert_eq!(
                (page, &list["count"]),
                (expected.iter().map(String::as_str).collect(), &json!("10000+")),
                "{sort}"
            );
            cursor = list["next_cursor"].as_str().unwrap().to_owned();
        }
    }
}

/// As many users as a search may take at most and some more, all found by one word.
async fn fill_again(app: &TestApp, organization: &str) {
    let all = search::CANDIDATES + 500;
    let numbers =
        format!("with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {all})");
    let accounts = format!(
        "{numbers} insert into accounts (id, username, username_key, name, email, home_organization_id, created_at)
         select 'k' || i, 'k' || i, 'k' || i, 'Kin', 'k@x.de', '{organization}', i from n"
    );
    let users = format!(
        "{numbers} insert into users (id, organization_id, account_id, company_id, role, region, status, created_at,
            username_key, name_key, email_key, company_key, last_sign_in_at, search_text)
         select '{IDS_AGAIN}' || (100000000000 + i), '{organization}', 'k' || i,
            (select id from companies where organization_id = '{organization}' and parent_id is null), 1, 'europe',
            case when i % 100 = 3 then 'disabled' else 'active' end, i, 'k' || i, 'kin', 'k@x.de', 'c', 0, '\t\tkin' from n"
    );
    let mut write = app.system().write().await.unwrap();
    for sql in [accounts, users] {
        crate::db::exec!(write.conn(), AssertSqlSafe(sql.clone())).unwrap();
    }
    put_into_index(&mut write.conn(), IDS_AGAIN).await;
    write.commit_unlogged().await.unwrap();
}

async fn put_into_index(conn: &mut Conn<'_>, ids: &str) {
    let ids = crate::db::rows!(conn, (String,), "select id from users where id like $1 || '%'", ids).unwrap();
    let ids: Vec<&str> = ids.iter().map(|row| row.0.as_str()).collect();
    search::put_new(conn, &ids).await.unwrap();
}

/// The engine plans the statement without running it.
async fn understood(conn: &mut Conn<'_>, statement: Statement, query: &ListQuery) {
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let explain = if sqlite { "explain query plan" } else { "explain" };
    let explain = Statement { sql: format!("{explain} {}", statement.sql), ..statement };
    let steps = if sqlite {
        explain.rows::<(i64, i64, i64, String)>(conn).await.map(|rows| rows.len())
    } else {
        explain.rows::<(String,)>(conn).await.map(|rows| rows.len())
    };
    assert!(steps.unwrap_or_else(|error| panic!("{error}: {query:?}")) > 0);
}

/// The cursor of what follows a row.
fn cursor_after(users: &Users<'_>, row: &UserRow) -> String {
    users.0.finish(Cut::of(vec![row.clone(), row.clone()], 1, Count::Exactly(1))).next_cursor.unwrap()
}

/// The last row of some page.
fn row() -> UserRow {
    let text = String::new;
    UserRow {
        id: text(),
        account_id: text(),
        username: text(),
        name: text(),
        email: text(),
        phone: text(),
        home_organization_id: None,
        region: text(),
        company_id: text(),
        company_name: text(),
        company_path: text(),
        role: 1,
        status: text(),
        description: text(),
        last_sign_in_at: 0,
        version: 1,
        username_key: text(),
        name_key: text(),
        email_key: text(),
        company_key: text(),
    }
}
