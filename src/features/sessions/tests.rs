use super::over;
use crate::access::{Level, Role, Screen};
use crate::db::{Conn, scalar};
use crate::features::companies::model::CompanyKind;
use crate::server::AppState;
use crate::server::events::Event;
use crate::server::password::Cost;
use crate::testing::{Client, Given, TestApp, UserSpec, both, levels};
use crate::types::Topic;
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
            let (one, two) = tokio::join!(over::look(&app.state), over::look(&other));
            (one.unwrap(), two.unwrap());
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
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {}", over::OVER));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).bind(0_i64).bind(1_i64).fetch_all(&mut *connection).await.unwrap();
        let walked = |step: &str| step.starts_with("SCAN") && !step.starts_with("SCAN o");
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
        let link = first.split("rel=\"next\"").nth(1).unwrap().split("href=\"").nth(1).unwrap().split('"').next().unwrap();
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
}
