//! How many rows a list has, counted no further than lists say.

use crate::db::{Conn, DbError, Statement};
use crate::types::{Count, Millis};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a list that had more than lists say is taken to have more still.
const REMEMBERED: Millis = 60_000;

/// How long a count is taken to hold while nothing is heard to change.
const UNCHANGED: Millis = 10_000;

/// Fewer are counted faster than they are looked up.
const FEW: i64 = 1_000;

/// How many lists are remembered.
const MOST: usize = 1_000;

/// The lists that had many rows, by a keyed hash of what counts them.
///
/// Of these alone counting costs something. `10000+` stays right while thousands go; what is said exactly holds until this
/// node hears of a change, its own or another's (`docs/decisions/0034-lists-are-counted-once.md`).
#[derive(Default)]
pub struct Counts {
    keys: RandomState,
    known: Mutex<HashMap<u64, Known>>,
}

#[derive(Clone, Copy)]
struct Known {
    count: Count,
    found: Millis,
    /// How many changes this node had heard of before it was counted.
    changes: u64,
}

impl Known {
    fn holds(self, now: Millis, changes: u64) -> bool {
        let (long, same) = match self.count {
            Count::MoreThan(_) => (REMEMBERED, true),
            Count::Exactly(_) => (UNCHANGED, self.changes == changes),
        };
        same && (self.found..self.found + long).contains(&now)
    }
}

impl Counts {
    /// Runs a statement of `Query::counted`, unless what it counts is known; `changes`: of how many this node has heard.
    pub(super) async fn of(
        &self,
        conn: &mut Conn<'_>,
        statement: Statement,
        now: Millis,
        changes: u64,
    ) -> Result<Count, DbError> {
        let key = self.keys.hash_one(&statement);
        if let Some(known) = self.known().get(&key).filter(|known| known.holds(now, changes)) {
            return Ok(known.count);
        }
        let count = Count::capped(statement.number(conn).await?);
        if !matches!(count, Count::Exactly(rows) if rows < FEW) {
            self.remember(key, Known { count, found: now, changes });
        }
        Ok(count)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, key: u64, new: Known) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, known| known.holds(new.found, new.changes));
        }
        if known.len() < MOST || known.contains_key(&key) {
            known.insert(key, new);
        }
    }
}
