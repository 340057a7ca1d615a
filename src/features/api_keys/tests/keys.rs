//! Making, listing and revoking keys, and their secrets.

use super::{made, path, program, text};
use crate::access::{Level, Levels, Screen};
use crate::db::{STATEMENTS, rows};
use crate::server::token::{Secret, TokenKind};
use crate::testing::{Given, START, TestApp, UserSpec, both, levels};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::cell::Cell;

const DAY: i64 = 86_400_000;

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

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|key| text(key, "name")).collect()
}

both! {
    async fn person_makes_a_key_and_sees_all_of_it_but_the_secret_afterwards(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "Backup script", "remark": "On the old NAS", "expires_at": "2027-06-30T22:00:00+02:00",
            "levels": { "rooms": "read", "users": "full" }, "may_administer_access": true });
        let answer = admin.post("/api/v1/api-keys", &body).await.expect(201);
        let key = answer.json();
        assert_eq!((answer.header("location"), answer.header("etag")), (path(&key).as_str(), "\"1\""));
        assert!(text(&key, "secret").starts_with("dwk_"));
        assert_eq!(text(&key, "hint"), &text(&key, "secret")[..8]);
        assert_eq!((&key["name"], &key["remark"]), (&body["name"], &body["remark"]));
        assert_eq!((&key["levels"], &key["may_administer_access"]), (&body["levels"], &json!(true)));
        assert_eq!(key["expires_at"], "2027-06-30T20:00:00.000Z");
        assert_eq!(key["organization"]["name"], "Harbour House");
        assert_eq!((&key["last_used_at"], &key["last_address"]), (&Value::Null, &Value::Null));
        program(&app, &key).get("/api/v1/rooms").await.expect(200);
        let again = admin.get(&path(&key)).await.expect(200);
        let shown = again.json();
        assert!(shown.get("secret").is_none() && !again.text.contains(text(&key, "secret")));
        assert_eq!((&shown["last_used_at"], &shown["last_address"]), (&json!("2026-11-22T08:00:00.000Z"), &json!("127.0.0.1")));
        let plain = made(&mut admin, json!({ "name": "Plain" })).await;
        assert_eq!((&plain["levels"], &plain["expires_at"], &plain["may_administer_access"]), (&Value::Null, &Value::Null, &json!(false)));
    }

    async fn pages_of_keys_show_the_list_one_key_and_the_question_before_its_end(app: TestApp) {
        let mut admin = app.admin().await;
        assert!(admin.get("/me/api-keys").await.expect(200).text.contains("No API keys yet"));
        let key = made(&mut admin, json!({ "name": "<Backup>", "remark": "On the old NAS", "levels": { "rooms": "read" } })).await;
        made(&mut admin, json!({ "name": "Over", "expires_at": "2026-11-22T08:00:00.001Z" })).await;
        app.clock.advance(1);
        let list = admin.get("/me/api-keys").await.expect(200).text;
        for shown in ["&lt;Backup&gt;", text(&key, "hint"), "read on Rooms; nothing else.", "Harbour House", "Expired", "2 API keys"] {
            assert!(list.contains(shown), "{shown}");
        }
        let dialog = |act: &str| format!("/me/api-keys?{act}={}", text(&key, "id"));
        let detail = admin.get(&dialog("show")).await.expect(200).text;
        for shown in [text(&key, "id"), "Rooms (read)", "No, read only", "On the old NAS"] {
            assert!(detail.contains(shown), "{shown}");
        }
        let question = admin.get(&dialog("revoke")).await.expect(200).text;
        assert!(question.contains("Revoke key “&lt;Backup&gt;”?") && question.contains("been used yet."));
        assert!(admin.get("/me/api-keys?q=nothing").await.expect(200).text.contains("No matching keys"));
        let form = admin.get("/me/api-keys/new").await.expect(200).text;
        assert!(form.contains("Create API key") && form.contains("Without this, it can only read Users, Profiles,"));
        assert!(admin.get("/me").await.expect(200).text.contains("href=\"/me/api-keys\""));
    }

    async fn secret_of_a_key_is_in_no_list_log_or_table(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "Backup script" })).await;
        let secret = text(&key, "secret");
        program(&app, &key).get("/api/v1/users").await.expect(200);
        program(&app, &key).post("/api/v1/users", &json!({})).await.expect(403);
        admin.delete(&path(&made(&mut admin.clone(), json!({ "name": "Other" })).await)).await.expect(204);
        for path in ["/api/v1/api-keys", &path(&key), "/api/v1/audit-events", "/api/v1/me", "/api/v1/sessions", "/me/api-keys"] {
            assert!(!admin.get(path).await.expect(200).text.contains(&secret[8..]), "{path}");
        }
        let log = admin.get("/api/v1/audit-events").await.expect(200).text;
        assert!(log.contains("api_keys.create") && log.contains("api_keys.revoke"));
        let mut held = app.system().read().await.unwrap();
        let kept = "select id || name || remark || coalesce(scope, '') || secret_hash || hint from api_keys
            union all select coalesce(before, '') || coalesce(after, '') || target_name || actor_name || coalesce(target_id, '')
            from audit_events union all select subject_id || credential_id || address from last_uses";
        let kept = rows!(held.conn(), (String,), kept).unwrap();
        assert!(kept.iter().any(|row| row.0.contains(&crate::server::token::hash(secret))));
        assert!(kept.iter().all(|row| !row.0.contains(&secret[8..])));
        let shown = format!("{:?}", Secret::issue(TokenKind::ApiKey));
        assert_eq!(shown, "Secret(…)");
    }

    async fn what_is_wrong_with_a_key_is_told_at_its_field_and_makes_nothing(app: TestApp) {
        let elsewhere = app.organization("Elsewhere").await;
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let mut nora = app.signed_in_as(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        for (body, field, code) in [
            (json!({ "name": " " }), "name", "required"),
            (json!({}), "name", "required"),
            (json!({ "name": "n".repeat(101) }), "name", "too_long"),
            (json!({ "name": "a\u{0}b" }), "name", "malformed"),
            (json!({ "name": "X", "remark": "r".repeat(501) }), "remark", "too_long"),
            (json!({ "name": "X", "organization_id": elsewhere }), "organization_id", "not_allowed"),
            (json!({ "name": "X", "levels": {} }), "levels", "required"),
            (json!({ "name": "X", "levels": { "kitchen": "read" } }), "levels", "unknown"),
            (json!({ "name": "X", "levels": { "rooms": "full" } }), "levels", "not_allowed"),
            (json!({ "name": "X", "levels": { "users": "read" } }), "levels", "not_allowed"),
            (json!({ "name": "X", "expires_at": "2026-11-22T08:00:00Z" }), "expires_at", "not_allowed"),
            (json!({ "name": "X", "expires_at": "tomorrow" }), "expires_at", "malformed"),
            (json!({ "name": "X", "user_id": "x" }), "user_id", "unknown"),
            (json!({ "name": "X", "secret": "dwk_mine" }), "secret", "unknown"),
        ] {
            let problem = nora.post("/api/v1/api-keys", &body).await.expect(422).json();
            let error = &problem["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)), "{body}");
        }
        assert_eq!(nora.get("/api/v1/api-keys").await.expect(200).json()["count"], 0);
    }

    async fn list_of_keys_is_searched_by_name_or_id_sorted_and_paged(app: TestApp) {
        let mut admin = app.admin().await;
        let mut keys = Vec::new();
        for name in ["beta", "Alpha", "100 %", "Gamma"] {
            keys.push(made(&mut admin, json!({ "name": name })).await);
        }
        let first = admin.get("/api/v1/api-keys?limit=3").await.expect(200).json();
        assert_eq!((names(&first), &first["count"]), (vec!["100 %", "Alpha", "beta"], &json!(4)));
        let next = format!("/api/v1/api-keys?limit=3&cursor={}", text(&first, "next_cursor"));
        let rest = admin.get(&next).await.expect(200).json();
        assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["Gamma"], &Value::Null));
        let down = admin.get("/api/v1/api-keys?sort=-name").await.expect(200).json();
        assert_eq!(names(&down), ["Gamma", "beta", "Alpha", "100 %"]);
        for (q, found) in [("ALPH", vec!["Alpha"]), ("%25", vec!["100 %"]), ("nothing", vec![]), (text(&keys[0], "id"), vec!["beta"])] {
            let page = admin.get(&format!("/api/v1/api-keys?q={q}")).await.expect(200).json();
            assert_eq!(names(&page), found, "{q}");
        }
        for wrong in ["sort=id", "limit=0", "limit=201", "cursor=x", "nonsense=1"] {
            admin.get(&format!("/api/v1/api-keys?{wrong}")).await.expect(400);
        }
    }

    async fn one_person_never_sees_or_revokes_another_s_key(app: TestApp) {
        let mut admin = app.admin().await;
        let grants = vec![Given::own(Levels::FULL)];
        let mut nora = app.signed_in_as(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let key = made(&mut nora, json!({ "name": "Nora's" })).await;
        let missing = admin.get("/api/v1/api-keys/01900000-0000-7000-8000-000000000000").await.expect(404).text;
        assert_eq!(admin.get(&path(&key)).await.expect(404).text, missing);
        assert_eq!(admin.delete(&path(&key)).await.expect(404).text, missing);
        admin.call("api_keys.get", &json!({ "id": key["id"] })).await.expect(404);
        admin.call("api_keys.revoke", &json!({ "id": key["id"] })).await.expect(404);
        let list = admin.get(&format!("/api/v1/api-keys?q={}", text(&key, "id"))).await.expect(200).json();
        assert_eq!(list["count"], 0);
        program(&app, &key).get("/api/v1/me").await.expect(200);
    }

    async fn revoked_key_is_refused_on_the_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "Backup script" })).await;
        let other = made(&mut admin, json!({ "name": "Other" })).await;
        let (mut script, mut others) = (program(&app, &key), program(&app, &other));
        // As a node does that hears of every change.
        app.state.identities.heard();
        for _ in 0..2 {
            script.get("/api/v1/users").await.expect(200);
            others.get("/api/v1/users").await.expect(200);
        }
        admin.delete(&path(&key)).await.expect(204);
        let refused = script.get("/api/v1/users").await.expect(401);
        assert_eq!(refused.json()["code"], "invalid_token");
        assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
        admin.get(&path(&key)).await.expect(404);
        admin.delete(&path(&key)).await.expect(404);
        others.get("/api/v1/users").await.expect(200);
    }

    async fn key_ends_to_the_millisecond(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X", "expires_at": "2026-11-22T08:00:00.250Z" })).await;
        let mut script = program(&app, &key);
        app.clock.advance(249);
        app.state.identities.heard();
        for _ in 0..2 {
            script.get("/api/v1/me").await.expect(200);
        }
        app.clock.advance(1);
        app.state.identities.heard();
        script.get("/api/v1/me").await.expect(401);
        let shown = admin.call("api_keys.get", &json!({ "id": key["id"] })).await.expect(200).json();
        assert_eq!(shown["expired"], true);
        admin.delete(&path(&key)).await.expect(204);
    }

    async fn mistyped_key_is_refused_without_a_read(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X" })).await;
        let secret = text(&key, "secret");
        assert_ne!(statements!(program(&app, &key).get("/api/v1/me").await.expect(200)), 0);
        let last = if secret.ends_with('A') { 'B' } else { 'A' };
        for mistyped in [format!("{}{last}", &secret[..secret.len() - 1]), secret[1..].to_owned(), secret.replacen("dwk_", "dwt_", 1), format!("{secret}A")] {
            let mut script = app.client().with("authorization", &format!("Bearer {mistyped}"));
            assert_eq!(statements!(script.get("/api/v1/me").await.expect(401)), 0, "{mistyped}");
        }
    }

    async fn key_in_a_query_a_basic_username_or_beside_a_cookie_opens_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X" })).await;
        let secret = text(&key, "secret");
        for name in ["access_token", "api_key", "key", "token"] {
            app.client().get(&format!("/api/v1/me?{name}={secret}")).await.expect(401);
        }
        for pair in [format!("{secret}:"), format!("admin:{secret}")] {
            let mut basic = app.client().with("authorization", &format!("Basic {}", STANDARD.encode(pair)));
            basic.get("/api/v1/me").await.expect(401);
        }
        for scheme in ["", "Token ", "ApiKey "] {
            app.client().with("authorization", &format!("{scheme}{secret}")).get("/api/v1/me").await.expect(401);
        }
        let mut both = admin.with("authorization", &format!("Bearer {secret}"));
        both.get("/api/v1/me").await.expect(401);
    }

    async fn who_tries_many_keys_is_told_to_wait(app: TestApp) {
        let mut statuses = Vec::new();
        for _ in 0..70 {
            let guess = format!("Bearer {}", Secret::issue(TokenKind::ApiKey).expose());
            statuses.push(app.client().with("authorization", &guess).get("/api/v1/me").await.status);
        }
        assert_eq!((statuses[0], statuses[59], statuses[60], statuses[69]), (401, 401, 429, 429));
        let guess = format!("Bearer {}", Secret::issue(TokenKind::ApiKey).expose());
        let mut guesser = app.client().with("authorization", &guess);
        app.state.identities.heard();
        assert_ne!(statements!(guesser.get("/api/v1/me").await.expect(429)), 0);
        app.state.identities.heard();
        assert_eq!(statements!(guesser.get("/api/v1/me").await.expect(429)), 0, "known to be none");
    }

    async fn key_is_checked_without_touching_the_disk_after_the_first_time(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X" })).await;
        let mut script = program(&app, &key);
        app.state.identities.heard();
        assert_ne!(statements!(script.get("/api/v1/me").await.expect(200)), 0);
        for _ in 0..3 {
            app.state.identities.heard();
            assert_eq!(statements!(script.get("/api/v1/me").await.expect(200)), 0);
        }
    }

    async fn person_has_a_hundred_keys_at_the_most(app: TestApp) {
        let mut admin = app.admin().await;
        for n in 0..100 {
            made(&mut admin, json!({ "name": format!("Key {n}") })).await;
        }
        let refused = admin.post("/api/v1/api-keys", &json!({ "name": "One more" })).await.expect(409).json();
        assert_eq!(refused["code"], "too_many_keys");
        let some = admin.get("/api/v1/api-keys?limit=1").await.expect(200).json();
        admin.delete(&path(&some["items"][0])).await.expect(204);
        made(&mut admin, json!({ "name": "One more" })).await;
    }

    async fn key_outlives_its_owner_s_sessions(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X" })).await;
        admin.form("/sign-out", &[]).await.expect(303);
        app.clock.advance(400 * DAY);
        program(&app, &key).get("/api/v1/users").await.expect(200);
        let mut admin = app.admin().await;
        assert_eq!(admin.get("/api/v1/sessions").await.expect(200).json()["count"], 1, "a key is no session");
        assert!(app.state.now() > START);
    }
}
