//! `GET /live`: a socket of one session. It never moves the idle limit.

use super::model::Message;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::events::{Change, Event};
use crate::server::{AppState, Call, Caller, origin};
use crate::types::Topic;
use axum::Router;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, interval, timeout};

/// A client has nothing to say here.
const LARGEST_MESSAGE: usize = 1024;

/// Keeps proxies from closing a quiet socket, and notices a session that ran out.
const PING: Duration = Duration::from_secs(15);

/// A reader slower than this is dropped; it will connect again and look at everything.
const SLOWEST: Duration = Duration::from_secs(5);

/// The close code of a session that ended, in the range for applications (RFC 6455 §7.4.2).
const ENDED: u16 = 4401;

pub fn routes() -> Router<AppState> {
    Router::new().route("/live", get(open))
}

async fn open(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    if !origin::may_open_socket(&state.config, &headers) {
        return AppError::forbidden("cross_site", "This socket was asked for by another site.").into_response();
    }
    let call = match caller.personal() {
        Ok(call) => call,
        Err(error) => return error.into_response(),
    };
    match upgrade {
        Ok(upgrade) => upgrade.max_message_size(LARGEST_MESSAGE).on_upgrade(move |socket| serve(socket, call)),
        Err(_) => AppError::bad_request("no_websocket", "This address speaks WebSocket only.").into_response(),
    }
}

/// One socket, from its first event to its end.
async fn serve(mut socket: WebSocket, call: Call) {
    let mut events = call.state().events.subscribe();
    let mut ping: Interval = interval(PING);
    loop {
        let message = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => about(&call, event),
                // Too far behind to know what was missed.
                Err(RecvError::Lagged(_)) => Some(Message::Changed { topics: Topic::ALL.to_vec() }),
                Err(RecvError::Closed) => return,
            },
            _ = ping.tick() => {
                if !send(&mut socket, Frame::Ping(Vec::new().into())).await {
                    return;
                }
                ran_out(&call).await
            }
            heard = socket.recv() => match heard {
                Some(Ok(Frame::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => None,
            },
        };
        let Some(message) = message else { continue };
        let text = serde_json::to_string(&message).unwrap_or_default();
        if !send(&mut socket, Frame::Text(text.into())).await {
            return;
        }
        if let Message::Ended { reason } = message {
            let frame = CloseFrame { code: ENDED, reason: reason.into() };
            send(&mut socket, Frame::Close(Some(frame))).await;
            return;
        }
    }
}

async fn send(socket: &mut WebSocket, frame: Frame) -> bool {
    matches!(timeout(SLOWEST, socket.send(frame)).await, Ok(Ok(())))
}

/// What this socket is told of an event, if anything.
fn about(call: &Call, event: Event) -> Option<Message> {
    let change = match event {
        Event::Reset => return Some(Message::Changed { topics: Topic::ALL.to_vec() }),
        Event::Changed(change) => change,
    };
    if let Some(ended) = change.ended.iter().find(|ended| ended.id == call.session.id) {
        return Some(Message::Ended { reason: ended.reason.clone() });
    }
    let topics = heard(call, change);
    (!topics.is_empty()).then_some(Message::Changed { topics })
}

/// The topics of one's own organization whose screen one may read.
fn heard(call: &Call, change: Change) -> Vec<Topic> {
    if change.organization_id.as_deref() != Some(call.organization_id()) {
        return Vec::new();
    }
    let may = |screen: Screen| call.actor().level(screen) >= Level::Read;
    let mut topics = change.topics;
    topics.retain(|topic| match topic {
        Topic::Users => may(Screen::Users),
        Topic::Profiles => may(Screen::Profiles) || may(Screen::Users),
        Topic::Sessions | Topic::Settings => may(Screen::Sessions),
        Topic::Integrations => may(Screen::Integrations),
        Topic::Access | Topic::ApiKeys => true,
        Topic::Places => may(Screen::Rooms) || may(Screen::Devices),
        Topic::Alerts => may(Screen::Alerts),
    });
    topics
}

/// Whether the session ended without anybody doing anything: idle, or a day old.
async fn ran_out(call: &Call) -> Option<Message> {
    let ended = call.caller().ended_since().await.ok()?;
    ended.map(|reason| Message::Ended { reason })
}
