//! What closes or narrows an open socket.

use super::{client, end, ended, happens, hear, lights, listening, serve};
use crate::access::{Level, Screen};
use crate::testing::{Given, TestApp, UserSpec, both, levels};
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

both! {
    async fn whatever_ends_a_token_closes_its_socket_within_a_second(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let id = robots.made["id"].as_str().unwrap().to_owned();
        let token = robots.token(&app).await;
        let (mut socket, _) = listening(address, &token).await;
        robots.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        assert_eq!(end(&mut socket).await, ended("revoked"));
        let (mut socket, _) = listening(address, &robots.token(&app).await).await;
        let session = admin.get("/api/v1/sessions?kind=integration").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        admin.delete(&format!("/api/v1/sessions/{session}")).await.expect(204);
        assert_eq!(end(&mut socket).await, ended("closed"));
        let (mut socket, _) = listening(address, &robots.token(&app).await).await;
        admin.act(&format!("/api/v1/integrations/{id}/disable")).await.expect(200);
        assert_eq!(end(&mut socket).await, ended("disabled"));
        admin.act(&format!("/api/v1/integrations/{id}/enable")).await.expect(200);
        let (mut socket, hello) = listening(address, &robots.token(&app).await).await;
        assert_eq!(hello["expires_at"], "2026-11-23T08:00:00.000Z");
        app.clock.advance(24 * 3_600_000);
        assert_eq!(end(&mut socket).await, ended("invalid_token"));
    }

    async fn key_s_socket_ends_with_the_key_and_with_its_owner(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let grants = vec![Given::own(levels([(Screen::Lighting, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut key = async |name: &str| {
            let made = hers.post("/api/v1/api-keys", &json!({ "name": name })).await.expect(201).json();
            (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
        };
        let (first, second) = (key("First").await, key("Second").await);
        let (mut socket, hello) = listening(address, &first.1).await;
        assert_eq!((&hello["caller"]["id"], &hello["expires_at"]), (&json!(nora.id), &Value::Null));
        hers.delete(&format!("/api/v1/api-keys/{}", first.0)).await.expect(204);
        assert_eq!(end(&mut socket).await, ended("revoked"));
        let (mut socket, _) = listening(address, &second.1).await;
        app.admin().await.act(&format!("/api/v1/users/{}/disable", nora.id)).await.expect(200);
        assert_eq!(end(&mut socket).await, ended("disabled"));
    }

    async fn narrowed_rights_narrow_the_open_socket_and_say_so(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, b] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let (mut socket, _) = listening(address, &robots.token(&app).await).await;
        let path = format!("/api/v1/integrations/{}", robots.made["id"].as_str().unwrap());
        admin.patch(&path, "*", &json!({ "levels": { "lighting": "read" }, "places": [b.0] })).await.expect(200);
        let access = hear(&mut socket).await;
        assert_eq!((&access["type"], &access["hears"][0]["places"][0]["id"]), (&json!("access"), &json!(b.0)));
        let here = app.organization_id().await;
        happens(&app.state, &here, &[(Screen::Lighting, &a.1, &a.2), (Screen::Lighting, &b.1, &b.2)]).await;
        assert_eq!(hear(&mut socket).await["place_id"], b.1);
    }

    async fn right_that_ends_is_heard_no_longer_from_that_moment_on(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let [a, _] = lights(&app).await;
        let until = app.state.now() + 60_000;
        let grants = vec![Given::own(levels([(Screen::Lighting, Level::Read)])).until(until)];
        let mut nora = app.signed_in_as(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let made = nora.post("/api/v1/api-keys", &json!({ "name": "Mine" })).await.expect(201).json();
        let (mut socket, _) = listening(address, made["secret"].as_str().unwrap()).await;
        app.clock.advance(60_000);
        assert_eq!(hear(&mut socket).await, json!({ "type": "access", "hears": [] }));
        happens(&app.state, &app.organization_id().await, &[(Screen::Lighting, &a.1, &a.2)]).await;
        let more = tokio::time::timeout(Duration::from_millis(200), socket.next()).await;
        assert!(more.is_err() || !matches!(more, Ok(Some(Ok(Message::Text(_))))));
    }
}
