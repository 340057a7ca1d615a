//! Refusals in the audit log: the first of a kind is written at once, those that follow are counted and told once a
//! minute while they go on, and once when they stop, with their number and the last object. So nobody fills the disk
//! with them, nor hides one among many (`docs/decisions/0046-refusals-are-counted.md`).

use super::audit::{Author, Entry};
use crate::types::{Millis, rfc3339};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

const WINDOW: Millis = 60_000;

/// So many kinds are told apart at a time; what comes on top is counted as one of each action.
const MOST: usize = 256;

#[derive(Default)]
pub struct Refusals(Mutex<HashMap<String, Window>>);

/// A minute of refusals of one kind.
struct Window {
    ends: Millis,
    /// Those that no event has told of, since when, and the last of them.
    more: u64,
    since: Millis,
    last: (Author, Entry),
}

impl Window {
    fn tell(&mut self, now: Millis) -> (Author, Entry) {
        let (author, entry) = self.last.clone();
        let told = (author, counted(entry, self.more, self.since));
        (self.ends, self.more) = (now + WINDOW, 0);
        told
    }
}

/// With how many there were, where there was more than one.
fn counted(mut entry: Entry, times: u64, since: Millis) -> Entry {
    if times > 1 {
        let after = entry.after.get_or_insert_with(|| json!({}));
        after["times"] = json!(times);
        after["since"] = json!(rfc3339(since));
    }
    entry
}

impl Refusals {
    fn windows(&self) -> MutexGuard<'_, HashMap<String, Window>> {
        // A panic elsewhere leaves whole windows behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one; what is to be written of it now, if anything.
    pub fn count(&self, key: &str, author: Author, entry: Entry, now: Millis) -> Option<(Author, Entry)> {
        let mut windows = self.windows();
        let full = windows.len() >= MOST && !windows.contains_key(key);
        let key = if full { format!("others {}", entry.action) } else { key.to_owned() };
        let Some(window) = windows.get_mut(&key) else {
            let last = (author, entry);
            windows.insert(key, Window { ends: now + WINDOW, more: 0, since: now, last: last.clone() });
            return Some(last);
        };
        if window.more == 0 {
            window.since = now;
        }
        window.more += 1;
        window.last = (author, entry);
        (now >= window.ends).then(|| window.tell(now))
    }

    /// What the windows that are over have to tell. Those in which nothing came are closed.
    pub(super) fn over(&self, now: Millis) -> Vec<(Author, Entry)> {
        let mut windows = self.windows();
        windows.retain(|_, window| window.more > 0 || now < window.ends);
        windows.values_mut().filter(|window| now >= window.ends).map(|window| window.tell(now)).collect()
    }

    pub(super) fn take(&self) -> Vec<(Author, Entry)> {
        let windows = std::mem::take(&mut *self.windows());
        let untold = windows.into_values().filter(|window| window.more > 0);
        untold.map(|mut window| window.tell(0)).collect()
    }
}

/// No part of a request makes an event long.
pub fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(refusals: &Refusals, key: &str, object: &str, now: Millis) -> Option<(String, u64)> {
        let author = Author::anonymous(String::new(), String::new());
        let entry = Entry::of(None, "access.refused", "user", object, "");
        refusals.count(key, author, entry, now).map(|(_, entry)| told(&entry))
    }

    fn told(entry: &Entry) -> (String, u64) {
        let times = entry.after.as_ref().map_or(1, |after| after["times"].as_u64().unwrap());
        (entry.target_id.clone().unwrap(), times)
    }

    fn over(refusals: &Refusals, now: Millis) -> Vec<(String, u64)> {
        refusals.over(now).iter().map(|(_, entry)| told(entry)).collect()
    }

    #[test]
    fn first_is_told_at_once_and_the_rest_by_their_number_and_the_last_object() {
        let refusals = Refusals::default();
        assert_eq!(refused(&refusals, "k", "a", 0), Some(("a".to_owned(), 1)));
        assert_eq!((refused(&refusals, "k", "b", 1), refused(&refusals, "k", "c", 2)), (None, None));
        assert_eq!(refused(&refusals, "other", "x", 2), Some(("x".to_owned(), 1)));
        assert_eq!(over(&refusals, WINDOW - 1), []);
        assert_eq!(over(&refusals, WINDOW), [("c".to_owned(), 2)]);
        assert_eq!(refused(&refusals, "k", "d", WINDOW + 1), None, "it went on");
        assert_eq!(
            refused(&refusals, "k", "e", 2 * WINDOW),
            Some(("e".to_owned(), 2)),
            "a minute is not waited for twice"
        );
        assert_eq!(over(&refusals, 3 * WINDOW), [], "it stopped");
        assert_eq!(refused(&refusals, "k", "f", 3 * WINDOW), Some(("f".to_owned(), 1)));
    }

    #[test]
    fn any_number_of_kinds_makes_a_bounded_number_of_events() {
        let refusals = Refusals::default();
        let at_once = (0..10_000).filter(|n| refused(&refusals, &n.to_string(), "a", 0).is_some()).count();
        assert!(at_once <= MOST + 1, "{at_once}");
        let later = over(&refusals, WINDOW);
        assert_eq!(later.iter().map(|(_, times)| times).sum::<u64>(), 10_000 - at_once as u64);
        assert!(later.len() <= MOST + 1, "{}", later.len());
    }

    #[test]
    fn orderly_stop_loses_no_count() {
        let refusals = Refusals::default();
        for n in 0..5 {
            let _ = refused(&refusals, "k", &n.to_string(), n);
        }
        let taken: Vec<_> = refusals.take().iter().map(|(_, entry)| told(entry)).collect();
        assert_eq!(taken, [("4".to_owned(), 4)]);
    }
}
