use crate::access::{Level, Screen};
use crate::app::router::router;
use crate::features::live::tell_ended;
use crate::server::password::Cost;
use crate::server::watch::watch;
use crate::server::{AppState, expiry};
use crate::testing::{Browser, Given, PASSWORD, TestApp, UserSpec, both, levels};
use futures::StreamExt;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A node on a port of its own.
async fn serve(state: AppState) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(watch(state.clone()));
    tokio::spawn(tell_ended(state.clone()));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

async fn connect(address: SocketAddr, browser: &Browser, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{address}/live").into_client_request().unwrap();
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    request.headers_mut().insert("cookie", cookies.join("; ").parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

/// The next message that `wanted` accepts, within the second that promise 4 gives.
async fn hear(socket: &mut Socket, wanted: impl Fn(&Value) -> bool) -> Value {
    tokio::time::timeout(Duration::from_secs(1), hear_for_long(socket, wanted)).await.expect("not told within a second")
}

async fn hear_for_long(socket: &mut Socket, wanted: impl Fn(&Value) -> bool) -> Value {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.unwrap() else { continue };
        let message: Value = serde_json::from_str(&text).unwrap();
        if wanted(&message) {
            return message;
        }
    }
    panic!("the socket closed without the message");
}

fn refused(result: Result<Socket, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("let in"),
    }
}

both! {
    async fn stranger_and_foreign_site_get_no_socket(app: TestApp) {
        let address = serve(app.state.clone()).await;
        assert_eq!(refused(connect(address, &app.browser(), None).await), 401);
        let admin = app.admin().await;
        assert_eq!(refused(connect(address, &admin, Some("https://evil.example")).await), 403);
        assert_eq!(refused(connect(address, &admin, Some("null")).await), 403);
        connect(address, &admin, Some(&format!("http://{address}"))).await.unwrap();
    }

    async fn closed_session_is_told_why_within_a_second(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let hers = app.browser_of(&nora).await;
        let mut socket = connect(address, &hers, None).await.unwrap();
        let mut admin = app.admin().await;
        admin.act(&format!("/api/v1/users/{}/close-session", nora.id)).await.expect(204);
        let ended = hear(&mut socket, |message| message["type"] == "ended").await;
        assert_eq!(ended["reason"], "closed");
    }

    async fn session_that_idles_out_is_told_on_its_page(app: TestApp) {
        let address = serve(app.state.clone()).await;
        tokio::spawn(expiry::end_what_is_over(app.state.clone()));
        let mut admin = connect(address, &app.admin().await, None).await.unwrap();
        app.clock.advance(30 * 60_000);
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut hers = connect(address, &app.browser_of(&nora).await, None).await.unwrap();
        app.clock.advance(1);
        let within = |socket| tokio::time::timeout(Duration::from_secs(5), hear_for_long(socket, |it| it["type"] == "ended"));
        assert_eq!(within(&mut admin).await.unwrap()["reason"], "idle");
        app.clock.advance(24 * 3_600_000);
        assert_eq!(within(&mut hers).await.unwrap()["reason"], "expired");
    }

    async fn another_node_tells_it_within_a_second_too(app: TestApp) {
        let other = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        let address = serve(other).await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let hers = app.browser_of(&nora).await;
        let mut socket = connect(address, &hers, None).await.unwrap();
        // The watcher of the other node is there once it hears of anything.
        let mut admin = app.admin().await;
        let described = |n: u32| json!({ "description": format!("{n}") });
        let path = format!("/api/v1/users/{}", nora.id);
        let mut n = 0;
        loop {
            n += 1;
            admin.patch(&path, "*", &described(n)).await.expect(200);
            let next = tokio::time::timeout(Duration::from_millis(300), socket.next()).await;
            if next.is_ok() {
                break;
            }
            assert!(n < 50, "the other node never heard anything");
        }
        admin.act(&format!("{path}/disable")).await.expect(200);
        assert_eq!(hear(&mut socket, |message| message["type"] == "ended").await["reason"], "disabled");
    }

    async fn nobody_hears_of_a_screen_they_may_not_read(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let grants = vec![Given::own(levels([(Screen::Sessions, Level::Read)]))];
        let nora = app.signed_in_as(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let mut socket = connect(address, &nora, None).await.unwrap();
        let anna = app.user(UserSpec { username: "anna", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        admin.act(&format!("/api/v1/users/{}/disable", anna.id)).await.expect(200);
        let changed = hear(&mut socket, |message| message["topics"].as_array().is_some_and(|t| t.contains(&json!("access")))).await;
        assert_eq!(changed["topics"], json!(["access", "sessions"]));
    }

    async fn narrowed_user_hears_nothing_more_of_a_closed_screen(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let profile = app.profile("Clerk", levels([(Screen::Users, Level::Read), (Screen::Sessions, Level::Read)])).await;
        let nora = UserSpec { username: "nora", grants: vec![Given::profile(&profile)], ..UserSpec::default() };
        let mut socket = connect(address, &app.signed_in_as(nora).await, None).await.unwrap();
        let anna = app.user(UserSpec { username: "anna", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let has = |message: &Value, topic| message["topics"].as_array().is_some_and(|topics| topics.contains(&json!(topic)));
        admin.act(&format!("/api/v1/users/{}/disable", anna.id)).await.expect(200);
        hear(&mut socket, |message| has(message, "users")).await;
        admin.patch(&format!("/api/v1/profiles/{profile}"), "*", &json!({ "levels": { "alerts": "read" } })).await.expect(200);
        hear(&mut socket, |message| has(message, "access")).await;
        admin.act(&format!("/api/v1/users/{}/enable", anna.id)).await.expect(200);
        assert_eq!(hear(&mut socket, |_| true).await["topics"], json!(["access"]));
    }

    async fn socket_of_a_replaced_cookie_is_closed(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut nora = app.signed_in_as(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut socket = connect(address, &nora, None).await.unwrap();
        let new = "seven quiet copper kettles";
        let change = json!({ "change": { "current": PASSWORD, "new": new, "again": new, "name": "", "email": "" } });
        nora.call("me.change_password", &change).await.expect(200);
        let end = async {
            while let Some(Ok(message)) = socket.next().await {
                match message {
                    Message::Close(frame) => return frame,
                    // Its page lives on with the new cookie, and must not be sent to the sign-in.
                    Message::Text(text) => assert!(!text.contains("ended"), "{text}"),
                    _ => {}
                }
            }
            panic!("lost without a close code")
        };
        let frame = tokio::time::timeout(Duration::from_secs(1), end).await.expect("still open after a second");
        assert_eq!(u16::from(frame.unwrap().code), 4401);
        connect(address, &nora, None).await.unwrap();
    }

    async fn open_socket_keeps_no_session_alive(app: TestApp) {
        let address = serve(app.state.clone()).await;
        let mut admin = app.admin().await;
        let _socket = connect(address, &admin, None).await.unwrap();
        app.clock.advance(30 * 60_000 + 1);
        admin.get("/fn/me.view").await.expect(401);
    }
}
