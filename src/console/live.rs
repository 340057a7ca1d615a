//! How open pages hear of changes: one socket per tab.

use crate::browser::{self, Wire};
use crate::types::Topic;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the server says over `/live`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Message {
    /// Something of these topics changed: fetch it again.
    Changed { topics: Vec<Topic> },
    /// The session is over; the socket closes after this.
    Ended { reason: String },
}

/// How often each topic has changed since the page was opened.
#[derive(Clone, Copy)]
struct Live([RwSignal<u32>; Topic::ALL.len()]);

impl Live {
    fn bump(self, topics: &[Topic]) {
        let (access, lists): (Vec<Topic>, Vec<Topic>) = topics.iter().partition(|topic| **topic == Topic::Access);
        self.count(&access);
        self.count_unless_choosing(lists);
    }

    /// A list that is drawn anew would take the menu away in which somebody is about to choose.
    fn count_unless_choosing(self, topics: Vec<Topic>) {
        if browser::menu_is_open() {
            return browser::after(250, move || self.count_unless_choosing(topics));
        }
        self.count(&topics);
    }

    fn count(self, topics: &[Topic]) {
        for topic in topics {
            self.0[*topic as usize].try_update(|version| *version += 1);
        }
    }
}

/// Counts up whenever something of this topic changed: an element of a resource's source.
pub fn use_version(topic: Topic) -> Signal<u32> {
    use_context::<Live>().map_or_else(|| Signal::stored(0), |live| live.0[topic as usize].into())
}

/// Opens the tab's socket once the page is alive. Called once, by the layout.
pub fn provide_live() {
    let live = Live(Topic::ALL.map(|_| RwSignal::new(0)));
    provide_context(live);
    Effect::new(move |_| {
        let connected = StoredValue::new(false);
        browser::open_socket(
            "/live",
            move |text| match serde_json::from_str(&text) {
                Ok(Message::Changed { topics }) => live.bump(&topics),
                Ok(Message::Ended { reason }) => browser::sign_in_again(&reason),
                Err(_) => {}
            },
            move |wire| match wire {
                // Whatever happened while the connection was gone is looked at once it is back.
                Wire::Open if connected.get_value() => live.bump(&Topic::ALL),
                Wire::Open => connected.set_value(true),
                // A handshake that is refused ends as a lost wire too: the page finds out whether it is signed in.
                Wire::Lost(_) => live.bump(&[Topic::Access]),
            },
        );
    });
}
