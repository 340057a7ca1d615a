//! What holds for every list of the HTTP API, whichever feature it belongs to.

use crate::access::{Level, Role, Screen};
use crate::app::endpoints;
use crate::db::{STATEMENTS, exec};
use crate::features::companies::model::CompanyKind;
use crate::server::cursor::{self, Value as Sorted};
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};
use std::cell::Cell;

/// Every list, with a sort of it by text or by a number.
fn lists() -> Vec<(&'static str, &'static str, Sorted)> {
    let (text, number) = (|| Sorted::Text("a".into()), || Sorted::Int(5));
    let get = endpoints::api().endpoints.into_iter().filter(|e| e.verb == "GET" && !e.path.contains("{id}"));
    let found: Vec<_> = get
        .filter(|endpoint| {
            !["/api/v1/me", "/api/v1/check", "/api/v1/events", "/api/v1/settings"].contains(&endpoint.path)
        })
        .map(|endpoint| match endpoint.path {
            "/api/v1/users" => (endpoint.path, "email", text()),
            "/api/v1/profiles" | "/api/v1/integrations" | "/api/v1/api-keys" => (endpoint.path, "name", text()),
            "/api/v1/grants" => (endpoint.path, "-created_at", number()),
            "/api/v1/teams" | "/api/v1/api-users" => (endpoint.path, "-name", text()),
            "/api/v1/sessions" => (endpoint.path, "-signed_in_at", number()),
            "/api/v1/settings/mails" => (endpoint.path, "-created_at", number()),
            "/api/v1/alerts" => (endpoint.path, "-raised", number()),
            "/api/v1/audit-events" => (endpoint.path, "-at", number()),
            "/api/v1/buildings" | "/api/v1/floors" | "/api/v1/rooms" => (endpoint.path, "place", text()),
            "/api/v1/devices" | "/api/v1/lights" | "/api/v1/hvac" => (endpoint.path, "-name", text()),
            other => panic!("say how {other} is sorted"),
        })
        .collect();
    assert!(found.len() >= 12);
    found
}

const FILTERS: [&str; 22] = [
    "member_id",
    "team_id",
    "q",
    "sort",
    "cursor",
    "company_id",
    "role",
    "profile_id",
    "status",
    "action",
    "actor_id",
    "target_id",
    "building_id",
    "floor_id",
    "room_id",
    "severity",
    "acknowledged",
    "kind",
    "subject_kind",
    "subject_id",
    "place_id",
    "active",
];

const ID: &str = "01900000-0000-7000-8000-000000000000";

