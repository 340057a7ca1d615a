use super::store::Active;
use crate::access::{Level, Role, Screen};
use crate::db::{Conn, Statement, scalar};
use crate::features::companies::model::CompanyKind;
use crate::server::events::Event;
use crate::server::identity::find_actor;
use crate::server::password::Cost;
use crate::server::{AppState, expiry, usage_log};
use crate::testing::{Browser, Client, Given, TestApp, UserSpec, both, levels, scans};
use crate::types::{SessionKind, Topic};
use serde_json::{Value, json};

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    scalar!(app.system().read().await.unwrap().conn(), i64, sql).unwrap()
}

both! {
    async fn administrator_sees_who_is_signed_in_and_closes_a_session(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut admin = app.admin().await;
        let listed = admin.get("/api/v1/sessions").await.expect(200).json();
        assert_eq!(listed["count"], 2);
        let session = listed["items"].as_array().unwrap().iter().find(|s| s["username"] == "nora").unwrap();
        assert_eq!((&session["kind"], &session["client"], &session["address"]), (&json!("console"), &json!("Firefox on Linux"), &json!("127.0.0.1")));
        let path = format!("/api/v1/sessions/{}", session["id"].as_str().unwrap());
        admin.delete(&path).await.expect(204);
        admin.delete(&path).await.expect(404);
        assert_eq!(hers.get("/me").await.header("location"), "/sign-in?next=%2Fme&ended=closed");
        assert_eq!(admin.get("/api/v1/sessions?q=no").await.json()["count"], 0);
    }

    async fn session_that_ran_out_is_not_listed(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let _hers = app.browser_of(&nora).await;
        app.clock.advance(30 * 60_000 + 1);
        let mut admin = app.admin().await;
        assert_eq!(admin.get("/api/v1/sessions").await.expect(200).json()["count"], 1);
    }

    async fn what_is_over_is_ended_once_by_two_nodes_and_is_nobody_s_change(app: TestApp) {
        let other = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let rotated = client.token(&app).await;
        admin.post(&format!("/api/v1/integrations/{}/secrets", client.made["id"].as_str().unwrap()), &json!({ "overlap_hours": 1 })).await.expect(201);
        app.clock.advance(30 * 60_000);
        app.signed_in_as(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let logged = "select count(*) from audit_events";
        let (mut heard, before) = ([app.state.events.subscribe(), other.events.subscribe()], count(&app, logged).await);
        for (passed, expected) in [(0, vec![]), (1, vec!["idle"]), (3_600_000, vec!["expired", "idle"]), (24 * 3_600_000, vec![])] {
            app.clock.advance(passed);
            tokio::try_join!(expiry::look(&app.state), expiry::look(&other)).unwrap();
            let mut reasons = Vec::new();
            for receiver in &mut heard {
                while let Ok(event) = receiver.try_recv() {
                    let Event::Changed(change) = event else { panic!("{event:?}") };
                    assert!(change.topics.contains(&Topic::Sessions) && change.organization_id.is_some(), "{change:?}");
                    reasons.extend(change.ended.into_iter().map(|ended| ended.reason));
                }
            }
            reasons.sort();
            assert_eq!(reasons, expected, "after {passed}");
        }
        assert_eq!(count(&app, "select count(*) from sessions where ended_at is null").await, 0);
        assert_eq!(count(&app, logged).await, before);
        client.bearer(&app, &rotated).get("/api/v1/rooms").await.expect(401);
    }

    async fn looking_for_what_is_over_walks_no_table_of_sessions(app: TestApp) {
        let mut held = app.system().read().await.unwrap();
        let Conn::Sqlite(connection) = held.conn() else { return };
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {}", expiry::OVER));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).bind(0_i64).bind(1_i64).fetch_all(&mut *connection).await.unwrap();
        let walked = |step: &str| scans(step) && !step.starts_with("SCAN o");
        assert!(plan.iter().all(|step| !walked(&step.3)), "{plan:?}");
    }

    async fn reader_closes_nothing_and_other_companies_sessions_are_missing(app: TestApp) {
        let (north, south) = (app.company(None, CompanyKind::Distributor, "North").await, app.company(None, CompanyKind::Distributor, "South").await);
        let spec = |username, company, level| UserSpec {
            username, role: Role::OperationsEngineer, company,
            grants: vec![Given::own(levels([(Screen::Sessions, level)]))], ..UserSpec::default()
        };
        let mut south = app.signed_in_as(spec("south", Some(&south), Level::Full)).await;
        let mut reader = app.signed_in_as(spec("reader", None, Level::Read)).await;
        let mut north = app.signed_in_as(spec("north", Some(&north), Level::Full)).await;
        let id = |page: Value, name: &str| {
            page["items"].as_array().unwrap().iter().find(|s| s["username"] == name).map(|s| s["id"].as_str().unwrap().to_owned())
        };
        let all = reader.get("/api/v1/sessions").await.expect(200).json();
        let path = format!("/api/v1/sessions/{}", id(all.clone(), "south").unwrap());
        reader.delete(&path).await.expect(403);
        assert_eq!(north.get("/api/v1/sessions").await.json()["count"], 1);
        north.delete(&path).await.expect(404);
        south.get("/api/v1/sessions").await.expect(200);
        let own = format!("/api/v1/sessions/{}", id(all, "south").unwrap());
        assert_eq!(south.delete(&own).await.expect(409).json()["code"], "own_account");
    }

    async fn idle_limit_is_chosen_from_a_list_and_enforced(app: TestApp) {
        let mut admin = app.admin().await;
        admin.call("sessions.set_idle_limit", &json!({ "minutes": 7 })).await.expect(422);
        admin.call("sessions.set_idle_limit", &json!({ "minutes": 5 })).await.expect(200);
        app.clock.advance(5 * 60_000);
        admin.get("/fn/me.view").await.expect(200);
        app.clock.advance(1);
        admin.get("/fn/me.view").await.expect(401);
        let mut admin = app.admin().await;
        admin.call("sessions.set_idle_limit", &json!({ "minutes": 0 })).await.expect(200);
        app.clock.advance(23 * 3_600_000);
        admin.get("/fn/me.view").await.expect(200);
    }

    async fn whoever_shortens_the_idle_limit_learns_how_many_people_it_signs_out(app: TestApp) {
        let asked = async |browser: &mut Browser, minutes: i64| {
            let effect = browser.call("sessions.idle_effect", &json!({ "minutes": minutes })).await.expect(200).json();
            let settings = browser.call("settings.idle_effect", &json!({ "minutes": minutes })).await.expect(200).json();
            assert_eq!(effect, settings, "the same on both screens");
            effect.as_i64().unwrap()
        };
        app.signed_in_as(UserSpec { username: "over", ..UserSpec::default() }).await;
        let elsewhere = app.organization("Elsewhere").await;
        app.clock.advance(20 * 60_000);
        app.signed_in_as(UserSpec { organization: Some(&elsewhere), username: "foreign", ..UserSpec::default() }).await;
        let mut idle = app.signed_in_as(UserSpec { username: "idle", ..UserSpec::default() }).await;
        app.signed_in_as(UserSpec { username: "gone", ..UserSpec::default() }).await;
        app.clock.advance(11 * 60_000);
        let mut admin = app.admin().await;
        assert_eq!(asked(&mut admin, 5).await, 2, "neither who is over already, nor of another organization, nor the asker");
        for (minutes, people) in [(15, 0), (30, 0), (0, 0)] {
            assert_eq!(asked(&mut admin, minutes).await, people, "{minutes}");
        }
        admin.call("sessions.idle_effect", &json!({ "minutes": 7 })).await.expect(422);
        idle.call("me.act", &json!({})).await.expect(200);
        assert_eq!(asked(&mut admin, 5).await, 1);
        admin.call("sessions.set_idle_limit", &json!({ "minutes": 5 })).await.expect(200);
        assert_eq!(asked(&mut admin, 5).await, 0, "they are out");
        let listed = admin.get("/api/v1/sessions").await.expect(200).json();
        assert_eq!(listed["count"], 2, "{listed}");
    }

    async fn manager_of_a_company_does_not_change_everybodys_idle_limit(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let all = || vec![Given::own(levels([(Screen::Sessions, Level::Full)]))];
        let spec = |username, role, company| UserSpec { username, role, company, grants: all(), ..UserSpec::default() };
        for spec in [
            spec("manager", Role::CommonManager, Some(north.as_str())),
            spec("engineer", Role::OperationsEngineer, None),
        ] {
            let mut browser = app.signed_in_as(spec).await;
            let refused = browser.call("sessions.set_idle_limit", &json!({ "minutes": 0 })).await.expect(403).json();
            assert!(refused["message"].as_str().unwrap().contains("Common Manager of the root company"), "{refused}");
            let shown = browser.call("sessions.idle_limit", &json!({})).await.expect(200).json();
            assert_eq!((&shown["minutes"], &shown["why_not"]), (&json!(30), &refused["message"]));
            browser.call("sessions.idle_effect", &json!({ "minutes": 5 })).await.expect(403);
            let page = browser.get("/sessions").await.expect(200).text;
            assert!(page.contains("disabled") && page.contains("Common Manager of the root company"), "the page says why");
        }
        let mut boss = app.signed_in_as(spec("boss", Role::CommonManager, None)).await;
        assert_eq!(boss.call("sessions.idle_limit", &json!({})).await.json()["why_not"], json!(null));
        boss.call("sessions.set_idle_limit", &json!({ "minutes": 5 })).await.expect(200);
    }

    async fn next_page_keeps_sort_and_search(app: TestApp) {
        for n in 0..51 {
            app.clock.advance(1);
            app.signed_in_as(UserSpec { username: &format!("user{n:02}"), ..UserSpec::default() }).await;
        }
        let mut admin = app.admin().await;
        let first = admin.get("/sessions?sort=signed_in_at&q=user").await.expect(200).text;
        assert!(first.contains("user00") && !first.contains("user50"));
        let before = first.split("aria-label=\"Next page\"").next().unwrap();
        let link = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        let second = admin.get(&link.replace("&amp;", "&")).await.expect(200).text;
        assert!(second.contains("user50") && !second.contains("user00"), "{link}");
    }
}

both! {
    async fn token_stands_beside_people_and_is_dead_once_closed(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "client_id": "Robots", "levels": { "rooms": "read" } })).await;
        app.clock.advance(1);
        let mut robots = client.signed_in(&app).await;
        app.state.identities.heard();
        robots.get("/api/v1/rooms").await.expect(200);
        let list = admin.get("/api/v1/sessions").await.expect(200).json();
        let kinds: Vec<&str> = list["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!((kinds.as_slice(), &list["count"]), (["integration", "console"].as_slice(), &json!(2)));
        let token = &list["items"][0];
        assert_eq!((&token["username"], &token["client"], &token["user_id"]), (&json!("Robots"), &json!("robots/1.0"), &Value::Null));
        assert_eq!(token["integration_id"], client.made["id"]);
        assert_eq!(admin.get("/api/v1/sessions?q=robo").await.expect(200).json()["count"], 1);
        assert_eq!(admin.get("/api/v1/sessions?q=adm").await.expect(200).json()["count"], 1);
        admin.delete(&format!("/api/v1/sessions/{}", token["id"].as_str().unwrap())).await.expect(204);
        robots.get("/api/v1/rooms").await.expect(401);
        assert_eq!(admin.get("/api/v1/sessions").await.expect(200).json()["count"], 1);
        client.signed_in(&app).await.get("/api/v1/rooms").await.expect(200);
    }

    async fn key_stands_among_the_sessions_while_it_is_used_and_closing_revokes_it(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", grants, role: Role::Owner, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let made = hers.post("/api/v1/api-keys", &json!({ "name": "Backup script" })).await.expect(201).json();
        let mut program = app.client().with("authorization", &format!("Bearer {}", made["secret"].as_str().unwrap()));
        let mut admin = app.admin().await;
        let keys = "/api/v1/sessions?kind=api_key";
        assert_eq!(admin.get(keys).await.expect(200).json()["count"], 0, "nobody has used it");
        let mut told = app.state.events.subscribe();
        for expected in [1, 0] {
            program.get("/api/v1/rooms").await.expect(200);
            usage_log::flush(&app.state).await.unwrap();
            let mut lists = 0;
            while let Ok(event) = told.try_recv() {
                lists += i32::from(matches!(event, Event::Changed(change) if change.topics.contains(&Topic::Sessions)));
            }
            assert_eq!(lists, expected, "lists hear of a row more, and not of each call");
        }
        let listed = admin.get(keys).await.expect(200).json();
        let row = &listed["items"][0];
        assert_eq!((&row["id"], &row["kind"], &row["user_id"]), (&made["id"], &json!("api_key"), &json!(nora.id)));
        assert_eq!((&row["username"], &row["key_name"], &row["client"]), (&json!("nora"), &json!("Backup script"), &json!("robots/1.0")));
        assert_eq!((&row["expires_at"], &row["integration_id"]), (&Value::Null, &Value::Null));
        assert_eq!(admin.get("/api/v1/sessions?q=nor").await.json()["count"], 2, "beside its owner's own session");
        assert_eq!(admin.get("/api/v1/sessions?kind=console").await.json()["count"], 2);
        assert_eq!(admin.get("/api/v1/sessions?kind=integration").await.json()["count"], 0);
        admin.get("/api/v1/sessions?kind=robot").await.expect(400);
        app.clock.advance(15 * 60_000);
        assert_eq!(admin.get(keys).await.json()["count"], 0, "nobody uses it any more");
        program.get("/api/v1/rooms").await.expect(200);
        usage_log::flush(&app.state).await.unwrap();
        admin.delete(&format!("/api/v1/sessions/{}", made["id"].as_str().unwrap())).await.expect(204);
        program.get("/api/v1/rooms").await.expect(401);
        assert_eq!((admin.get(keys).await.json()["count"].clone(), hers.get("/api/v1/api-keys").await.json()["count"].clone()), (json!(0), json!(0)));
        let logged = admin.get("/api/v1/audit-events?action=api_keys.revoke").await.json();
        let event = &logged["items"][0];
        assert_eq!((&event["target"]["name"], &event["before"]["owner"]), (&json!("Backup script"), &json!("nora")));
    }

    async fn nobody_sees_or_closes_a_key_beyond_their_reach_or_of_their_own(app: TestApp) {
        let (north, south) = (app.company(None, CompanyKind::Distributor, "North").await, app.company(None, CompanyKind::Distributor, "South").await);
        let spec = |username, company, role| UserSpec {
            username, role, company: Some(company),
            grants: vec![Given::own(levels([(Screen::Sessions, Level::Full), (Screen::Rooms, Level::Read)]))], ..UserSpec::default()
        };
        let mut ids = Vec::new();
        let mut browsers = Vec::new();
        for (username, company, role) in [("north", &north, Role::OperationsEngineer), ("south", &south, Role::OperationsEngineer), ("boss", &north, Role::CommonManager)] {
            let mut browser = app.signed_in_as(spec(username, company, role)).await;
            let made = browser.post("/api/v1/api-keys", &json!({ "name": username })).await.expect(201).json();
            app.client().with("authorization", &format!("Bearer {}", made["secret"].as_str().unwrap())).get("/api/v1/rooms").await.expect(200);
            ids.push(made["id"].as_str().unwrap().to_owned());
            browsers.push(browser);
        }
        usage_log::flush(&app.state).await.unwrap();
        let seen = browsers[0].get("/api/v1/sessions?kind=api_key").await.expect(200);
        assert!(seen.json()["count"] == 2 && !seen.text.contains("south"), "{}", seen.text);
        for (id, expected) in [(&ids[0], 409), (&ids[1], 404), (&ids[2], 403)] {
            browsers[0].delete(&format!("/api/v1/sessions/{id}")).await.expect(expected);
        }
        browsers[2].delete(&format!("/api/v1/sessions/{}", ids[0])).await.expect(204);
        assert_eq!(browsers[2].get("/api/v1/sessions?kind=api_key").await.json()["count"], 1);
    }

    async fn pages_of_the_three_kinds_hold_each_session_once(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        for n in 0..4 {
            app.clock.advance(1);
            let made = admin.post("/api/v1/api-keys", &json!({ "name": format!("Key {n}") })).await.expect(201).json();
            app.client().with("authorization", &format!("Bearer {}", made["secret"].as_str().unwrap())).get("/api/v1/rooms").await.expect(200);
            client.token(&app).await;
            app.signed_in_as(UserSpec { username: &format!("user{n}"), ..UserSpec::default() }).await;
        }
        usage_log::flush(&app.state).await.unwrap();
        for sort in ["signed_in_at", "-signed_in_at"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = admin.get(&format!("/api/v1/sessions?limit=2&sort={sort}&cursor={cursor}")).await.expect(200).json();
                seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
                match page["next_cursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((seen.len(), all), (13, 13), "{sort}");
        }
    }

    async fn list_of_sessions_walks_no_table(app: TestApp) {
        let boss = app.user(UserSpec { username: "boss", grants: vec![Given::own(levels([(Screen::Sessions, Level::Read)]))], ..UserSpec::default() }).await;
        let organization = app.organization_id().await;
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        if let Conn::Postgres(_) = conn {
            return;
        }
        let actor = find_actor(&mut conn, &organization, &boss.id, app.state.now()).await.unwrap().unwrap();
        for kind in [None, Some(SessionKind::Console), Some(SessionKind::Integration), Some(SessionKind::ApiKey)] {
            let wanted = Active { actor: &actor, q: "no", kind, now: app.state.now() };
            let statement = wanted.page((true, None, 51));
            let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
            let plan: Vec<(i64, i64, i64, String)> = explain.rows(&mut conn).await.unwrap();
            // `l` is the list that was put together, `k` the page of one kind in it.
            let walked = |step: &str| scans(step) && !["SCAN l", "SCAN k"].contains(&step) && !step.starts_with("SCAN (");
            assert!(plan.iter().all(|step| !walked(&step.3)), "{kind:?}: {plan:#?}");
        }
    }
}
