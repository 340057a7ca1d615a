//! One socket of events, from its handshake to its end.

use super::listener::{Listener, Message, Then};
use super::tickets;
use crate::access::Why;
use crate::error::AppError;
use crate::server::caller::refusal;
use crate::server::events::Event;
use crate::server::rest::Upgraded;
use crate::server::seats::Seat;
use crate::server::{AppState, Call, Caller, origin, throttle};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, OriginalUri, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval, timeout};

/// A client has little to say here.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// What waits for a slow reader, before it is dropped.
const MOST_UNREAD: usize = 256 * 1024;

/// A reader slower than this is dropped; it will connect again and is told that it missed something.
const SLOWEST: Duration = Duration::from_secs(5);

/// Time is looked at so often: what ran out ends within a second.
const TICK: Duration = Duration::from_millis(500);

/// Keeps proxies from closing a quiet socket.
const PING: Duration = Duration::from_secs(15);

/// Nobody is there who let three pings go by.
const SILENT: Duration = Duration::from_secs(45);

/// How much a client may say between two pings.
const MOST_SAID: u32 = 100;

/// How long a ticket may take to arrive as the first message.
const FIRST_MESSAGE: Duration = Duration::from_secs(10);

/// Sockets of one caller on this node; and of those who have not said who they are, from one address and in all.
pub(super) const MOST_PER_CALLER: usize = 20;
const MOST_WAITING_PER_ADDRESS: usize = 20;
const MOST_WAITING: usize = 500;

/// The sub-protocol that is agreed on, and what a ticket is offered as beside it.
const PROTOCOL: &str = "doorward";
const TICKET_PROTOCOL: &str = "doorward-ticket.";

/// Not let in, or not any more: in the range for applications (RFC 6455 §7.4.2).
const ENDED: u16 = 4401;
const POLICY: u16 = 1008;
const TOO_LARGE: u16 = 1009;
const TRY_LATER: u16 = 1013;

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// Whoever is known may listen, and hears what is within reach; but nobody before a temporary password is replaced.
pub fn may_listen(call: &Call) -> Result<(), AppError> {
    call.actor().gate.map_or(Ok(()), |gate| Err(refusal(&Why::Gate { gate })))
}

/// Who opens a socket.
enum Opening {
    Known(Box<Call>, Seat),
    /// A ticket must be the first message; both seats are left once it is there.
    Waiting([Seat; 2]),
}