both! {
    async fn list_answers_400_to_nul_and_forged_cursors(app: TestApp) {
        let mut admin = app.admin().await;
        for (path, sort, value) in lists() {
            // Who may not ask learns nothing of the parameters.
            app.browser().get(&format!("{path}?limit=x")).await.expect(401);
            for filter in FILTERS {
                let answer = admin.get(&format!("{path}?{filter}=a%00b")).await;
                assert_eq!(answer.status, 400, "{path} {filter}: {}", answer.text);
            }
            let other = match value {
                Sorted::Int(_) => Sorted::Text("5".into()),
                Sorted::Text(_) => Sorted::Int(5),
            };
            let cases = [
                (value.clone(), ID, 200), (other, ID, 400), (value, "i\0d", 400),
                (Sorted::Text("a\0".into()), ID, 400),
            ];
            for (value, id, expected) in cases {
                let forged = cursor::encode(sort, value.clone(), id, None);
                let answer = admin.get(&format!("{path}?sort={sort}&cursor={forged}")).await;
                assert_eq!(answer.status, expected, "{path} {sort} {value:?} {id:?}: {}", answer.text);
            }
        }
        for path in ["users?company_id=x", "users?profile_id=x", "audit-events?actor_id=x", "audit-events?target_id=x"] {
            admin.get(&format!("/api/v1/{path}")).await.expect(400);
        }
        let query = json!({ "query": { "q": "\0", "filters": [["company_id", "\0"]] } });
        admin.call("users.list", &query).await.expect(400);
        admin.call("users.list", &json!({ "query": { "q": "\0" } })).await.expect(200);
        admin.call("users.list", &json!({ "query": { "filters": [["color", "red"]] } })).await.expect(400);
    }

    async fn body_with_nul_is_refused_at_its_field(app: TestApp) {
        let mut admin = app.admin().await;
        let new = json!({
            "username": "new", "name": "New", "email": "new@example.com", "role": "owner", "profiles": ["a\0b"],
            "places": ["\0"],
        });
        let refused = admin.post("/api/v1/users", &new).await.expect(422).json();
        let fields: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["places", "profiles"]);
        let input = json!({ "new": {
            "username": "new", "name": "New", "email": "new@example.com", "region": "europe", "phone": "",
            "password": { "mode": "auto" }, "company_id": "\0", "description": "", "role": "owner",
            "profiles": ["\0"], "places": ["\0"],
        } });
        admin.call("users.create", &input).await.expect(422);
        // Only the escape is refused, not the words for it.
        admin.post("/api/v1/profiles", &json!({ "name": "\\u0000", "levels": { "rooms": "read" } })).await.expect(201);
    }

    async fn input_longer_than_any_name_is_answered_at_once(app: TestApp) {
        let mut admin = app.admin().await;
        let long = "x".repeat(30_000);
        for (path, _, _) in lists() {
            for filter in FILTERS {
                let status = admin.get(&format!("{path}?{filter}={long}")).await.status;
                assert!(status == 400 || (status == 200 && ["q", "action"].contains(&filter)), "{path} {filter}: {status}");
            }
        }
    }

    async fn page_of_any_list_costs_the_same_however_many_rows(app: TestApp) {
        let mut admin = app.admin().await;
        let paths: Vec<String> = lists().into_iter().map(|(path, _, _)| path.to_owned())
            .chain(["/api/v1/users?q=per".into(), "/api/v1/users?q=p".into(), "/api/v1/audit-events?q=per".into()]).collect();
        fill(&app, &mut admin, 1).await;
        let mut few = Vec::new();
        for path in &paths {
            few.push(statements(&mut admin, path).await);
        }
        fill(&app, &mut admin, 20).await;
        for (path, few) in paths.iter().zip(few) {
            let many = statements(&mut admin, path).await;
            // A page that shows everything is not counted.
            assert!((few..=few + 1).contains(&many), "{path}: {few} statements for few rows, {many} for many");
            assert!(many <= 6, "{path}: {many} statements");
        }
    }

    async fn nothing_of_another_organization_or_company_is_listed(app: TestApp) {
        let elsewhere = app.organization("Elsewhere").await;
        let full = || vec![Given::own(levels([
            (Screen::Users, Level::Full), (Screen::Profiles, Level::Full), (Screen::Sessions, Level::Full), (Screen::Audit, Level::Full),
            (Screen::Integrations, Level::Full),
        ]))];
        let foreign = app.user(UserSpec { organization: Some(&elsewhere), username: "foreigner", grants: full(), ..UserSpec::default() }).await;
        let mut theirs = app.browser_of(&foreign).await;
        let client = json!({ "name": "Foreign client", "client_id": "foreign", "levels": { "users": "read" } });
        theirs.post("/api/v1/integrations", &client).await.expect(201);
        app.profile_of(&elsewhere, "Foreign profile", levels([(Screen::Rooms, Level::Read)])).await;
        let (north, south) = (app.company(None, CompanyKind::Distributor, "North").await, app.company(None, CompanyKind::Distributor, "South").await);
        let porter = app.profile("Porter", levels([(Screen::Users, Level::Read)])).await;
        let mut beside = Vec::new();
        for (username, company) in [("beside", &south), ("below", &north)] {
            let grants = vec![Given::profile(&porter)];
            let person = app.user(UserSpec { username, company: Some(company), grants, ..UserSpec::default() }).await;
            app.browser_of(&person).await;
            beside.push(person.id);
        }
        let mut manager = app.signed_in_as(UserSpec { username: "north", company: Some(&north), grants: full(), ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        // Something in each log.
        theirs.call("sessions.set_idle_limit", &json!({ "minutes": 60 })).await.expect(200);
        for browser in [&mut admin, &mut manager] {
            for path in ["users", "profiles", "sessions", "audit-events", "users?q=fore", "integrations", "integrations?q=fore", "grants"] {
                let answer = browser.get(&format!("/api/v1/{path}")).await.expect(200);
                assert!(!answer.text.contains(&foreign.id), "{path}: {}", answer.text);
                assert!(!answer.text.contains("foreign") && !answer.text.contains("Foreign"), "{path}: {}", answer.text);
            }
            let offered = [browser.call("users.choices", &json!({})).await.expect(200), browser.call("users.filters", &json!({})).await.expect(200)];
            assert!(offered.iter().all(|answer| !answer.text.contains("Foreign") && !answer.text.contains("Elsewhere")));
        }
        for path in ["users", "sessions", "users?q=bes", "sessions?q=bes", "grants"] {
            let answer = manager.get(&format!("/api/v1/{path}")).await.expect(200);
            assert!(!answer.text.contains("beside") && !answer.text.contains(&beside[0]), "{path}: {}", answer.text);
        }
        assert_eq!(manager.get("/api/v1/sessions").await.json()["count"], 2);
        let offered = manager.call("users.filters", &json!({})).await.expect(200);
        assert!(offered.text.contains("North") && !offered.text.contains("South"), "{}", offered.text);
        assert!(!manager.call("users.choices", &json!({})).await.expect(200).text.contains("South"));
        // How many hold a profile says nothing of those beside.
        for (browser, expected) in [(&mut admin, 2), (&mut manager, 1)] {
            assert_eq!(browser.get(&format!("/api/v1/profiles/{porter}")).await.json()["user_count"], expected);
            let list = browser.get("/api/v1/profiles?q=porter").await.json();
            assert_eq!(list["items"][0]["user_count"], expected);
        }
    }

    async fn error_of_the_database_is_answered_without_its_cause(app: TestApp) {
        let mut admin = app.admin().await;
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), "alter table user_profiles rename to elsewhere").unwrap();
        write.commit_unlogged().await.unwrap();
        for path in ["profiles", &format!("profiles/{ID}")] {
            let answer = admin.get(&format!("/api/v1/{path}")).await.expect(500);
            let problem: Value = answer.json();
            assert_eq!(problem["code"], "internal");
            for cause in ["user_profiles", "table", "relation", "select", "sqlx", "SQL"] {
                assert!(!answer.text.contains(cause), "{cause}: {}", answer.text);
            }
        }
        admin.get("/api/v1/sessions").await.expect(200);
    }
}

