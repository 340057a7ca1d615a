use super::socket::MOST_PER_CALLER;
use crate::access::{Level, Screen};
use crate::app::router::router;
use crate::db::scalar;
use crate::server::events::Happening;
use crate::server::password::Cost;
use crate::server::watch::watch;
use crate::server::{AppState, Call, Reason};
use crate::testing::{Browser, Client, Given, TestApp, UserSpec, both, levels};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A node on a port of its own.
async fn serve(state: AppState) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(watch(state.clone()));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

async fn connect(address: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{address}/api/v1/events{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

/// A socket of this token that said hello.
async fn listening(address: SocketAddr, token: &str) -> (Socket, Value) {
    let mut socket = connect(address, "", &[("authorization", &format!("Bearer {token}"))]).await.unwrap();
    let hello = hear(&mut socket).await;
    assert_eq!(hello["type"], "hello", "{hello}");
    (socket, hello)
}

/// The next message, within the second that promise 4 gives.
async fn hear(socket: &mut Socket) -> Value {
    let listen = async {
        while let Some(message) = socket.next().await {
            if let Message::Text(text) = message.unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
        panic!("the socket closed without a message");
    };
    tokio::time::timeout(Duration::from_secs(1), listen).await.expect("not told within a second")
}

/// Code and reason of the end, which must come within a second.
async fn end(socket: &mut Socket) -> (CloseCode, String) {
    let listen = async {
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Close(Some(frame)) = message {
                return (frame.code, frame.reason.to_string());
            }
        }
        panic!("lost without a close code");
    };
    tokio::time::timeout(Duration::from_millis(1_500), listen).await.expect("still open after a second")
}

#[track_caller]
fn refused(result: Result<Socket, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("let in"),
    }
}

fn ended(reason: &str) -> (CloseCode, String) {
    (CloseCode::Library(4401), reason.to_owned())
}

/// What a feature does when something happens in one of its places.
async fn happens(state: &AppState, organization: &str, all: &[(Screen, &str, &str)]) {
    let mut write = Call::system(state, Reason::CommandLine).write().await.unwrap();
    write.within(organization);
    for (screen, place_id, place_path) in all {
        let at = write.now;
        write.happened(Happening {
            screen: *screen,
            kind: format!("{}.changed", screen.code()),
            place_id: (*place_id).to_owned(),
            place_path: (*place_path).to_owned(),
            at,
            data: json!({ "on": true }),
        });
    }
    write.commit_unlogged().await.unwrap();
}

async fn path_of(app: &TestApp, place: &str) -> String {
    let find = "select path from places where id = $1";
    scalar!(app.system().read().await.unwrap().conn(), String, find, place).unwrap()
}

/// Two buildings with a light each: id and path.
async fn lights(app: &TestApp) -> [(String, String, String); 2] {
    let mut made = Vec::new();
    for name in ["A", "B"] {
        let building = app.place(None, "building", name).await;
        let floor = app.place(Some(&building), "floor", "1").await;
        let room = app.place(Some(&floor), "room", "x").await;
        let light = app.place(Some(&room), "light", "Light").await;
        let path = path_of(app, &light).await;
        made.push((building, light, path));
    }
    made.try_into().unwrap()
}

/// A client that may read lighting in one building.
async fn client(admin: &mut Browser, building: &str) -> Client {
    let body = json!({ "name": "Robots", "levels": { "lighting": "read" }, "places": [building] });
    Client::made(admin, body).await
}

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
