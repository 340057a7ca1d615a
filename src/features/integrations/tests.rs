use crate::access::{Level, Levels, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Browser, Client, Given, PASSWORD, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

/// A floor with two rooms beside another floor, by their ids.
async fn plant(app: &TestApp) -> (String, String) {
    let building = app.place(None, "building", "Building A").await;
    let mut floors = Vec::new();
    for floor in ["Floor 1", "Floor 2"] {
        let floor = app.place(Some(&building), "floor", floor).await;
        for room in ["Room 1", "Room 2"] {
            app.place(Some(&floor), "room", room).await;
        }
        floors.push(floor);
    }
    (floors[0].clone(), floors[1].clone())
}

async fn count(browser: &mut Browser, path: &str) -> i64 {
    browser.get(path).await.expect(200).json()["count"].as_i64().unwrap()
}

/// A manager of everything about integrations, and of rooms to read.
async fn manager(app: &TestApp, company: Option<&str>) -> Browser {
    let grants = vec![Given::own(levels([(Screen::Integrations, Level::Full), (Screen::Rooms, Level::Read)]))];
    let username = company.map_or("mona", |_| "nils");
    app.signed_in_as(UserSpec { username, role: Role::OperationsEngineer, company, grants, ..UserSpec::default() })
        .await
}

fn path(made: &Value, rest: &str) -> String {
    format!("/api/v1/integrations/{}{rest}", made["id"].as_str().unwrap())
}

both! {
    async fn client_opens_exactly_what_it_was_given(app: TestApp) {
        let (first, _) = plant(&app).await;
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Cleaning robots", "client_id": "robots",
            "levels": { "rooms": "read", "alerts": "full" }, "places": [first] })).await;
        assert!(client.secret.starts_with("dws_"));
        let mut robots = client.signed_in(&app).await;
        assert_eq!(count(&mut robots, "/api/v1/rooms").await, 2, "the rooms of its floor");
        assert_eq!(count(&mut robots, "/api/v1/alerts").await, 0);
        let refused = robots.get("/api/v1/users").await.expect(403).json();
        assert_eq!(refused["code"], "not_granted");
        assert!(refused["detail"].as_str().unwrap().contains("Ask Administrator"), "{refused}");
        let me = robots.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&me["kind"], &me["username"], &me["account_id"]), (&json!("integration"), &json!("robots"), &Value::Null));
        assert_eq!(me["access"][0]["place"]["name"], "Building A / Floor 1");
    }

    async fn secret_is_told_once_and_stored_as_a_hash(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let token = client.token(&app).await;
        let id = client.made["id"].as_str().unwrap().to_owned();
        for path in ["".to_owned(), format!("/{id}"), format!("/{id}/secrets"), format!("/{id}/health")] {
            let text = admin.get(&format!("/api/v1/integrations{path}")).await.expect(200).text;
            assert!(!text.contains(&client.secret) && !text.contains(&token), "{path}");
        }
        let log = admin.get("/api/v1/audit-events").await.expect(200).text;
        assert!(log.contains("integrations.create") && log.contains("token.give"));
        assert!(!log.contains(&client.secret) && !log.contains(&token));
        let mut held = app.system().read().await.unwrap();
        let stored = "select secret_hash || '' from client_secrets union all select token_hash from sessions";
        for (hash,) in crate::db::rows!(held.conn(), (String,), stored).unwrap() {
            assert!(hash != client.secret && hash != token);
        }
    }

    async fn generated_secret_waits_for_its_form_and_is_used_once(app: TestApp) {
        let mut admin = app.admin().await;
        let new = |draft: &Value, id: &str| json!({ "draft_id": draft["id"],
            "new": { "name": "Robots", "client_id": id, "levels": { "rooms": "read" }, "places": "everything" } });
        let draft = admin.call("integrations.draft", &json!({})).await.expect(200).json();
        let made = admin.call("integrations.create", &new(&draft, "robots")).await.expect(200).json();
        assert_eq!(made["integration"].get("client_secret"), None, "it was shown before");
        let client = Client { id: "robots".into(), secret: draft["client_secret"].as_str().unwrap().into(), made: Value::Null };
        client.signed_in(&app).await.get("/api/v1/rooms").await.expect(200);
        let again = admin.call("integrations.create", &new(&draft, "others")).await.expect(422).json();
        assert_eq!(again["fields"][0]["field"], "draft_id");
        let late = admin.call("integrations.draft", &json!({})).await.expect(200).json();
        app.clock.advance(15 * 60_000);
        admin.call("integrations.create", &new(&late, "late")).await.expect(422);
    }

    async fn what_is_wrong_is_told_at_its_field_and_makes_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        let other = app.organization("Elsewhere").await;
        let profile = app.profile_of(&other, "All", Levels::FULL).await;
        let spec = UserSpec { organization: Some(&other), username: "eve", grants: vec![Given::profile(&profile)], ..UserSpec::default() };
        let mut eve = app.signed_in_as(spec).await;
        Client::made(&mut eve, json!({ "name": "Theirs", "client_id": "theirs", "levels": { "rooms": "read" } })).await;
        for (body, status, field, code) in [
            (json!({ "name": "X", "client_id": "theirs", "levels": { "rooms": "read" } }), 409, "client_id", "taken"),
            (json!({ "name": "X", "client_id": "a b", "levels": { "rooms": "read" } }), 422, "client_id", "malformed"),
            (json!({ "name": " ", "levels": { "rooms": "read" } }), 422, "name", "required"),
            (json!({ "name": "n".repeat(2000), "levels": { "rooms": "read" } }), 422, "name", "too_long"),
            (json!({ "name": "X", "levels": {} }), 422, "levels", "required"),
            (json!({ "name": "X", "levels": { "kitchen": "read" } }), 422, "levels", "unknown"),
            (json!({ "name": "X", "levels": { "rooms": "read" }, "places": [] }), 422, "places", "required"),
            (json!({ "name": "X", "levels": { "rooms": "read" }, "places": ["01900000-0000-7000-8000-000000000000"] }), 422, "places", "unknown"),
            (json!({ "name": "X", "levels": { "rooms": "read" }, "organization_id": other }), 422, "organization_id", "unknown"),
            (json!({ "name": "X", "levels": { "rooms": "read" }, "version": 7 }), 422, "version", "unknown"),
        ] {
            let answer = admin.post("/api/v1/integrations", &body).await.expect(status).json();
            assert_eq!((&answer["errors"][0]["field"], &answer["errors"][0]["code"]), (&json!(field), &json!(code)), "{body}");
        }
        assert_eq!(count(&mut admin, "/api/v1/integrations").await, 0);
    }

    async fn nobody_gives_an_integration_more_than_they_have(app: TestApp) {
        let mut mona = manager(&app, None).await;
        let more = json!({ "name": "X", "levels": { "rooms": "full" } });
        assert_eq!(mona.post("/api/v1/integrations", &more).await.expect(422).json()["errors"][0]["code"], "not_allowed");
        let higher = json!({ "name": "X", "role": "common_manager", "levels": { "rooms": "read" } });
        assert_eq!(mona.post("/api/v1/integrations", &higher).await.expect(422).json()["errors"][0]["field"], "role");
        let client = Client::made(&mut mona, json!({ "name": "X", "levels": { "rooms": "read" } })).await;
        assert_eq!(client.made["role"], "operations_engineer", "its maker's rank");
        mona.patch(&path(&client.made, ""), "*", &json!({ "levels": { "rooms": "full" } })).await.expect(422);
        // What the administrator made ranks higher; what it may do, mona may not.
        let mut admin = app.admin().await;
        let high = Client::made(&mut admin, json!({ "name": "High", "levels": { "rooms": "read" } })).await;
        mona.act(&path(&high.made, "/disable")).await.expect(403);
        let wide = Client::made(&mut admin, json!({ "name": "Wide", "role": "owner", "levels": { "users": "full" } })).await;
        let refused = mona.post(&path(&wide.made, "/secrets"), &json!({})).await.expect(403).json();
        assert_eq!(refused["code"], "above_rights", "a secret is a way to all that it may do");
    }

    async fn manager_of_other_company_gets_404(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let mut nils = manager(&app, Some(&north)).await;
        let mut mona = manager(&app, None).await;
        let client = Client::made(&mut mona, json!({ "name": "Root's", "levels": { "rooms": "read" } })).await;
        assert_eq!(count(&mut nils, "/api/v1/integrations").await, 0);
        nils.get(&path(&client.made, "")).await.expect(404);
        nils.act(&path(&client.made, "/disable")).await.expect(404);
        let own = Client::made(&mut nils, json!({ "name": "North's", "levels": { "rooms": "read" } })).await;
        assert_eq!(count(&mut nils, "/api/v1/integrations").await, 1);
        assert_eq!(count(&mut mona, "/api/v1/integrations").await, 2, "who manages a company manages those below");
        mona.act(&path(&own.made, "/disable")).await.expect(200);
    }

    async fn disabled_deleted_and_narrowed_bite_on_the_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "X", "levels": { "rooms": "read", "alerts": "read" } })).await;
        let mut robots = client.signed_in(&app).await;
        // As a node does that hears of every change.
        app.state.identities.heard();
        for _ in 0..2 {
            robots.get("/api/v1/rooms").await.expect(200);
        }
        let etag = admin.get(&path(&client.made, "")).await.header("etag").to_owned();
        admin.patch(&path(&client.made, ""), &etag, &json!({ "levels": { "alerts": "read" } })).await.expect(200);
        robots.get("/api/v1/rooms").await.expect(403);
        robots.get("/api/v1/alerts").await.expect(200);
        let stale = admin.patch(&path(&client.made, ""), &etag, &json!({ "levels": { "rooms": "read" } })).await;
        assert_eq!(stale.status, 412);
        admin.act(&path(&client.made, "/disable")).await.expect(200);
        robots.get("/api/v1/alerts").await.expect(401);
        client.ask_token(&app, "").await.expect(401);
        admin.act(&path(&client.made, "/enable")).await.expect(200);
        robots.get("/api/v1/alerts").await.expect(401);
        let mut robots = client.signed_in(&app).await;
        robots.get("/api/v1/alerts").await.expect(200);
        admin.delete(&path(&client.made, "")).await.expect(204);
        robots.get("/api/v1/alerts").await.expect(401);
        client.ask_token(&app, "").await.expect(401);
        admin.get(&path(&client.made, "")).await.expect(404);
    }

    async fn two_secrets_live_side_by_side_until_the_first_dies(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "X", "levels": { "rooms": "read" } })).await;
        let mut old = client.signed_in(&app).await;
        app.clock.advance(1);
        let answer = admin.post(&path(&client.made, "/secrets"), &json!({ "overlap_hours": 24 })).await.expect(201).json();
        let second = client.with_secret(&answer);
        let mut new = second.signed_in(&app).await;
        old.get("/api/v1/rooms").await.expect(200);
        new.get("/api/v1/rooms").await.expect(200);
        let third = admin.post(&path(&client.made, "/secrets"), &json!({ "overlap_hours": 24 })).await.expect(409).json();
        assert_eq!(third["code"], "two_secrets");
        crate::server::usage_log::flush(&app.state).await.unwrap();
        let secrets = admin.get(&path(&client.made, "/secrets")).await.expect(200).json();
        assert_eq!(secrets[0]["hint"], second.secret[..8], "the newest first");
        assert!(secrets.as_array().unwrap().iter().all(|secret| secret["last_used_at"].is_string()), "both are still used: {secrets}");
        app.clock.advance(24 * HOUR);
        old.get("/api/v1/rooms").await.expect(401);
        client.ask_token(&app, "").await.expect(401);
        second.signed_in(&app).await.get("/api/v1/rooms").await.expect(200);
    }

    async fn secret_that_is_ended_takes_its_tokens_along_and_the_last_one_stays(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "X", "levels": { "rooms": "read" } })).await;
        let mut old = client.signed_in(&app).await;
        app.state.identities.heard();
        old.get("/api/v1/rooms").await.expect(200);
        let first = admin.get(&path(&client.made, "/secrets")).await.expect(200).json()[0]["id"].as_str().unwrap().to_owned();
        let only = admin.delete(&path(&client.made, &format!("/secrets/{first}"))).await.expect(409).json();
        assert_eq!(only["code"], "last_secret");
        let answer = admin.post(&path(&client.made, "/secrets"), &json!({ "overlap_hours": 720 })).await.expect(201).json();
        let mut new = client.with_secret(&answer).signed_in(&app).await;
        admin.delete(&path(&client.made, &format!("/secrets/{first}"))).await.expect(204);
        old.get("/api/v1/rooms").await.expect(401);
        new.get("/api/v1/rooms").await.expect(200);
        // Without an overlap the one before dies at once.
        let answer = admin.post(&path(&client.made, "/secrets"), &json!({})).await.expect(201).json();
        new.get("/api/v1/rooms").await.expect(401);
        client.with_secret(&answer).signed_in(&app).await.get("/api/v1/rooms").await.expect(200);
    }

    async fn health_says_what_was_called_and_what_was_refused(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "X", "levels": { "rooms": "read" } })).await;
        let mut robots = client.signed_in(&app).await;
        for _ in 0..3 {
            robots.get("/api/v1/rooms").await.expect(200);
        }
        for _ in 0..2 {
            robots.get("/api/v1/hvac").await.expect(403);
        }
        let health = admin.get(&path(&client.made, "/health")).await.expect(200).json();
        assert_eq!((&health["calls_24h"], &health["errors_24h"], &health["tokens"]), (&json!(5), &json!(2), &json!(1)));
        assert_eq!((&health["refused"][0]["screen"], &health["refused"][0]["times"]), (&json!("hvac"), &json!(2)));
        assert_eq!(health["last_address"], "127.0.0.1");
        app.clock.advance(25 * HOUR);
        let mut admin = app.signed_in("admin", crate::testing::ADMIN_PASSWORD).await;
        let health = admin.get(&path(&client.made, "/health")).await.expect(200).json();
        assert_eq!((&health["calls_24h"], &health["tokens"]), (&json!(0), &json!(0)));
    }

    async fn integration_with_rights_on_users_acts_like_a_manager_of_its_company_and_rank(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "HR", "role": "operations_engineer", "levels": { "users": "full", "rooms": "read" } });
        let mut hr = Client::made(&mut admin, body).await.signed_in(&app).await;
        let profile = app.profile("Guest", levels([(Screen::Rooms, Level::Read)])).await;
        let more = app.profile("More", levels([(Screen::Rooms, Level::Full)])).await;
        let new = |role: &str, profile: &str, name: &str| json!({ "username": name, "name": name, "email": format!("{name}@example.com"),
            "role": role, "profiles": [profile] });
        hr.post("/api/v1/users", &new("common_manager", &profile, "high")).await.expect(422);
        hr.post("/api/v1/users", &new("owner", &more, "more")).await.expect(422);
        let made = hr.post("/api/v1/users", &new("owner", &profile, "guest")).await.expect(201).json();
        assert!(made["temporary_password"].is_string());
        let mine = hr.get("/api/v1/users?q=admin").await.expect(200).json();
        let boss = mine["items"][0]["id"].as_str().unwrap();
        hr.act(&format!("/api/v1/users/{boss}/disable")).await.expect(403);
        let log = admin.get("/api/v1/audit-events?action=users.create").await.expect(200).json();
        assert_eq!((&log["items"][0]["actor"]["kind"], &log["items"][0]["actor"]["name"]), (&json!("integration"), &json!("HR")));
    }

    async fn rights_may_differ_per_place(app: TestApp) {
        let (first, second) = plant(&app).await;
        let mut admin = app.admin().await;
        let body = json!({ "name": "X", "place_levels": { &first: { "rooms": "read" }, &second: { "lighting": "full" } } });
        let client = Client::made(&mut admin, body.clone()).await;
        assert_eq!((&client.made["levels"], &client.made["places"]), (&Value::Null, &Value::Null));
        assert_eq!(client.made["place_levels"], body["place_levels"]);
        let mut robots = client.signed_in(&app).await;
        assert_eq!(count(&mut robots, "/api/v1/rooms").await, 2);
        let both = json!({ "levels": { "rooms": "read" }, "place_levels": { &first: { "rooms": "read" } } });
        admin.patch(&path(&client.made, ""), "*", &both).await.expect(422);
        let unsaid = admin.patch(&path(&client.made, ""), "*", &json!({ "levels": { "rooms": "full" } })).await;
        assert_eq!(unsaid.expect(422).json()["errors"][0]["field"], "places", "what counts at two places is not widened to all");
        let form = json!({ "levels": { "audit": "read" }, "places": null, "place_levels": { &first: { "rooms": "read" } } });
        let sent = json!({ "id": client.made["id"], "version": 1, "change": form });
        let refused = admin.call("integrations.edit", &sent).await.expect(422).json();
        assert_eq!(refused["fields"][0]["field"], "place_levels");
        let one = admin.patch(&path(&client.made, ""), "*", &json!({ "levels": { "rooms": "full" }, "places": "everything" })).await;
        assert_eq!(one.expect(200).json()["places"], "everything");
        assert_eq!(count(&mut robots, "/api/v1/rooms").await, 4);
    }

    async fn detail_shows_what_is_open_and_not_what_a_place_leaves_closed(app: TestApp) {
        let (first, _) = plant(&app).await;
        let mut admin = app.admin().await;
        let table = json!({ "rooms": "read", "users": "full" });
        let client = Client::made(&mut admin, json!({ "name": "X", "levels": table, "places": [first] })).await;
        let id = client.made["id"].clone();
        let shown = admin.call("integrations.detail", &json!({ "id": id })).await.expect(200).json();
        assert_eq!(shown["access"].as_array().unwrap().len(), 1);
        assert_eq!(shown["access"][0][1], json!({ "rooms": "read" }));
        let as_well = json!({ "place_levels": { &first: table, "everything": { "users": "full" } } });
        admin.patch(&path(&client.made, ""), "*", &as_well).await.expect(200);
        let shown = admin.call("integrations.detail", &json!({ "id": id })).await.expect(200).json();
        assert_eq!(shown["access"][1], json!(["Everywhere", { "users": "full" }]));
        let mut robots = client.signed_in(&app).await;
        robots.get("/api/v1/users").await.expect(200);
    }

    async fn list_is_searched_filtered_and_paged(app: TestApp) {
        let mut admin = app.admin().await;
        for name in ["Alpha", "beta", "Gamma"] {
            Client::made(&mut admin, json!({ "name": name, "client_id": format!("client-{name}"), "levels": { "rooms": "read" } })).await;
        }
        let names = |answer: Value| -> Vec<String> {
            answer["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
        };
        let first = admin.get("/api/v1/integrations?limit=2").await.expect(200).json();
        let next = format!("/api/v1/integrations?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
        assert_eq!(names(first), ["Alpha", "beta"]);
        assert_eq!(names(admin.get(&next).await.expect(200).json()), ["Gamma"]);
        assert_eq!(names(admin.get("/api/v1/integrations?sort=-name").await.expect(200).json()), ["Gamma", "beta", "Alpha"]);
        assert_eq!(names(admin.get("/api/v1/integrations?q=CLIENT-b").await.expect(200).json()), ["beta"]);
        assert_eq!(names(admin.get("/api/v1/integrations?status=disabled").await.expect(200).json()), [""; 0]);
        for wrong in ["sort=id", "status=gone", "limit=0", "cursor=x", "nonsense=1"] {
            admin.get(&format!("/api/v1/integrations?{wrong}")).await.expect(400);
        }
    }
}

#[tokio::test]
async fn passwords_of_people_open_no_token() {
    let app = TestApp::sqlite().await;
    app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
    let client = Client { id: "nora".into(), secret: PASSWORD.into(), made: Value::Null };
    client.ask_token(&app, "").await.expect(401);
}
