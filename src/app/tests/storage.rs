//! A disk that is full and a database that turned read-only: what everybody is told, and that it is over when it is over.

use crate::db::{Db, exec};
use crate::server::{Call, Entry, Reason};
use crate::testing::{ADMIN_PASSWORD, Answer, Browser, Client, PASSWORD, TestApp, UserSpec, both};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, SqlitePool};
use std::time::{Duration, Instant};

fn profile(name: &str) -> Value {
    json!({ "name": name, "levels": { "rooms": "read" } })
}

fn told(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some(code)), "{}", answer.text);
    assert_ne!(answer.header("retry-after"), "");
}

fn page(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_ne!(answer.header("retry-after"), "");
    assert_ne!(answer.header("x-request-id"), "");
    assert!(!answer.headers.contains_key("set-cookie"));
}

/// Somebody who was signed in before, somebody who was not, and a program.
struct People {
    admin: Browser,
    client: Client,
}

impl People {
    async fn of(app: &TestApp) -> People {
        let mut admin = app.admin().await;
        let levels = json!({ "rooms": "read" });
        let client = Client::made(&mut admin, json!({ "name": "Report", "levels": levels })).await;
        app.user(UserSpec { username: "bo", ..UserSpec::default() }).await;
        People { admin, client }
    }

    async fn are_told(&mut self, app: &TestApp, code: &str) {
        for _ in 0..20 {
            told(&self.admin.post("/api/v1/profiles", &profile("Porter")).await, code);
        }
        let refused = self.admin.call("profiles.create", &json!({ "new": profile("Porter") })).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some(code)), "{}", refused.text);
        assert_ne!(refused.header("retry-after"), "");
        let token = self.client.ask_token(app, "").await.expect(503);
        assert_eq!(token.json()["error"], "temporarily_unavailable");
        app.browser().get("/readyz").await.expect(503);
        app.browser().get("/healthz").await.expect(200);
        self.admin.get("/api/v1/profiles").await.expect(200);
        let sign_in = app.browser().sign_in("bo", PASSWORD).await;
        page(&sign_in);
        assert!(sign_in.text.contains("value=\"bo\"") && sign_in.text.contains("Nothing can be saved"));
        let sign_out = self.admin.form("/sign-out", &[]).await;
        page(&sign_out);
        assert!(sign_out.text.contains("You're still signed in"), "{}", sign_out.text);
        self.admin.get("/api/v1/me").await.expect(200);
    }

    async fn go_on(mut self, app: &TestApp) {
        self.admin.post("/api/v1/profiles", &profile("Night porter")).await.expect(201);
        self.client.ask_token(app, "").await.expect(200);
        app.signed_in("bo", PASSWORD).await;
        app.clock.advance(1_000);
        app.browser().get("/readyz").await.expect(200);
        self.admin.form("/sign-out", &[]).await.expect(303);
        self.admin.get("/api/v1/me").await.expect(401);
        app.signed_in("admin", ADMIN_PASSWORD).await;
    }

    /// Nothing but asking again.
    async fn write_again(&mut self) {
        let begun = Instant::now();
        while self.admin.post("/api/v1/profiles", &profile("Porter")).await.status != 201 {
            assert!(begun.elapsed() < Duration::from_secs(10), "still nothing can be written");
        }
    }
}

impl TestApp {
    fn pool(&self) -> Db {
        Call::system(&self.state, Reason::Watch).pool().unwrap().clone()
    }

