//! Who gets a socket: tokens, tickets, origins.

use super::{client, connect, end, ended, hear, lights, refused, serve};
use crate::testing::{TestApp, both};
use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

both! {
    async fn handshake_is_refused_without_a_token_with_one_in_the_address_and_from_other_sites(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let token = client(&mut admin, &a.0).await.token(&app).await;
        let bearer = format!("Bearer {token}");
        app.client().get("/api/v1/events").await.expect(401);
        admin.get("/api/v1/events").await.expect(400);
        assert_eq!(refused(connect(address, "", &[("authorization", "Bearer dwt_wrong")]).await), 401);
        for query in [format!("?access_token={token}"), format!("?ticket={token}"), "?a=b".to_owned()] {
            assert_eq!(refused(connect(address, &query, &[]).await), 400);
            assert_eq!(refused(connect(address, &query, &[("authorization", &bearer)]).await), 400);
        }
        for origin in ["https://evil.example", "null"] {
            assert_eq!(refused(connect(address, "", &[("authorization", &bearer), ("origin", origin)]).await), 403, "{origin}");
            assert_eq!(refused(connect(address, "", &[("origin", origin)]).await), 403, "{origin}");
        }
        let cookie = format!("doorward={}", admin.cookies["doorward"]);
        assert_eq!(refused(connect(address, "", &[("authorization", &bearer), ("cookie", &cookie)]).await), 401);
        connect(address, "", &[("authorization", &bearer), ("origin", &format!("http://{address}"))]).await.unwrap();
    }

    async fn ticket_opens_one_socket_within_thirty_seconds_also_from_a_page_that_it_names(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let mut program = robots.signed_in(&app).await;
        let mut ticket = async |body: Value| {
            let made = program.post("/api/v1/events/tickets", &body).await.expect(201).json();
            made["ticket"].as_str().unwrap().to_owned()
        };
        let offer = |ticket: &str| format!("doorward, doorward-ticket.{ticket}");
        let first = offer(&ticket(json!({})).await);
        let mut request = format!("ws://{address}/api/v1/events").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", first.parse().unwrap());
        let (mut socket, response) = connect_async(request).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "doorward", "the ticket is not answered with");
        assert_eq!(hear(&mut socket).await["caller"]["name"], "Robots");
        assert_eq!(refused(connect(address, "", &[("sec-websocket-protocol", &first)]).await), 401, "once");
        let late = offer(&ticket(json!({})).await);
        app.clock.advance(30_000);
        assert_eq!(refused(connect(address, "", &[("sec-websocket-protocol", &late)]).await), 401, "half a minute");
        let page = "https://panel.example";
        for (named, origin, opens) in [
            (json!({ "origin": page }), page, true), (json!({ "origin": page }), "https://evil.example", false),
            (json!({}), page, false), (json!({ "origin": page }), "null", false),
        ] {
            let offered = offer(&ticket(named.clone()).await);
            let opened = connect(address, "", &[("sec-websocket-protocol", &offered), ("origin", origin)]).await;
            assert_eq!(if opened.is_ok() { 101 } else { refused(opened) }, if opens { 101 } else { 403 }, "{named} from {origin}");
        }
        let last = ticket(json!({})).await;
        let mut socket = connect(address, "", &[]).await.unwrap();
        socket.send(Message::text(json!({ "type": "ticket", "ticket": last }).to_string())).await.unwrap();
        assert_eq!(hear(&mut socket).await["caller"]["name"], "Robots");
        for wrong in [json!({ "type": "ticket", "ticket": last }).to_string(), "hello?".to_owned()] {
            let mut socket = connect(address, "", &[]).await.unwrap();
            socket.send(Message::text(wrong)).await.unwrap();
            assert_eq!(end(&mut socket).await.0, CloseCode::Library(4401));
        }
        for wrong in ["evil", "https://panel.example/", "ftp://panel.example", "https://panel.example/path"] {
            program.post("/api/v1/events/tickets", &json!({ "origin": wrong })).await.expect(422);
        }
    }

    async fn ticket_is_worth_nothing_once_its_token_is_revoked(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let [a, _] = lights(&app).await;
        let robots = client(&mut admin, &a.0).await;
        let token = robots.token(&app).await;
        let made = robots.bearer(&app, &token).act("/api/v1/events/tickets").await.expect(201).json();
        robots.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        let offer = format!("doorward, doorward-ticket.{}", made["ticket"].as_str().unwrap());
        assert_eq!(refused(connect(address, "", &[("sec-websocket-protocol", &offer)]).await), 401);
    }

    async fn page_of_the_console_gets_a_ticket_with_its_cookie(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let made = admin.act("/api/v1/events/tickets").await.expect(201).json();
        let offer = format!("doorward, doorward-ticket.{}", made["ticket"].as_str().unwrap());
        let mut socket = connect(address, "", &[("sec-websocket-protocol", &offer)]).await.unwrap();
        let hello = hear(&mut socket).await;
        assert_eq!((&hello["caller"]["kind"], hello["hears"].as_array().unwrap().len()), (&json!("user"), 5));
        admin.form("/sign-out", &[]).await.expect(303);
        assert_eq!(end(&mut socket).await, ended("signed_out"));
    }
}
