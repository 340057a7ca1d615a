//! Many wrong secrets from an address that right ones come from, too: a gateway, NAT.

use crate::db::STATEMENTS;
use crate::server::token::{Secret, TokenKind};
use crate::testing::{ADMIN_PASSWORD, Browser, Client, TestApp, both};
use serde_json::{Value, json};
use std::cell::Cell;

/// A program that sends one token that is none, and has been told to wait for it.
async fn flood(app: &TestApp) -> Browser {
    let mut program = bearer(app, Secret::issue(TokenKind::Access).expose());
    let mut statuses = Vec::new();
    for _ in 0..70 {
        app.state.identities.heard();
        statuses.push(program.get("/api/v1/me").await.status);
    }
    assert_eq!((statuses[0], statuses[59], statuses[60], statuses[69]), (401, 401, 429, 429));
    program
}

fn bearer(app: &TestApp, token: &str) -> Browser {
    app.client().with("authorization", &format!("Bearer {token}"))
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

fn robots() -> Value {
    json!({ "name": "Robots", "levels": { "rooms": "read" } })
}

both! {
    async fn right_secrets_work_whatever_wrong_ones_came_from_their_address(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, robots()).await;
        let mut running = client.signed_in(&app).await;
        app.state.identities.heard();
        running.get("/api/v1/rooms").await.expect(200);
        let mut flooding = flood(&app).await;

        client.signed_in(&app).await.get("/api/v1/rooms").await.expect(200);
        let key = admin.post("/api/v1/api-keys", &json!({ "name": "Key" })).await.expect(201).json();
        bearer(&app, text(&key, "secret")).get("/api/v1/me").await.expect(200);
        let body = json!({ "name": "Robot", "rights": { "levels": { "rooms": "read" }, "places": "everything" } });
        let api_user = admin.post("/api/v1/api-users", &body).await.expect(201).json();
        bearer(&app, text(&api_user, "access_token")).get("/api/v1/rooms").await.expect(200);
        // What was made takes every token out of memory.
        running.get("/api/v1/rooms").await.expect(200);
        let made = running.post("/api/v1/events/tickets", &json!({})).await.expect(201).json();
        let offered = |ticket: &str| format!("doorward, doorward-ticket.{ticket}");
        let mut socket = app.client().with("sec-websocket-protocol", &offered(text(&made, "ticket")));
        assert_eq!(socket.get("/api/v1/events").await.expect(400).json()["code"], "no_websocket", "a good ticket");
        socket.get("/api/v1/events").await.expect(429);
        let asked = app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(409).text;
        let ticket = asked.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        app.browser().form("/sign-in", &[("ticket", "made up")]).await.expect(429);
        app.browser().form("/sign-in", &[("ticket", ticket)]).await.expect(303);

        flooding.get("/api/v1/me").await.expect(429);
        app.clock.advance(60_000);
        flooding.get("/api/v1/me").await.expect(401);
    }

    async fn flood_of_one_secret_is_answered_without_a_read(app: TestApp) {
        let mut flooding = flood(&app).await;
        app.state.identities.heard();
        let statements = STATEMENTS.scope(Cell::new(0), async {
            flooding.get("/api/v1/me").await.expect(429);
            STATEMENTS.with(Cell::get)
        });
        assert_eq!(statements.await, 0);
    }

    async fn secret_that_was_refused_is_right_again_at_once(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "Robot", "rights": { "levels": { "rooms": "read" }, "places": "everything" } });
        let made = admin.post("/api/v1/api-users", &body).await.expect(201).json();
        let mut robot = bearer(&app, text(&made, "access_token"));
        let path = format!("/api/v1/api-users/{}", text(&made, "id"));
        admin.act(&format!("{path}/disable")).await.expect(200);
        for n in 0..70 {
            app.state.identities.heard();
            robot.get("/api/v1/rooms").await.expect(if n < 60 { 401 } else { 429 });
        }
        admin.act(&format!("{path}/enable")).await.expect(200);
        app.state.identities.heard();
        robot.get("/api/v1/rooms").await.expect(200);
    }
}
