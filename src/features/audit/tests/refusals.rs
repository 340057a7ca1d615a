//! What is refused is in the log: who tried what with whom, how often, and nothing without end.

use crate::access::{Level, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::server::refusal_log;
use crate::testing::{Browser, Client, Given, TestApp, UserSpec, both, levels};
use http::Method;
use serde_json::{Value, json};

/// The events of an action, the newest first.
async fn events(app: &TestApp, admin: &mut Browser, action: &str) -> Vec<Value> {
    app.state.settled().await;
    let log = admin.get(&format!("/api/v1/audit-events?action={action}&sort=-at")).await.expect(200).json();
    log["items"].as_array().unwrap().clone()
}

fn target<'a>(event: &'a Value, name: &str) -> &'a str {
    event["target"][name].as_str().unwrap_or_default()
}

async fn manager(app: &TestApp, username: &str) -> Browser {
    let own = levels([(Screen::Users, Level::Full), (Screen::Members, Level::Full), (Screen::Rooms, Level::Read)]);
    let spec =
        UserSpec { username, role: Role::OperationsEngineer, grants: vec![Given::own(own)], ..UserSpec::default() };
    app.signed_in_as(spec).await
}

both! {
    async fn refusal_names_the_object_and_those_that_follow_are_counted_with_the_last_one(app: TestApp) {
        let mut admin = app.admin().await;
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(app.user(UserSpec { username: &format!("high{n}"), ..UserSpec::default() }).await.id);
        }
        let mut mona = manager(&app, "mona").await;
        mona.act(&format!("/api/v1/users/{}/disable", ids[0])).await.expect(403);
        let first = events(&app, &mut admin, "access.refused").await;
        assert_eq!((first.len(), target(&first[0], "kind"), target(&first[0], "id")), (1, "user", ids[0].as_str()));
        assert_eq!((target(&first[0], "name"), &first[0]["actor"]["name"]), ("high0", &json!("mona")));
        let request = format!("POST /api/v1/users/{}/disable", ids[0]);
        assert_eq!(first[0]["after"], json!({ "screen": "users", "level": "full", "code": "above_rank", "request": request }));

        mona.delete(&format!("/api/v1/users/{}", ids[1])).await.expect(403);
        mona.call("users.enable", &json!({ "id": ids[2] })).await.expect(403);
        app.clock.advance(59_999);
        refusal_log::look(&app.state).await;
        assert_eq!(events(&app, &mut admin, "access.refused").await.len(), 1, "they may go on");
        app.clock.advance(1);
        refusal_log::look(&app.state).await;
        let closed = events(&app, &mut admin, "access.refused").await;
        assert_eq!((closed.len(), target(&closed[0], "name"), &closed[0]["after"]["times"]), (2, "high2", &json!(2)));
        assert_eq!(closed[0]["after"]["request"], "POST /fn/users.enable");
        // The first is written beside the request.
        app.state.settled().await;
        app.clock.advance(60_000);
        refusal_log::look(&app.state).await;
        assert_eq!(events(&app, &mut admin, "access.refused").await.len(), 2, "what has stopped says nothing more");
        mona.act(&format!("/api/v1/users/{}/disable", ids[3])).await.expect(403);
        assert_eq!(events(&app, &mut admin, "access.refused").await.len(), 3, "and begins anew");
    }

    async fn thousand_refusals_are_two_events(app: TestApp) {
        let mut admin = app.admin().await;
        let mut mona = manager(&app, "mona").await;
        for _ in 0..1_000 {
            mona.get("/api/v1/settings").await.expect(403);
        }
        // The first is written beside the request.
        app.state.settled().await;
        app.clock.advance(60_000);
        refusal_log::look(&app.state).await;
        let told = events(&app, &mut admin, "access.refused").await;
        assert_eq!((told.len(), &told[0]["after"]["times"]), (2, &json!(999)));
    }

    async fn refused_gift_is_logged_whichever_way_it_was_to_be_given(app: TestApp) {
        let mut admin = app.admin().await;
        let strong = app.profile("Strong", levels([(Screen::Rooms, Level::Full)])).await;
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await.id;
        let team = app.team("Strong team", &[Given::profile(&strong)], &[]).await;
        let new = json!({ "username": "new", "name": "New", "email": "new@example.com", "role": "owner", "profiles": [strong] });
        let grant = json!({ "subject_kind": "user", "subject_id": nora, "profile_id": strong });
        let own = json!({ "name": "Mine", "rights": { "levels": { "rooms": "full" }, "places": "everything" } });
        let joins = json!({ "kind": "user", "id": nora });
        for (n, (method, path, body, status, object)) in [
            (Method::POST, "/api/v1/users".to_owned(), json!({ "places": "everything" }), 422, ("user", "")),
            (Method::PATCH, format!("/api/v1/users/{nora}"), json!({ "profiles": [strong], "places": "everything" }), 422, ("user", "nora")),
            (Method::POST, "/api/v1/grants".to_owned(), grant, 422, ("grant", "")),
            (Method::POST, "/api/v1/teams".to_owned(), own.clone(), 422, ("team", "")),
            (Method::POST, "/api/v1/api-users".to_owned(), own, 422, ("api_user", "")),
            (Method::POST, format!("/api/v1/teams/{team}/members"), joins, 403, ("team", "Strong team")),
        ].into_iter().enumerate() {
            // Each by somebody else, so that none is counted with the one before.
            let mut giver = manager(&app, &format!("giver{n}")).await;
            let mut sent = if path == "/api/v1/users" { new.clone() } else { json!({}) };
            sent.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            giver.headers.push(("if-match", "*".to_owned()));
            let answer = giver.send(method, &path, "application/json", sent.to_string()).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
            let told = events(&app, &mut admin, "gift.refused").await;
            app.clock.advance(1);
            assert_eq!((told.len(), &told[0]["actor"]["name"]), (n + 1, &json!(format!("giver{n}"))), "{path}");
            assert_eq!((target(&told[0], "kind"), target(&told[0], "name")), object, "{path}");
            assert!(told[0]["after"]["request"].as_str().unwrap().ends_with(&path), "{path}");
        }
        let mut giver = manager(&app, "by-function").await;
        let form = json!({ "new": { "name": "Mine", "remark": "", "members": [], "rights":
            { "profiles": [strong], "levels": {}, "places": "everything", "devices": [], "all_devices": null } } });
        giver.call("teams.create", &form).await.expect(422);
        let told = events(&app, &mut admin, "gift.refused").await;
        assert_eq!((&told[0]["actor"]["name"], &told[0]["after"]["fields"]), (&json!("by-function"), &json!(["rights.profiles"])));
        // What is merely wrong is no attempt.
        let before = told.len();
        giver.post("/api/v1/teams", &json!({ "name": "" })).await.expect(422);
        assert_eq!(events(&app, &mut admin, "gift.refused").await.len(), before);
    }

    async fn wrong_client_secret_is_in_the_log_of_the_organization_whose_client_it_is(app: TestApp) {
        let mut admin = app.admin().await;
        let made = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        for secret in ["dws_nonsense", "dws_other", "x"] {
            let wrong = Client { secret: secret.to_owned(), ..made.clone() };
            wrong.ask_token(&app, "").await.expect(401);
        }
        let stranger = Client { id: "hunter2-typed-into-the-wrong-field".to_owned(), ..made.clone() };
        stranger.ask_token(&app, "").await.expect(401);
        // The first is written beside the request.
        app.state.settled().await;
        app.clock.advance(60_000);
        refusal_log::look(&app.state).await;
        let told = events(&app, &mut admin, "token.refused").await;
        assert_eq!((told.len(), &told[0]["after"]["times"]), (2, &json!(2)), "{told:?}");
        for event in &told {
            assert_eq!((target(event, "kind"), target(event, "name")), ("integration", "Robots"));
            assert_eq!((&event["address"], &event["actor"]["kind"]), (&json!("127.0.0.1"), &json!("anonymous")));
        }
        const HINTS: &str = "select count(*) from audit_events where action = 'token.refused' and target_name = 'hun…'";
        assert_eq!(crate::db::scalar!(app.system().read().await.unwrap().conn(), i64, HINTS).unwrap(), 1);
    }

    async fn cross_site_write_is_in_the_log_of_whose_cookie_came_along(app: TestApp) {
        let mut admin = app.admin().await;
        let mut lured = admin.clone();
        lured.headers = vec![("sec-fetch-site", "cross-site".to_owned()), ("origin", "https://evil.example".to_owned())];
        for _ in 0..3 {
            lured.post("/api/v1/profiles", &json!({ "name": "X", "levels": { "rooms": "read" } })).await.expect(403);
        }
        // The first is written beside the request.
        app.state.settled().await;
        app.clock.advance(60_000);
        refusal_log::look(&app.state).await;
        let told = events(&app, &mut admin, "cross_site.refused").await;
        assert_eq!((told.len(), &told[0]["after"]["times"], target(&told[0], "kind")), (2, &json!(2), "session"));
        assert_eq!(told[1]["after"]["origin"], "https://evil.example");
        assert_eq!(told[1]["after"]["request"], "POST /api/v1/profiles");
    }

    async fn act_has_what_was_before_and_what_is_after(app: TestApp) {
        let mut admin = app.admin().await;
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        app.browser_of(&nora).await;
        let made = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let user = format!("/api/v1/users/{}", nora.id);
        let integration = format!("/api/v1/integrations/{}", made.made["id"].as_str().unwrap());
        let (active, disabled) = (json!({ "status": "active" }), json!({ "status": "disabled" }));
        for (path, action, before, after) in [
            (format!("{user}/close-session"), "sessions.close", json!({ "sessions": 1 }), json!({ "sessions": 0 })),
            (format!("{user}/disable"), "users.disable", active.clone(), disabled.clone()),
            (format!("{user}/enable"), "users.enable", disabled.clone(), active.clone()),
            (format!("{user}/reset-password"), "users.reset_password",
                json!({ "password_temporary": false, "sessions": 0, "api_keys": [] }),
                json!({ "password_temporary": true, "mailed": false, "sessions": 0, "api_keys_kept": false })),
            (format!("{integration}/disable"), "integrations.disable", active.clone(), disabled.clone()),
            (format!("{integration}/enable"), "integrations.enable", disabled, active),
        ] {
            let answer = admin.act(&path).await;
            assert!(answer.status < 300, "{path}: {}", answer.text);
            let told = events(&app, &mut admin, action).await;
            assert_eq!((&told[0]["before"], &told[0]["after"]), (&before, &after), "{action}");
        }
    }

    async fn manager_of_another_company_does_not_read_what_was_tried_here(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        manager(&app, "mona").await.act(&format!("/api/v1/users/{}/disable", nora.id)).await.expect(403);
        let grants = vec![Given::own(levels([(Screen::Audit, Level::Read)]))];
        let mut nils = app.signed_in_as(UserSpec { username: "nils", company: Some(&north), grants, ..UserSpec::default() }).await;
        assert!(events(&app, &mut nils, "access.refused").await.is_empty());
    }
}
