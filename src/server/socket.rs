//! The core of every socket that hears events: its loop, its pings, its close codes. Who listens, and what they may hear, is
//! the part of a `Listener`.

use super::events::Event;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket};
use serde::Serialize;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval, sleep_until, timeout};

/// A reader slower than this is dropped; it will connect again and look at everything.
const SLOWEST: Duration = Duration::from_secs(5);

/// Keeps proxies from closing a quiet socket.
const PING: Duration = Duration::from_secs(15);

/// Nobody is there who let three pings go by.
const SILENT: Duration = Duration::from_secs(45);

/// How much a client may say between two pings.
const MOST_SAID: u32 = 100;

/// Not let in, or not any more: in the range for applications (RFC 6455 §7.4.2).
pub const ENDED: u16 = 4401;
pub const POLICY: u16 = 1008;
const TOO_LARGE: u16 = 1009;
pub const TRY_LATER: u16 = 1013;

/// The close code and its reason.
pub type End = (u16, String);

/// What follows from an event, or from time that passed.
pub enum Then {
    /// Messages to send, often none.
    Say(Vec<String>),
    /// The listener is not let in any more: a last message, if any, and the reason.
    Close(Option<String>, String),
}

impl Then {
    pub const NOTHING: Then = Then::Say(Vec::new());
}

/// Whoever listens, with the rights of this moment and not of the handshake's.
pub trait Listener: Send {
    /// What it is told of an event.
    fn about(&mut self, event: Event) -> impl Future<Output = Then> + Send;

    /// When it wants to look at the time again.
    fn wakes(&self) -> Instant;

    /// That time has come.
    fn woken(&mut self) -> impl Future<Output = Then> + Send;

    /// It is still connected; said as often as it is pinged.
    fn still_there(&self) {}
}

pub fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

pub async fn send(socket: &mut WebSocket, frame: Frame) -> bool {
    matches!(timeout(SLOWEST, socket.send(frame)).await, Ok(Ok(())))
}

pub async fn say(socket: &mut WebSocket, messages: Vec<String>) -> bool {
    for message in messages {
        if !send(socket, Frame::Text(message.into())).await {
            return false;
        }
    }
    true
}

pub async fn close(socket: &mut WebSocket, (code, reason): End) {
    send(socket, Frame::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
}

/// From the first event to the end.
pub async fn listen(socket: &mut WebSocket, listener: &mut impl Listener, mut events: Receiver<Event>) -> End {
    let mut ping = interval(PING);
    let (mut heard_at, mut said) = (Instant::now(), 0);
    loop {
        let then = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => listener.about(event).await,
                // Too far behind to know what was missed.
                Err(RecvError::Lagged(_)) => listener.about(Event::Reset).await,
                Err(RecvError::Closed) => return (TRY_LATER, "stopped".to_owned()),
            },
            () = sleep_until(listener.wakes()) => listener.woken().await,
            _ = ping.tick() => {
                if heard_at.elapsed() > SILENT || !send(socket, Frame::Ping(Vec::new().into())).await {
                    return (POLICY, "silent".to_owned());
                }
                listener.still_there();
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
            Then::Say(messages) => {
                if !say(socket, messages).await {
                    return (POLICY, "too_slow".to_owned());
                }
            }
            Then::Close(last, reason) => {
                say(socket, last.into_iter().collect()).await;
                return (ENDED, reason);
            }
        }
    }
}
