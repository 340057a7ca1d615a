//! `GET /live`: a socket of one session. It never moves the idle limit.

use crate::access::{Actor, Level, Screen};
use crate::console::live::Message;
use crate::error::AppError;
use crate::server::events::Event;
use crate::server::identity::find_actor;
use crate::server::socket::{self, Listener, Then};
use crate::server::{AppState, Call, Caller, Reason, origin};
use crate::types::Topic;
use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use tokio::time::Instant;

/// A client has nothing to say here.
const LARGEST_MESSAGE: usize = 1024;

/// Notices a session or a grant that ran out.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

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
        return AppError::forbidden("cross_site", "WebSocket connections from other sites aren't allowed.")
            .into_response();
    }
    let call = match caller.personal() {
        Ok(call) => call,
        Err(error) => return error.into_response(),
    };
    match upgrade {
        Ok(upgrade) => upgrade.max_message_size(LARGEST_MESSAGE).on_upgrade(move |socket| serve(socket, call)),
        Err(_) => AppError::bad_request("no_websocket", "This URL accepts only WebSocket connections.").into_response(),
    }
}

/// The page of one session.
struct Page {
    call: Call,
    /// With the rights of this moment and not of the handshake's.
    actor: Actor,
    /// What it is still to be told of, and when.
    changed: Vec<Topic>,
    tells: Option<Instant>,
    /// When its session and rights are looked at again without being told of anything.
    looks: Instant,
}

/// When a page is told of a change that `open` sockets hear of: at once where they are few, each in a millisecond of its own
/// where they are many, over a second at the most, since all of them will ask again.
fn moment(session_id: &str, open: usize) -> Duration {
    let mut hasher = DefaultHasher::new();
    session_id.hash(&mut hasher);
    Duration::from_millis(hasher.finish() % open.clamp(1, 1_000) as u64)
}

async fn serve(mut socket: WebSocket, call: Call) {
    let events = call.state().events.subscribe();
    let (actor, looks) = (call.actor().clone(), Instant::now() + LOOK_AGAIN);
    let mut page = Page { actor, call, changed: Vec::new(), tells: None, looks };
    let end = socket::listen(&mut socket, &mut page, events).await;
    socket::close(&mut socket, end).await;
}

impl Listener for Page {
    async fn about(&mut self, event: Event) -> Then {
        let topics = match event {
            Event::Changed(change) => {
                if let Some(ended) = change.ended.into_iter().find(|ended| ended.id == self.call.session.id) {
                    return ended_for(ended.reason);
                }
                if change.organization_id.as_deref() != Some(self.call.organization_id()) {
                    return Then::NOTHING;
                }
                change.topics
            }
            // For programs.
            Event::Happened(_) => return Then::NOTHING,
            Event::Reset => Topic::ALL.to_vec(),
        };
        let new = topics.into_iter().filter(|topic| !self.changed.contains(topic)).collect::<Vec<_>>();
        self.changed.extend(new);
        let moment = moment(&self.call.session.id, self.call.state().events.listeners());
        self.tells.get_or_insert(Instant::now() + moment);
        Then::NOTHING
    }

    fn wakes(&self) -> Instant {
        self.tells.map_or(self.looks, |tells| tells.min(self.looks))
    }

    async fn woken(&mut self) -> Then {
        let topics = std::mem::take(&mut self.changed);
        self.tells = None;
        if topics.contains(&Topic::Access) || Instant::now() >= self.looks {
            self.looks = Instant::now() + LOOK_AGAIN;
            if let Some(end) = self.look_again().await {
                return end;
            }
        }
        let topics = self.heard(topics);
        if topics.is_empty() { Then::NOTHING } else { Then::Say(vec![socket::text(&Message::Changed { topics })]) }
    }
}

/// The page is told why, and the socket ends.
fn ended_for(reason: String) -> Then {
    Then::Close(Some(socket::text(&Message::Ended { reason: reason.clone() })), reason)
}

impl Page {
    /// The topics whose screen one may read.
    fn heard(&self, mut topics: Vec<Topic>) -> Vec<Topic> {
        let may = |screen: Screen| self.actor.level(screen) >= Level::Read;
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

    /// The end, if the session does not stand any more; else what may be heard in it from now on is known. A database that
    /// does not answer ends the socket: it must not go on with rights that may be gone.
    async fn look_again(&mut self) -> Option<Then> {
        let closed = || Some(Then::Close(None, String::new()));
        match self.call.caller().ended_since().await {
            Ok(None) => {}
            // Another cookie took the place of the one that opened this socket; its page is told nothing by it.
            Ok(Some(reason)) if reason.is_empty() => return closed(),
            Ok(Some(reason)) => return Some(ended_for(reason)),
            Err(_) => return closed(),
        }
        if self.actor.subject_id.is_empty() {
            return None;
        }
        let (call, now) = (&self.call, self.call.now());
        let found = async {
            let mut held = call.caller().system(Reason::Watch).read().await?;
            find_actor(&mut held.conn(), call.organization_id(), &self.actor.subject_id, now).await
        };
        match found.await {
            Ok(Some(actor)) => {
                self.actor = actor;
                None
            }
            Ok(None) | Err(_) => closed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_pages_hear_of_a_change_spread_over_a_second_and_a_few_at_once() {
        let mut tenths = [0; 10];
        for page in 0..1_000 {
            tenths[moment(&format!("session {page}"), 1_000).as_millis() as usize / 100] += 1;
        }
        assert!(tenths.iter().all(|pages| (60..140).contains(pages)), "{tenths:?}");
        assert!((0..100).all(|page| moment(&format!("session {page}"), 10) < Duration::from_millis(10)));
        assert!((0..100).all(|page| moment(&format!("session {page}"), 1_000_000) < Duration::from_secs(1)));
        assert_eq!(moment("session", 0), Duration::ZERO);
    }
}
