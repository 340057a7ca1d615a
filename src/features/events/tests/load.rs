//! Too many, too large and too slow.

use super::{client, connect, end, happens, hear, lights, listening, refused, serve};
use crate::access::Screen;
use crate::features::events::socket::MOST_PER_CALLER;
use crate::server::events::Happening;
use crate::server::{Call, Reason};
use crate::testing::{TestApp, both};
use futures::SinkExt;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

both! {
    async fn too_large_and_too_many_messages_and_too_many_sockets_are_refused(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let token = client(&mut admin, &a.0).await.token(&app).await;
        let (mut socket, _) = listening(address, &token).await;
        socket.send(Message::text("x".repeat(64 * 1024))).await.unwrap();
        happens(&app.state, &app.organization_id().await, &[(Screen::Lighting, &a.1, &a.2)]).await;
        assert_eq!(hear(&mut socket).await["type"], "event", "the largest that is possible");
        // The server may have gone before all of it was sent.
        let _ = socket.send(Message::text("x".repeat(64 * 1024 + 1))).await;
        assert_eq!(end(&mut socket).await.0, CloseCode::Size);
        let (mut socket, _) = listening(address, &token).await;
        for _ in 0..101 {
            let _ = socket.send(Message::text("x")).await;
        }
        assert_eq!(end(&mut socket).await, (CloseCode::Policy, "too_many_messages".to_owned()));
        let mut open = Vec::new();
        let bearer = format!("Bearer {token}");
        loop {
            match connect(address, "", &[("authorization", &bearer)]).await {
                Ok(socket) => open.push(socket),
                Err(error) => break assert_eq!(refused(Err(error)), 429),
            }
            assert!(open.len() <= MOST_PER_CALLER);
        }
        // Each of them is somebody's; the others are not kept waiting.
        let made = admin.post("/api/v1/api-keys", &json!({ "name": "Mine" })).await.expect(201).json();
        listening(address, made["secret"].as_str().unwrap()).await;
    }

    async fn slow_reader_is_dropped_and_the_others_hear_on(app: TestApp) {
        const EVENTS: usize = 400;
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let token = client(&mut admin, &a.0).await.token(&app).await;
        let (_slow, _) = listening(address, &token).await;
        let (mut quick, _) = listening(address, &token).await;
        let organization = app.organization_id().await;
        let hears = tokio::spawn(async move {
            for _ in 0..EVENTS {
                assert_eq!(hear(&mut quick).await["type"], "event");
            }
            quick
        });
        for _ in 0..EVENTS {
            let mut write = Call::system(&app.state, Reason::CommandLine).write().await.unwrap();
            write.within(&organization);
            let at = write.now;
            write.happened(Happening {
                screen: Screen::Lighting, kind: "lighting.changed".into(), place_id: a.1.clone(), place_path: a.2.clone(), at,
                data: json!("x".repeat(50_000)),
            });
            write.commit_unlogged().await.unwrap();
        }
        let _quick = hears.await.unwrap();
        // The last seat but one is free only once the slow one is gone.
        let mut others = Vec::new();
        let dropped = async {
            while others.len() < MOST_PER_CALLER - 1 {
                match connect(address, "", &[("authorization", &format!("Bearer {token}"))]).await {
                    Ok(socket) => others.push(socket),
                    Err(error) => assert_eq!(refused(Err(error)), 429),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(15), dropped).await.expect("still held open");
    }
}
