mod ends;
mod handshake;
mod hearing;
mod load;

use crate::access::Screen;
use crate::app::router::router;
use crate::db::scalar;
use crate::server::events::Happening;
use crate::server::watch::watch;
use crate::server::{AppState, Call, Reason};
use crate::testing::{Browser, Client, TestApp};
use futures::StreamExt;
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