async fn fill(app: &TestApp, admin: &mut Browser, rows: usize) {
    let building = app.place(None, "building", &format!("Building {rows}")).await;
    for n in 0..rows {
        let floor = app.place(Some(&building), "floor", &format!("Floor {n}")).await;
        let room = app.place(Some(&floor), "room", &format!("Room {n}")).await;
        for kind in ["light", "hvac"] {
            app.place(Some(&room), kind, &format!("{kind} {n}")).await;
        }
        app.alert(&room, "warning", "Filter").await;
        let profile = app.profile(&format!("Profile {rows}-{n}"), levels([(Screen::Rooms, Level::Read)])).await;
        let (username, grants) = (format!("person{rows}-{n}"), vec![Given::profile(&profile).at(&room)]);
        app.integration(&format!("Client {rows}-{n}")).await;
        app.team(&format!("Team {rows}-{n}"), &[Given::profile(&profile)], &[]).await;
        app.api_user(&format!("Robot {rows}-{n}"), Role::Owner, None, &[Given::profile(&profile)]).await;
        let key = json!({ "name": format!("Key {rows}-{n}") });
        admin.post("/api/v1/api-keys", &key).await.expect(201);
        // Signing in makes a session and an event.
        let person = app.user(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
        app.browser_of(&person).await;
        app.waiting_mail(&person).await;
    }
}

async fn statements(browser: &mut Browser, path: &str) -> u32 {
    let counted = async {
        let list = browser.get(path).await.expect(200).json();
        assert!(list["count"] != 0, "{path}");
        STATEMENTS.with(Cell::get)
    };
    STATEMENTS.scope(Cell::new(0), counted).await
}
