//! What the token of an API user opens, and when it dies.

use super::{API_USERS, made, path, program, robot, text};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{STATEMENTS, exec, rows};
use crate::server::token::{Secret, TokenKind};
use crate::testing::{Given, TestApp, UserSpec, both, levels};
use crate::types::ListQuery;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;

/// How many statements a request took.
macro_rules! statements {
    ($run:expr) => {
        STATEMENTS
            .scope(Cell::new(0), async {
                $run;
                STATEMENTS.with(Cell::get)
            })
            .await
    };
}

both! {
    async fn api_user_opens_exactly_what_it_was_given_and_through_its_teams(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let floor = app.place(Some(&building), "floor", "Floor 1").await;
        app.place(Some(&floor), "room", "Room 101").await;
        let team = app.team("Cleaners", &[Given::own(levels([(Screen::Alerts, Level::Read)]))], &[]).await;
        let mut admin = app.admin().await;
        let answer = admin.post(API_USERS, &json!({ "name": "Cleaning robots", "remark": "On every floor", "role": "owner",
            "teams": [team], "rights": { "levels": { "rooms": "read" }, "places": [floor] } })).await.expect(201);
        let made = answer.json();
        assert_eq!((answer.header("location"), answer.header("etag")), (path(&made, "").as_str(), "\"1\""));
        assert!(text(&made, "access_token").starts_with("dwu_"));
        assert_eq!(text(&made["token"], "hint"), &text(&made, "access_token")[..8]);
        assert_eq!((&made["role"], &made["status"], &made["teams"]), (&json!("owner"), &json!("active"), &json!([team])));
        assert_eq!((&made["made_by"], &made["last_used_at"]), (&json!("Administrator"), &Value::Null));
        let mut robots = program(&app, &made);
        assert_eq!(robots.get("/api/v1/rooms").await.expect(200).json()["count"], 1);
        robots.get("/api/v1/alerts").await.expect(200);
        let refused = robots.get("/api/v1/users").await.expect(403).json();
        assert_eq!(refused["code"], "not_granted");
        let me = robots.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&me["kind"], &me["username"], &me["name"]), (&json!("api_user"), &made["id"], &json!("Cleaning robots")));
        assert_eq!((&me["user_id"], &me["account_id"], &me["role"]), (&Value::Null, &Value::Null, &json!("owner")));
        let reasons: BTreeSet<&str> = me["access"].as_array().unwrap().iter().map(|grant| text(grant, "reason")).collect();
        assert_eq!(reasons, BTreeSet::from(["permissions through team Cleaners", "own permissions"]));
        let health = admin.get(&path(&made, "/health")).await.expect(200).json();
        assert_eq!((&health["calls_24h"], &health["errors_24h"], &health["tokens"]), (&json!(4), &json!(1), &json!(1)));
        assert_eq!((&health["refused"][0]["screen"], &health["last_address"]), (&json!("users"), &json!("127.0.0.1")));
        let used = admin.get(&path(&made, "")).await.expect(200);
        assert_eq!((&used.json()["last_used_at"], used.header("etag")), (&json!("2026-11-22T08:00:00.000Z"), "\"1\""));
    }

    async fn token_of_an_api_user_dies_when_it_is_disabled_deleted_replaced_or_over(app: TestApp) {
        let mut admin = app.admin().await;
        let made = robot(&mut admin, json!({ "rooms": "read" })).await;
        let mut robots = program(&app, &made);
        robots.get("/api/v1/rooms").await.expect(200);
        admin.act(&path(&made, "/disable")).await.expect(200);
        assert_eq!(robots.get("/api/v1/rooms").await.expect(401).json()["code"], "invalid_token");
        assert_eq!(admin.act(&path(&made, "/enable")).await.expect(200).json()["status"], "active");
        robots.get("/api/v1/rooms").await.expect(200);

        let body = json!({ "expires_at": "2026-11-22T08:10:00Z" });
        let replaced = admin.post(&path(&made, "/token"), &body).await.expect(200);
        robots.get("/api/v1/rooms").await.expect(401);
        assert_eq!(replaced.json()["token"]["expires_at"], "2026-11-22T08:10:00.000Z");
        assert_ne!(replaced.header("etag"), "\"1\"", "what it shows of its token has changed");
        let mut robots = program(&app, &replaced.json());
        robots.get("/api/v1/rooms").await.expect(200);
        app.clock.advance(10 * 60_000 - 1);
        robots.get("/api/v1/rooms").await.expect(200);
        app.clock.advance(1);
        robots.get("/api/v1/rooms").await.expect(401);

        let replaced = admin.post(&path(&made, "/token"), &json!({})).await.expect(200).json();
        assert_eq!(replaced["token"]["expires_at"], Value::Null);
        let mut robots = program(&app, &replaced);
        robots.get("/api/v1/rooms").await.expect(200);
        admin.delete(&path(&made, "")).await.expect(204);
        robots.get("/api/v1/rooms").await.expect(401);
        admin.get(&path(&made, "")).await.expect(404);
    }

    async fn token_of_an_api_user_is_dead_while_its_organization_is_suspended(app: TestApp) {
        let mut robots = program(&app, &robot(&mut app.admin().await, json!({ "rooms": "read" })).await);
        robots.get("/api/v1/rooms").await.expect(200);
        for (suspended, status) in [(true, 401), (false, 200)] {
            let mut write = app.system().write().await.unwrap();
            exec!(write.conn(), "update organizations set suspended = $1", suspended).unwrap();
            write.commit_unlogged().await.unwrap();
            app.state.identities.forget_all();
            robots.get("/api/v1/rooms").await.expect(status);
        }
    }

    async fn token_of_an_api_user_is_told_once_and_stored_as_a_hash(app: TestApp) {
        let mut admin = app.admin().await;
        let made = robot(&mut admin, json!({ "rooms": "read" })).await;
        let replaced = admin.post(&path(&made, "/token"), &json!({})).await.expect(200).json();
        program(&app, &replaced).get("/api/v1/rooms").await.expect(200);
        app.state.settled().await;
        let detail = admin.call("api_users.detail", &json!({ "id": made["id"] })).await.expect(200).text;
        let mut shown = vec![detail];
        for path in [API_USERS, &path(&made, ""), &path(&made, "/health"), "/api/v1/audit-events"] {
            shown.push(admin.get(path).await.expect(200).text);
        }
        let stored = "select token_hash || ' ' || token_hint from api_users";
        let stored = rows!(app.system().read().await.unwrap().conn(), (String,), stored).unwrap();
        assert_eq!(stored.len(), 1);
        shown.extend(stored.into_iter().map(|row| row.0));
        for token in [text(&made, "access_token"), text(&replaced, "access_token")] {
            assert!(shown.iter().all(|text| !text.contains(&token[8..])));
        }
        assert!(shown.iter().any(|text| text.contains("api_users.create") && text.contains("api_users.replace_token")));
    }

    async fn mistyped_token_of_an_api_user_is_refused_without_a_read(app: TestApp) {
        let mut admin = app.admin().await;
        let made = robot(&mut admin, json!({ "rooms": "read" })).await;
        let token = text(&made, "access_token");
        let last = if token.ends_with('A') { "B" } else { "A" };
        let mistyped = format!("{}{last}", &token[..token.len() - 1]);
        let unknown = Secret::issue(TokenKind::ApiUser);
        let asked = statements!(app.bearer(&mistyped).get("/api/v1/rooms").await.expect(401));
        assert_eq!(asked, 0, "nothing is looked up");
        assert!(statements!(app.bearer(unknown.expose()).get("/api/v1/rooms").await.expect(401)) > 0);
        app.client().get(&format!("/api/v1/rooms?access_token={token}")).await.expect(401);
        app.client().with("authorization", &format!("Basic {token}")).get("/api/v1/rooms").await.expect(401);
        let mut both = admin.with("authorization", &format!("Bearer {token}"));
        both.get("/api/v1/rooms").await.expect(401);
    }

    async fn api_user_opens_neither_the_console_nor_what_belongs_to_people(app: TestApp) {
        let mut robots = program(&app, &robot(&mut app.admin().await, json!(Levels::FULL)).await);
        for page in ["/users", "/me", "/rooms", "/live", "/fn/me.view"] {
            let status = robots.get(page).await.status;
            assert!(status == 403 || status == 401, "{page}: {status}");
        }
        robots.call("teams.list", &json!({ "query": ListQuery::default() })).await.expect(403);
        robots.get("/api/v1/api-keys").await.expect(403);
        robots.post("/api/v1/api-keys", &json!({ "name": "X" })).await.expect(403);
        robots.form("/sign-out", &[]).await;
        robots.get("/api/v1/rooms").await.expect(200);
    }

    async fn api_user_administers_access_only_where_its_rights_say_full(app: TestApp) {
        let mut admin = app.admin().await;
        let mut reader = program(&app, &robot(&mut admin, json!({ "members": "read", "rooms": "full" })).await);
        let new = json!({ "name": "Child", "rights": { "levels": { "rooms": "read" } } });
        reader.get(API_USERS).await.expect(200);
        reader.post(API_USERS, &new).await.expect(403);
        let writer = made(&mut admin, json!({ "name": "Writer", "role": "operations_engineer",
            "rights": { "levels": { "members": "full", "rooms": "read" } } })).await;
        let mut robots = program(&app, &writer);
        let child = robots.post(API_USERS, &new).await.expect(201).json();
        assert_eq!((&child["made_by"], &child["role"]), (&json!("Writer"), &json!("operations_engineer")));
        let more = json!({ "name": "X", "rights": { "levels": { "rooms": "full" } } });
        robots.post(API_USERS, &more).await.expect(422);
        robots.post(API_USERS, &json!({ "name": "X", "role": "common_manager" })).await.expect(422);
        // Neither itself nor its own token.
        let own = robots.patch(&path(&writer, ""), "*", &json!({ "role": "owner" })).await.expect(409).json();
        assert_eq!(own["code"], "own_account");
        robots.post(&path(&writer, "/token"), &json!({})).await.expect(409);
        let log = admin.get("/api/v1/audit-events?limit=50").await.expect(200).json();
        let child = log["items"].as_array().unwrap().iter().find(|it| it["target"]["id"] == child["id"]).unwrap();
        assert_eq!(child["actor"], json!({ "kind": "api_user", "id": writer["id"], "name": "Writer" }));
    }

    async fn narrowed_api_user_is_refused_on_the_very_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let made = robot(&mut admin, json!({ "rooms": "read", "alerts": "read" })).await;
        let mut robots = program(&app, &made);
        robots.get("/api/v1/alerts").await.expect(200);
        let change = json!({ "rights": { "levels": { "rooms": "read" } } });
        admin.patch(&path(&made, ""), "\"1\"", &change).await.expect(200);
        robots.get("/api/v1/alerts").await.expect(403);
        robots.get("/api/v1/rooms").await.expect(200);
    }

    async fn proxy_learns_that_an_api_user_asks(app: TestApp) {
        let (id, token) = app.api_user("Robot", Role::Owner, None, &[Given::own(levels([(Screen::Rooms, Level::Read)]))]).await;
        let answer = app.bearer(&token).get("/api/v1/check?screen=rooms").await.expect(204);
        assert_eq!((answer.header("x-doorward-user"), answer.header("x-doorward-kind")), (id.as_str(), "api_user"));
        let nobody = UserSpec { username: "nobody", ..UserSpec::default() };
        app.signed_in_as(nobody).await.get("/api/v1/check?screen=rooms").await.expect(403);
    }
}