    async fn behind_the_scenes(&self, statements: &[&'static str]) {
        let mut write = self.system().write().await.unwrap();
        for statement in statements {
            exec!(write.conn(), *statement).unwrap();
        }
        write.commit_unlogged().await.unwrap();
    }

    /// Every write fails as it does on a full disk: SQLite has no rowid left, PostgreSQL says so itself.
    async fn fill_up(&self) {
        const SQLITE: [&str; 5] = [
            "create table disk (byte integer primary key autoincrement)",
            "insert into disk values (9223372036854775807)",
            "create trigger full_1 before insert on audit_events begin insert into disk values (null); end",
            "create trigger full_2 before insert on facts begin insert into disk values (null); end",
            "create trigger full_3 before update on facts begin insert into disk values (null); end",
        ];
        const POSTGRES: [&str; 3] = [
            "create function disk() returns trigger language plpgsql as
                $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$",
            "create trigger full_1 before insert on audit_events execute function disk()",
            "create trigger full_2 before insert or update on facts execute function disk()",
        ];
        match self.pool() {
            Db::Sqlite(..) => self.behind_the_scenes(&SQLITE).await,
            Db::Postgres(_) => self.behind_the_scenes(&POSTGRES).await,
        }
    }

    async fn make_room(&self) {
        match self.pool() {
            Db::Sqlite(..) => {
                self.behind_the_scenes(&["drop trigger full_1", "drop trigger full_2", "drop trigger full_3"]).await
            }
            Db::Postgres(_) => self.behind_the_scenes(&["drop function disk cascade"]).await,
        }
    }

    /// What a failover or a remount does: whoever connects from now on, and on PostgreSQL who is connected, cannot write.
    async fn set_read_only(&self) {
        match self.pool() {
            Db::Sqlite(pool, _) => {
                pool.set_connect_options((*pool.connect_options()).clone().pragma("query_only", "on"));
                everywhere(&pool, "pragma query_only = on").await;
            }
            Db::Postgres(pool) => {
                let options = pool.connect_options();
                let set = "set default_transaction_read_only = on";
                outside(&options, set).await;
                let all = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
                let mut admin = beside(&options).await;
                sqlx::query(all).bind(options.get_database()).execute(&mut admin).await.unwrap();
            }
        }
    }

    /// On PostgreSQL, connections that are open stay as they are.
    async fn set_writable(&self) {
        match self.pool() {
            Db::Sqlite(pool, _) => {
                pool.set_connect_options((*pool.connect_options()).clone().pragma("query_only", "off"));
                everywhere(&pool, "pragma query_only = off").await;
            }
            Db::Postgres(pool) => outside(&pool.connect_options(), "reset default_transaction_read_only").await,
        }
    }
}

/// On every connection that the pool may have, one that is just being opened too.
async fn everywhere(pool: &SqlitePool, pragma: &'static str) {
    let mut all = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.acquire().await.unwrap());
    }
    for connection in &mut all {
        connection.execute(pragma).await.unwrap();
    }
}

/// A connection to the cluster that is none of the database.
async fn beside(options: &PgConnectOptions) -> PgConnection {
    options.clone().database("postgres").connect().await.unwrap()
}

async fn outside(options: &PgConnectOptions, change: &str) {
    let name = options.get_database().unwrap();
    beside(options).await.execute(AssertSqlSafe(format!("alter database {name} {change}"))).await.unwrap();
}

both! {
    async fn everybody_is_told_that_the_disk_is_full_and_goes_on_when_there_is_room(app: TestApp) {
        let mut people = People::of(&app).await;
        app.fill_up().await;
        people.are_told(&app, "storage_full").await;
        app.make_room().await;
        people.admin.post("/api/v1/profiles", &profile("Porter")).await.expect(201);
        people.go_on(&app).await;
    }

    async fn everybody_is_told_that_the_database_is_read_only_and_goes_on_when_it_is_not(app: TestApp) {
        let mut people = People::of(&app).await;
        app.set_read_only().await;
        people.are_told(&app, "storage_read_only").await;
        app.set_writable().await;
        people.write_again().await;
        people.go_on(&app).await;
    }

    async fn server_that_turns_read_only_is_not_ready_before_anybody_writes(app: TestApp) {
        app.browser().get("/readyz").await.expect(200);
        if let Db::Postgres(_) = app.pool() {
            app.set_read_only().await;
            app.browser().get("/readyz").await.expect(503);
            app.set_writable().await;
            let begun = Instant::now();
            while app.browser().get("/readyz").await.status != 200 {
                app.clock.advance(1_000);
                assert!(begun.elapsed() < Duration::from_secs(10), "still not ready");
            }
        }
    }
}

/// SQLite then rolls back by itself, and says so to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connection_that_met_a_full_disk_writes_again_when_there_is_room() {
    let app = TestApp::sqlite().await;
    let Db::Sqlite(pool, _) = app.pool() else { panic!("not SQLite") };
    let mut admin = app.admin().await;
    let open = (*pool.connect_options()).clone();
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&pool).await.unwrap();
    pool.set_connect_options(open.clone().pragma("max_page_count", pages.to_string()));
    // As small as it already is: SQLite sets it no smaller.
    everywhere(&pool, "pragma max_page_count = 1").await;
    let mut refused = 0;
    for number in 0..500 {
        let answer = admin.post("/api/v1/profiles", &profile(&format!("Porter {number}"))).await;
        if answer.status != 201 {
            told(&answer, "storage_full");
            refused += 1;
        }
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "there was room for all of them");
    app.browser().get("/readyz").await.expect(503);
    pool.set_connect_options(open);
    everywhere(&pool, "pragma max_page_count = 1000000").await;
    for number in 0..20 {
        admin.post("/api/v1/profiles", &profile(&format!("Night porter {number}"))).await.expect(201);
    }
    app.clock.advance(1_000);
    app.browser().get("/readyz").await.expect(200);
    let write = app.system().write().await.unwrap();
    write.commit(vec![Entry::new("test", "test", "", "")]).await.unwrap();
}