pub async fn open(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Upgraded, AppError> {
    handshake(&state, &caller, uri.query(), &headers, upgrade).await.map(Upgraded)
}

async fn handshake(
    state: &AppState,
    caller: &Caller,
    query: Option<&str>,
    headers: &HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, AppError> {
    if query.is_some() {
        let message = "Nothing belongs into this address, a token or ticket least of all: addresses are kept in logs.";
        return Err(AppError::bad_request("invalid_parameter", message));
    }
    let opening = who(state, caller, headers, upgrade.is_ok()).await?;
    let no_websocket = |_| AppError::bad_request("no_websocket", "This address speaks WebSocket only.");
    let upgrade = upgrade.map_err(no_websocket)?.protocols([PROTOCOL]);
    let upgrade = upgrade.max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE);
    let (caller, headers) = (caller.clone(), headers.clone());
    Ok(upgrade.max_write_buffer_size(MOST_UNREAD).on_upgrade(move |mut socket| async move {
        let (code, reason) = serve(&mut socket, opening, &caller, &headers).await;
        send(&mut socket, Frame::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
    }))
}

/// Who is at the other end, by header or by ticket. Only a handshake may say so later.
async fn who(state: &AppState, caller: &Caller, headers: &HeaderMap, upgrades: bool) -> Result<Opening, AppError> {
    if let Some(ticket) = offered_ticket(headers) {
        if caller.shows_token() {
            let message = "Send a token or a ticket, not both.";
            return Err(AppError::new(crate::error::Kind::SignIn, "invalid_token", message));
        }
        return seated(tickets::redeem(caller, ticket, headers).await?);
    }
    if !origin::may_open_socket(&state.config, headers) {
        return Err(tickets::foreign());
    }
    if !(upgrades && caller.is_stranger()) {
        return seated(caller.authenticated()?);
    }
    let address = format!("waiting {}", throttle::prefix(caller.address));
    let seats = (state.event_seats.take(&address, MOST_WAITING_PER_ADDRESS), state.event_seats.take("", MOST_WAITING));
    match seats {
        (Some(own), Some(common)) => Ok(Opening::Waiting([own, common])),
        _ => Err(AppError::busy(10)),
    }
}

fn seated(call: Call) -> Result<Opening, AppError> {
    may_listen(&call)?;
    let actor = call.actor();
    let who = format!("{}{}", actor.account_id, actor.subject_id);
    let seat = call.state().event_seats.take(&who, MOST_PER_CALLER);
    let seat = seat.ok_or_else(|| AppError::too_many(10))?;
    Ok(Opening::Known(Box::new(call), seat))
}

/// Never answered with: an answer would put it into more logs.
fn offered_ticket(headers: &HeaderMap) -> Option<&str> {
    let offered = headers.get_all("sec-websocket-protocol").iter().filter_map(|value| value.to_str().ok());
    offered.flat_map(|list| list.split(',')).find_map(|one| one.trim().strip_prefix(TICKET_PROTOCOL))
}

async fn send(socket: &mut WebSocket, frame: Frame) -> bool {
    matches!(timeout(SLOWEST, socket.send(frame)).await, Ok(Ok(())))
}

async fn say(socket: &mut WebSocket, messages: &[Message]) -> bool {
    for message in messages {
        let text = serde_json::to_string(message).unwrap_or_default();
        if !send(socket, Frame::Text(text.into())).await {
            return false;
        }
    }
    true
}

/// The close code and its reason.
type End = (u16, String);

async fn serve(socket: &mut WebSocket, opening: Opening, caller: &Caller, headers: &HeaderMap) -> End {
    // From now on, so that nothing falls between the first look and the first event.
    let events = caller.state.events.subscribe();
    let (call, seat) = match opening {
        Opening::Known(call, seat) => (*call, seat),
        Opening::Waiting(seats) => match first_message(socket, caller, headers).await {
            Ok(Opening::Known(call, seat)) => {
                drop(seats);
                (*call, seat)
            }
            Ok(Opening::Waiting(_)) => return (ENDED, "sign_in_required".to_owned()),
            Err(error) if error.retry_after.is_some() => return (TRY_LATER, error.code),
            Err(error) => return (ENDED, error.code),
        },
    };
    let _seat = seat;
    match Listener::new(call).await {
        Ok((listener, hello)) => {
            if say(socket, &[hello]).await {
                return listen(socket, listener, events).await;
            }
            (POLICY, "too_slow".to_owned())
        }
        Err(error) => (ENDED, error.code),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "type")]
enum Said {
    Ticket { ticket: String },
}

/// `{"type":"ticket","ticket":"…"}`.
async fn first_message(socket: &mut WebSocket, caller: &Caller, headers: &HeaderMap) -> Result<Opening, AppError> {
    let first = async {
        while let Some(Ok(frame)) = socket.recv().await {
            if let Frame::Text(text) = frame {
                return serde_json::from_str(&text).ok();
            }
        }
        None
    };
    match timeout(FIRST_MESSAGE, first).await {
        Ok(Some(Said::Ticket { ticket })) => seated(tickets::redeem(caller, &ticket, headers).await?),
        _ => Err(AppError::sign_in()),
    }
}

async fn listen(socket: &mut WebSocket, mut listener: Listener, mut events: Receiver<Event>) -> End {
    let (mut tick, mut ping) = (interval(TICK), interval(PING));
    let (mut heard_at, mut said) = (Instant::now(), 0);
    loop {
        let then = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => listener.about(event).await,
                // Too far behind to know what was missed.
                Err(RecvError::Lagged(_)) => listener.about(Event::Reset).await,
                Err(RecvError::Closed) => return (TRY_LATER, "stopped".to_owned()),
            },
            _ = tick.tick() => listener.tick().await,
            _ = ping.tick() => {
                if heard_at.elapsed() > SILENT || !send(socket, Frame::Ping(Vec::new().into())).await {
                    return (POLICY, "silent".to_owned());
                }
                listener.call().caller().still_there();
                said = 0;
                continue;
            }
            heard = socket.recv() => match heard {
                None | Some(Ok(Frame::Close(_))) => return (1000, String::new()),
                Some(Err(_)) => return (TOO_LARGE, "too_large".to_owned()),
                Some(Ok(_)) => {
                    heard_at = Instant::now();
                    said += 1;
                    if said > MOST_SAID {
                        return (POLICY, "too_many_messages".to_owned());
                    }
                    continue;
                }
            },
        };
        match then {
            Then::Say(messages) if say(socket, &messages).await => {}
            Then::Say(_) => return (POLICY, "too_slow".to_owned()),
            Then::Close(reason) => return (ENDED, reason),
        }
    }
}
