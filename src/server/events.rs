//! What changed, told to every open page: in this process at once, to other nodes through the database.

use crate::access::Screen;
use crate::db::{Conn, DbError, scalar};
use crate::types::{Millis, Topic};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// The PostgreSQL channel that nodes listen on.
pub const CHANNEL: &str = "doorward";

/// A payload of NOTIFY must stay under 8,000 bytes.
const PAYLOAD_LIMIT: usize = 7_500;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    Changed(Change),
    Happened(Happenings),
    /// Something was missed, or changed from outside: look again at everything.
    Reset,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub organization_id: Option<String>,
    pub topics: Vec<Topic>,
    pub ended: Vec<EndedSession>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndedSession {
    pub id: String,
    pub reason: String,
}

/// What happened in the places of one organization, in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happenings {
    pub organization_id: String,
    pub all: Vec<Happening>,
}

/// Something that happened in a place: what programs hear over `/api/v1/events`. Ids and a few values; the notifications
/// of PostgreSQL have no room for more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// Who may read this screen at the place hears of it.
    pub screen: Screen,
    /// `light.changed`, `alert.raised`: what it was, as its feature names it.
    pub kind: String,
    pub place_id: String,
    /// The materialised path of the place.
    pub place_path: String,
    pub at: Millis,
    pub data: Value,
}

#[derive(Clone)]
pub struct Events {
    /// Tells this node's own notifications from others'.
    node: String,
    sender: broadcast::Sender<Event>,
    /// How many were published here.
    changes: Arc<AtomicU64>,
    /// The numbers of this process's changes to a SQLite file, as far as its watcher has not passed them.
    own: Arc<Mutex<BTreeSet<i64>>>,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    node: String,
    event: Event,
}

impl Events {
    pub fn new(node: String) -> Events {
        Events { node, sender: broadcast::channel(1024).0, changes: Arc::default(), own: Arc::default() }
    }

    fn own(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        // A panic elsewhere leaves whole numbers behind.
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The change of this number is this process's own. Said before it is committed, so that whoever sees it knows.
    pub fn claim(&self, number: i64) {
        self.own().insert(number);
    }

    /// It was not committed: another process will use the number.
    pub fn disclaim(&self, number: i64) {
        self.own().remove(&number);
    }

    /// Whether one of the changes after `seen`, up to `newest`, was made by another process.
    pub fn any_foreign(&self, seen: i64, newest: i64) -> bool {
        let mut own = self.own();
        let foreign = (seen + 1..=newest).any(|number| !own.contains(&number));
        own.retain(|number| *number > newest);
        foreign
    }

    /// A receiver that falls 1,024 events behind is told that it lagged and must treat that as `Reset`.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    /// How many listen on this node.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// Of how many changes this node has heard: what was read before the last of them may be old.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub fn publish(&self, event: Event) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        // An error only says that nobody listens.
        let _ = self.sender.send(event);
    }

    /// The text for NOTIFY; too much for one payload becomes a reset.
    pub fn payload(&self, event: &Event) -> String {
        let envelope =
            |event: Event| serde_json::to_string(&Envelope { node: self.node.clone(), event }).unwrap_or_default();
        let text = envelope(event.clone());
        if text.len() > PAYLOAD_LIMIT { envelope(Event::Reset) } else { text }
    }

    /// What another node said; none for this node's own words, which were published already.
    pub fn understand(&self, payload: &str) -> Option<Event> {
        match serde_json::from_str::<Envelope>(payload) {
            Ok(envelope) if envelope.node == self.node => None,
            Ok(envelope) => Some(envelope.event),
            Err(_) => Some(Event::Reset),
        }
    }
}

/// Counts the changes of a SQLite file that open pages must hear of.
const NUMBER: &str = "insert into facts (name, value) values ('changes', '1')
    on conflict (name) do update set value = cast(cast(facts.value as bigint) + 1 as text) returning value";

/// Gives the change that is about to be committed its number. SQLite has one writer at a time, so numbers have no gaps.
pub async fn number_change(conn: &mut Conn<'_>) -> Result<i64, DbError> {
    Ok(scalar!(conn, String, NUMBER)?.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_hears_others_and_not_itself() {
        let (mine, theirs) = (Events::new("a".into()), Events::new("b".into()));
        let change = Event::Changed(Change { topics: vec![Topic::Users], ..Change::default() });
        assert_eq!(mine.understand(&mine.payload(&change)), None);
        assert_eq!(mine.understand(&theirs.payload(&change)), Some(change));
        assert_eq!(mine.understand("gibberish"), Some(Event::Reset));
    }

    #[test]
    fn a_payload_too_large_for_notify_becomes_a_reset() {
        let ended = (0..200).map(|n| EndedSession { id: format!("{n:036}"), reason: "closed".into() }).collect();
        let payload = Events::new("a".into()).payload(&Event::Changed(Change { ended, ..Change::default() }));
        assert!(payload.len() < 8_000 && payload.contains("Reset"));
    }
}
