//! One socket of events, from its handshake to its end.

use super::listener::Program;
use super::tickets;
use crate::access::Why;
use crate::error::AppError;
use crate::server::caller::refusal;
use crate::server::rest::Upgraded;
use crate::server::seats::Seat;
use crate::server::socket::{self, ENDED, End, POLICY, TRY_LATER};
use crate::server::{AppState, Call, Caller, origin, throttle};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, OriginalUri, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;

/// A client has little to say here.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// What waits for a slow reader, before it is dropped.
const MOST_UNREAD: usize = 256 * 1024;

/// How long a ticket may take to arrive as the first message.
const FIRST_MESSAGE: Duration = Duration::from_secs(10);

/// Sockets of one caller on this node; and of those who have not said who they are, from one address and in all.
pub(super) const MOST_PER_CALLER: usize = 20;
const MOST_WAITING_PER_ADDRESS: usize = 20;
const MOST_WAITING: usize = 500;

/// The sub-protocol that is agreed on, and what a ticket is offered as beside it.
const PROTOCOL: &str = "doorward";
const TICKET_PROTOCOL: &str = "doorward-ticket.";

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
        let message = "This URL takes no parameters. Never put a token or ticket in a URL, because URLs are logged.";
        return Err(AppError::bad_request("invalid_parameter", message));
    }
    let opening = who(state, caller, headers, upgrade.is_ok()).await?;
    let no_websocket = |_| AppError::bad_request("no_websocket", "This URL accepts only WebSocket connections.");
    let upgrade = upgrade.map_err(no_websocket)?.protocols([PROTOCOL]);
    let upgrade = upgrade.max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE);
    let (caller, headers) = (caller.clone(), headers.clone());
    Ok(upgrade.max_write_buffer_size(MOST_UNREAD).on_upgrade(move |mut socket| async move {
        let end = serve(&mut socket, opening, &caller, &headers).await;
        socket::close(&mut socket, end).await;
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
    match Program::new(call).await {
        Ok((mut listener, hello)) => {
            if socket::say(socket, vec![socket::text(&hello)]).await {
                return socket::listen(socket, &mut listener, events).await;
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
