//! Who hears what.

use super::{client, happens, hear, lights, listening, serve};
use crate::access::Screen;
use crate::server::AppState;
use crate::server::password::Cost;
use crate::testing::{TestApp, both};
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

both! {
    async fn token_hears_what_happens_within_its_reach_and_nothing_else(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, b] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let (mut socket, hello) = listening(address, &robots.token(&app).await).await;
        assert_eq!((&hello["caller"]["kind"], &hello["caller"]["name"]), (&json!("integration"), &json!("Robots")));
        let hears = json!([{ "screen": "lighting", "level": "read", "places": [{ "id": a.0, "name": "A" }] }]);
        assert_eq!(hello["hears"], hears);
        let (here, elsewhere) = (app.organization_id().await, app.organization("Elsewhere").await);
        let foreign: Vec<(String, String)> = (0..1000).map(|n| (format!("foreign{n}"), format!("{}foreign{n}/", b.2))).collect();
        let foreign: Vec<(Screen, &str, &str)> = foreign.iter().map(|(id, path)| (Screen::Lighting, id.as_str(), path.as_str())).collect();
        happens(&app.state, &here, &foreign).await;
        happens(&app.state, &elsewhere, &[(Screen::Lighting, &a.1, &a.2)]).await;
        happens(&app.state, &here, &[(Screen::Hvac, &a.1, &a.2), (Screen::Lighting, &b.1, &b.2), (Screen::Lighting, &a.1, &a.2)]).await;
        let heard = hear(&mut socket).await;
        assert_eq!((&heard["type"], &heard["event"], &heard["screen"]), (&json!("event"), &json!("lighting.changed"), &json!("lighting")));
        assert_eq!((&heard["place_id"], &heard["data"]["on"], &heard["at"]), (&json!(a.1), &json!(true), &json!("2026-11-22T08:00:00.000Z")));
    }

    async fn other_node_s_events_arrive_or_it_says_that_something_was_missed(app: TestApp) {
        let other = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        let address = serve(other).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let (mut socket, _) = listening(address, &client(&mut admin, &a.0).await.token(&app).await).await;
        let organization = app.organization_id().await;
        // The watcher of the other node is there once it hears of anything.
        let mut heard = Vec::new();
        for _ in 0..50 {
            happens(&app.state, &organization, &[(Screen::Lighting, &a.1, &a.2)]).await;
            if let Ok(Some(Ok(Message::Text(text)))) = tokio::time::timeout(Duration::from_millis(300), socket.next()).await {
                let message: Value = serde_json::from_str(&text).unwrap();
                heard.push(message["type"].as_str().unwrap().to_owned());
                // On PostgreSQL the beginning of listening is told as a gap; SQLite has no more than that to say.
                if message["type"] == "event" || heard.len() > 1 {
                    break;
                }
            }
        }
        let whole = if matches!(app.system().read().await.unwrap().conn(), crate::db::Conn::Postgres(_)) { "event" } else { "reset" };
        assert!(heard.iter().any(|it| it == whole), "{heard:?}");
    }

    async fn what_happens_in_places_makes_nobody_look_up_a_token_again(app: TestApp) {
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let mut program = robots.signed_in(&app).await;
        app.state.identities.heard();
        program.get("/api/v1/lights").await.expect(200);
        let counted = crate::db::STATEMENTS.scope(std::cell::Cell::new(0), async {
            happens(&app.state, &app.organization_id().await, &[(Screen::Lighting, &a.1, &a.2)]).await;
            let before = crate::db::STATEMENTS.with(std::cell::Cell::get);
            program.get("/api/v1/me").await.expect(200);
            crate::db::STATEMENTS.with(std::cell::Cell::get) - before
        });
        assert_eq!(counted.await, 0, "what is remembered of a token outlives what happens in places");
    }
}
