//! `GET /live`: a socket of one session. It never moves the idle limit.

use crate::access::{Actor, Level, Screen};
use crate::console::live::Message;
use crate::error::AppError;
use crate::server::events::{Change, Event};
use crate::server::identity::find_actor;
use crate::server::{AppState, Call, Caller, Reason, origin};
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

/// Keeps proxies from closing a quiet socket, and notices a session or a grant that ran out.
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

/// Whoever listens, with the rights of this moment and not of the handshake's.
struct Listener {
    call: Call,
    actor: Actor,
}

/// What follows from an event.
enum Then {
    Nothing,
    Say(Message),
    /// The socket cannot go on. Whoever still is signed in opens another one.
    Close,
}

/// One socket, from its first event to its end.
async fn serve(mut socket: WebSocket, call: Call) {
    let mut events = call.state().events.subscribe();
    let mut ping: Interval = interval(PING);
    let mut listener = Listener { actor: call.actor().clone(), call };
    loop {
        let then = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => listener.about(event).await,
                // Too far behind to know what was missed.
                Err(RecvError::Lagged(_)) => listener.about(Event::Reset).await,
                Err(RecvError::Closed) => return,
            },
            _ = ping.tick() => {
                if !send(&mut socket, Frame::Ping(Vec::new().into())).await {
                    return;
                }
                listener.look_again().await
            }
            heard = socket.recv() => match heard {
                Some(Ok(Frame::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Then::Nothing,
            },
        };
        let message = match then {
            Then::Nothing => continue,
            Then::Say(message) => message,
            Then::Close => return close(&mut socket, "").await,
        };
        let text = serde_json::to_string(&message).unwrap_or_default();
        if !send(&mut socket, Frame::Text(text.into())).await {
            return;
        }
        if let Message::Ended { reason } = message {
            return close(&mut socket, &reason).await;
        }
    }
}

async fn send(socket: &mut WebSocket, frame: Frame) -> bool {
    matches!(timeout(SLOWEST, socket.send(frame)).await, Ok(Ok(())))
}

async fn close(socket: &mut WebSocket, reason: &str) {
    send(socket, Frame::Close(Some(CloseFrame { code: ENDED, reason: reason.into() }))).await;
}

impl Listener {
    /// What this socket is told of an event, if anything.
    async fn about(&mut self, event: Event) -> Then {
        let change = match event {
            Event::Changed(change) => change,
            // For programs.
            Event::Happened(_) => return Then::Nothing,
            Event::Reset => {
                return match self.look_again().await {
                    Then::Nothing => Then::Say(Message::Changed { topics: Topic::ALL.to_vec() }),
                    then => then,
                };
            }
        };
        if let Some(ended) = change.ended.iter().find(|ended| ended.id == self.call.session.id) {
            return Then::Say(Message::Ended { reason: ended.reason.clone() });
        }
        if change.organization_id.as_deref() != Some(self.call.organization_id()) {
            return Then::Nothing;
        }
        if change.topics.contains(&Topic::Access) {
            match self.look_again().await {
                Then::Nothing => {}
                then => return then,
            }
        }
        let topics = self.heard(change);
        if topics.is_empty() { Then::Nothing } else { Then::Say(Message::Changed { topics }) }
    }

    /// The topics whose screen one may read.
    fn heard(&self, change: Change) -> Vec<Topic> {
        let may = |screen: Screen| self.actor.level(screen) >= Level::Read;
        let mut topics = change.topics;
        topics.retain(|topic| match topic {
            Topic::Users => may(Screen::Users),
            Topic::Profiles => may(Screen::Profiles) || may(Screen::Users),
            Topic::Sessions => may(Screen::Sessions),
            Topic::Settings => may(Screen::Sessions) || may(Screen::Settings),
            Topic::Integrations => may(Screen::Integrations),
            Topic::Members => may(Screen::Members),
            Topic::Access | Topic::ApiKeys => true,
            Topic::Places => may(Screen::Rooms) || may(Screen::Devices),
            Topic::Alerts => may(Screen::Alerts),
        });
        topics
    }

    /// Whether the session still stands, and what may be heard in it from now on. A database that does not answer ends
    /// the socket: it must not go on with rights that may be gone.
    async fn look_again(&mut self) -> Then {
        match self.call.caller().ended_since().await {
            Ok(None) => {}
            // Another cookie took the place of the one that opened this socket; its page is told nothing by it.
            Ok(Some(reason)) if reason.is_empty() => return Then::Close,
            Ok(Some(reason)) => return Then::Say(Message::Ended { reason }),
            Err(_) => return Then::Close,
        }
        if self.actor.subject_id.is_empty() {
            return Then::Nothing;
        }
        let (call, now) = (&self.call, self.call.now());
        let found = async {
            let mut held = call.caller().system(Reason::Watch).read().await?;
            find_actor(&mut held.conn(), call.organization_id(), &self.actor.subject_id, now).await
        };
        match found.await {
            Ok(Some(actor)) => {
                self.actor = actor;
                Then::Nothing
            }
            Ok(None) | Err(_) => Then::Close,
        }
    }
}
