use crate::access::{Level, Screen};
use crate::db::STATEMENTS;
use crate::features::first_start;
use crate::testing::{ADMIN_PASSWORD, Browser, Client, Given, TestApp, UserSpec, both, levels};
use serde_json::json;
use std::cell::Cell;

/// An installation whose callers may ask so often in a minute.
async fn limited(app: &TestApp, limit: &str) -> TestApp {
    let limited = app.untouched(&[("DOORWARD_API_LIMIT", limit), ("DOORWARD_ADMIN_PASSWORD", ADMIN_PASSWORD)]).await;
    first_start::ops::run(&limited.state, "Harbour House").await.unwrap();
    limited
}

async fn client(app: &TestApp, admin: &mut Browser, name: &str) -> Client {
    let client = Client::made(admin, json!({ "name": name, "levels": { "rooms": "read" } })).await;
    // What making it took is not part of the minute.
    app.clock.advance(60_000);
    client
}

both! {
    async fn caller_over_the_limit_waits_and_others_go_on(app: TestApp) {
        let app = limited(&app, "5").await;
        let mut admin = app.admin().await;
        let (noisy, quiet) = (client(&app, &mut admin, "Noisy").await, client(&app, &mut admin, "Quiet").await);
        let (mut one, mut two) = (noisy.signed_in(&app).await, noisy.signed_in(&app).await);
        one.get("/api/v1/rooms").await.expect(200);
        two.get("/api/v1/rooms").await.expect(200);
        one.get("/api/v1/rooms").await.expect(200);
        app.clock.advance(20_000);
        for browser in [&mut one, &mut two] {
            let refused = browser.get("/api/v1/rooms").await.expect(429);
            assert_eq!(refused.header("content-type"), "application/problem+json");
            assert_eq!((refused.header("retry-after"), &refused.json()["code"]), ("40", &json!("too_many_requests")));
        }
        let refused = noisy.ask_token(&app, "").await.expect(429);
        assert_eq!((refused.header("retry-after"), &refused.json()["error"]), ("40", &json!("temporarily_unavailable")));
        let mut other = quiet.signed_in(&app).await;
        other.get("/api/v1/rooms").await.expect(200);
        for _ in 0..10 {
            admin.get("/api/v1/rooms").await.expect(200);
        }
        app.clock.advance(40_000);
        one.get("/api/v1/rooms").await.expect(200);
    }

    async fn refusal_over_the_limit_reads_nothing(app: TestApp) {
        let app = limited(&app, "2").await;
        let mut admin = app.admin().await;
        let noisy = client(&app, &mut admin, "Noisy").await;
        let mut browser = noisy.signed_in(&app).await;
        browser.get("/api/v1/rooms").await.expect(200);
        let statements = STATEMENTS.scope(Cell::new(0), async {
            browser.get("/api/v1/rooms").await.expect(429);
            STATEMENTS.with(Cell::get)
        });
        assert_eq!(statements.await, 0);
        noisy.ask_token(&app, "").await.expect(429);
        let statements = STATEMENTS.scope(Cell::new(0), async {
            noisy.ask_token(&app, "").await.expect(429);
            STATEMENTS.with(Cell::get)
        });
        assert_eq!(statements.await, 0);
    }

    async fn keys_of_one_person_share_a_limit(app: TestApp) {
        let app = limited(&app, "2").await;
        let key = async |browser: &mut Browser| {
            let made = browser.post("/api/v1/api-keys", &json!({ "name": "Key" })).await.expect(201).json();
            app.client().with("authorization", &format!("Bearer {}", made["secret"].as_str().unwrap()))
        };
        let reader = |username| {
            let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
            app.signed_in_as(UserSpec { username, grants, ..UserSpec::default() })
        };
        let (mut anna, mut ben) = (reader("anna").await, reader("ben").await);
        let (mut one, mut two, mut ben) = (key(&mut anna).await, key(&mut anna).await, key(&mut ben).await);
        one.get("/api/v1/rooms").await.expect(200);
        two.get("/api/v1/rooms").await.expect(200);
        one.get("/api/v1/rooms").await.expect(429);
        ben.get("/api/v1/rooms").await.expect(200);
    }

    async fn without_a_limit_nobody_waits(app: TestApp) {
        let app = limited(&app, "0").await;
        let mut admin = app.admin().await;
        let mut browser = client(&app, &mut admin, "Noisy").await.signed_in(&app).await;
        for _ in 0..20 {
            browser.get("/api/v1/rooms").await.expect(200);
        }
    }
}
