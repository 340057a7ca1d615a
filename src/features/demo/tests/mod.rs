mod together;

use super::{ops, seed};
use crate::db::{Conn, rows, scalar};
use crate::features::first_start;
use crate::rights::administrators;
use crate::testing::{Browser, TestApp, WITH_PASSWORD, both};

async fn count(browser: &mut Browser, path: &str) -> i64 {
    browser.get(&format!("/api/v1/{path}")).await.expect(200).json()["count"].as_i64().unwrap()
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    scalar!(app.system().read().await.unwrap().conn(), i64, sql).unwrap()
}

/// The definitions of all indexes.
async fn indexes(app: &TestApp) -> Vec<(String,)> {
    const SQLITE: &str = "select sql from sqlite_master where type = 'index' and sql is not null order by name";
    const POSTGRES: &str = "select indexdef from pg_indexes where schemaname = 'public' order by indexname";
    let mut held = app.system().read().await.unwrap();
    let sql = if matches!(held.conn(), Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    rows!(held.conn(), (String,), sql).unwrap()
}

/// Users whose rows in `user_profiles` are not what their grants and sort keys say.
const OUT_OF_LINE: &str = "select count(*) from users u where
    (select count(distinct g.profile_id) from grants g where g.subject_id = u.id) <>
    (select count(*) from user_profiles up where up.user_id = u.id and up.username_key = u.username_key
        and up.name_key = u.name_key and up.email_key = u.email_key and up.company_key = u.company_key
        and up.role = u.role and up.status = u.status and up.last_sign_in_at = u.last_sign_in_at)";

/// Users whose copies differ from the account and the company that they were taken from.
const STALE_COPIES: &str = "select count(*) from users u join accounts a on a.id = u.account_id
    join companies c on c.id = u.company_id
    where u.username_key <> a.username_key or u.company_key <> c.name_key or u.last_sign_in_at <> a.last_sign_in_at
    or u.organization_id <> c.organization_id or u.organization_id <> a.home_organization_id";

both! {
    async fn demo_fills_an_empty_database(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        let first = ops::start(&demo.state).await.unwrap().unwrap();
        assert_eq!((first.username, first.password), ("admin", None));
        let mut admin = demo.admin().await;
        let lists = [
            ("buildings", 3), ("floors", 24), ("rooms", 960), ("devices", 2880), ("lights", 960), ("hvac", 960),
            ("devices?kind=sensor", 960), ("alerts?acknowledged=false", 40), ("alerts?acknowledged=true", 12),
            ("users", 2_000), ("profiles", 12), ("sessions", 41), ("teams", 2), ("api-users", 3), ("integrations", 3),
        ];
        for (list, rows) in lists {
            assert_eq!(count(&mut admin, list).await, rows, "{list}");
        }
        let floors = admin.get("/api/v1/floors?limit=9").await.json();
        let names: Vec<&str> = floors["items"].as_array().unwrap().iter().map(|f| f["full_name"].as_str().unwrap()).collect();
        assert_eq!((names[0], names[7], names[8]), ("Building A / Floor 1", "Building A / Floor 8", "Building B / Floor 1"));
        let room = admin.get("/api/v1/rooms?limit=1").await.json()["items"][0].clone();
        assert_eq!(room["full_name"], "Building A / Floor 1 / Room 101");
        assert!(room["state"]["occupied"].is_boolean() && room["state"]["temperature"].is_number());
        assert_eq!(number(&demo, OUT_OF_LINE).await, 0);
        assert_eq!(number(&demo, STALE_COPIES).await, 0);
        assert_eq!(number(&demo, "select count(*) from users where search_text <> ''").await, 2_000);
        let disabled = count(&mut admin, "users?status=disabled").await;
        assert!((40..300).contains(&disabled), "{disabled}");
        let never = number(&demo, "select count(*) from users where last_sign_in_at = 0").await;
        assert!((100..400).contains(&never), "{never}");
        assert_eq!(number(&demo, "select count(*) from audit_events where action = 'demo.fill'").await, 1);
    }

    async fn demo_is_found_in_search_and_nobody_generated_signs_in(app: TestApp) {
        let demo = app.untouched(&[]).await;
        let password = ops::start(&demo.state).await.unwrap().unwrap().password.unwrap();
        let mut admin = demo.signed_in("admin", &password).await;
        assert_eq!(admin.get("/api/v1/users").await.expect(403).json()["code"], "password_change_required");
        let change = serde_json::json!({ "change": { "current": password, "new": "quartz meadow lantern pier",
            "again": "quartz meadow lantern pier", "name": "", "email": "admin@example.com" } });
        admin.call("me.change_password", &change).await.expect(200);
        let users = admin.get("/api/v1/users?status=active&sort=-last_sign_in&limit=20").await.expect(200).json();
        for user in users["items"].as_array().unwrap().iter().filter(|user| user["username"] != "admin") {
            let username = user["username"].as_str().unwrap();
            let found = admin.get(&format!("/api/v1/users?q={username}")).await.expect(200).json();
            assert!(found["items"].as_array().unwrap().contains(user), "{username}");
            let answer = demo.browser().sign_in(username, "quartz meadow lantern pier").await;
            assert_eq!(answer.status, 401, "{username}");
        }
        let organization = demo.organization_id().await;
        let mut held = demo.system().read().await.unwrap();
        let administrators =
            administrators::count(&mut held.conn(), &organization, demo.state.now()).await;
        assert_eq!(administrators.unwrap(), 1, "nobody without a password counts as an administrator");
    }

    async fn three_people_can_sign_in_to_the_demo_with_different_reach(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        ops::start(&demo.state).await.unwrap();
        let all = count(&mut demo.admin().await, "users").await;
        let mut maya = demo.signed_in("maya.okafor", WITH_PASSWORD[0].1).await;
        let reach = count(&mut maya, "users").await;
        assert!((50..all / 2).contains(&reach), "a distributor and its installers: {reach} of {all}");
        let mut ivan = demo.signed_in("ivan.nightingale", WITH_PASSWORD[0].1).await;
        assert_eq!(count(&mut ivan, "floors").await, 8, "his team adds the rest of the building");
        ivan.get("/api/v1/users").await.expect(403);
    }

    async fn demo_starts_again_without_a_change(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        ops::start(&demo.state).await.unwrap();
        let rows = number(&demo, "select count(*) from grants").await;
        assert!(ops::start(&demo.state).await.unwrap().is_none());
        assert!(first_start::ops::run(&demo.state, "Other").await.unwrap().is_none());
        assert_eq!(number(&demo, "select count(*) from grants").await, rows);
        assert_eq!(number(&demo, "select count(*) from organizations").await, 1);
    }

    async fn demo_of_yesterday_shows_sessions_of_today_and_none_that_was_closed(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        ops::start(&demo.state).await.unwrap();
        let mut admin = demo.admin().await;
        let listed = admin.get("/api/v1/sessions?limit=200").await.json();
        let someone = listed["items"].as_array().unwrap().iter().find(|it| it["username"] != "admin").unwrap();
        admin.delete(&format!("/api/v1/sessions/{}", someone["id"].as_str().unwrap())).await.expect(204);
        demo.clock.advance(25 * 3_600_000);
        let mut admin = demo.admin().await;
        assert_eq!(count(&mut admin, "sessions").await, 1);
        ops::start(&demo.state).await.unwrap();
        assert_eq!(count(&mut admin, "sessions").await, 40, "and one's own");
        assert_eq!(count(&mut admin, &format!("sessions?q={}", someone["username"].as_str().unwrap())).await, 0);
        assert_eq!((number(&demo, OUT_OF_LINE).await, number(&demo, STALE_COPIES).await), (0, 0));
        let ids = "select count(distinct id) from sessions where ended_at is null";
        ops::start(&demo.state).await.unwrap();
        assert_eq!(number(&demo, ids).await, 40, "a start in between changes nothing");
        assert_eq!(number(&demo, "select count(*) from audit_events where action = 'demo.freshen'").await, 1);
    }

    async fn demo_says_at_a_later_start_who_can_sign_in(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        ops::start(&demo.state).await.unwrap();
        let line = ops::how_to_sign_in(&demo.state).await.unwrap();
        assert!(line.contains("can sign in: admin, ivan.nightingale, maya.okafor.") && line.contains("reset-password admin"), "{line}");
        assert!(!line.contains('\n'), "one line: {line}");
    }

    async fn demo_refuses_a_database_in_use(app: TestApp) {
        let message = ops::start(&app.state).await.err().unwrap();
        assert!(message.contains("neither") && message.contains("DOORWARD_DATABASE_URL"), "{message}");
        assert_eq!(number(&app, "select count(*) from accounts").await, 1);
        assert_eq!(number(&app, "select count(*) from places").await, 0);
    }

    async fn seed_goes_on_where_it_stopped(app: TestApp) {
        let done = seed::run(&app.state, 120, |_| ()).await.unwrap();
        assert_eq!((done.added, done.total), (120, 120));
        let done = seed::run(&app.state, 120, |_| ()).await.unwrap();
        assert_eq!((done.added, done.total), (0, 120));
        let done = seed::run(&app.state, 200, |_| ()).await.unwrap();
        assert_eq!((done.added, done.total), (80, 200));
        let mut admin = app.admin().await;
        assert_eq!(count(&mut admin, "users").await, 201);
        assert_eq!(count(&mut admin, "profiles").await, 12);
        assert_eq!(number(&app, OUT_OF_LINE).await, 0);
        assert_eq!(number(&app, STALE_COPIES).await, 0);
        assert_eq!(number(&app, "select count(*) from users where search_text <> ''").await, 201);
        assert_eq!(number(&app, "select count(*) from audit_events where action = 'users.seed'").await, 2);
    }

    async fn seed_leaves_every_index_as_it_was(app: TestApp) {
        let before = indexes(&app).await;
        assert!(before.len() > 40 && before.iter().any(|(sql,)| sql.contains("users_by_name")), "{before:?}");
        seed::run(&app.state, 20, |_| ()).await.unwrap();
        assert_eq!(indexes(&app).await, before);
    }

    async fn seed_adds_to_a_demo(app: TestApp) {
        let demo = app.untouched(&WITH_PASSWORD).await;
        ops::start(&demo.state).await.unwrap();
        seed::run(&demo.state, 50, |_| ()).await.unwrap();
        let mut admin = demo.admin().await;
        assert_eq!((count(&mut admin, "users").await, count(&mut admin, "profiles").await), (2_050, 12));
        let placed = number(&demo, "select count(*) from grants g join places p on p.id = g.place_id").await;
        assert!(placed > 500, "{placed}");
    }
}
