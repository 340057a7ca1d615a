//! How many rows a list has, counted no further than lists say.

use crate::db::{Conn, DbError, Statement};
use crate::types::{COUNT_LIMIT, Count, Millis};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// How long a list that had more than lists say is taken to have more still.
const REMEMBERED: Millis = 60_000;

/// How many of them are remembered.
const MOST: usize = 1_000;

/// The lists that had more rows than lists say, by a keyed hash of what counts them, and when that was found.
///
/// Of these alone counting costs something, and of these alone an old answer says nothing wrong that anybody sees:
/// `10000+` is right while thousands go (`docs/decisions/0034-lists-are-counted-once.md`).
#[derive(Default)]
pub struct Counts {
    keys: RandomState,
    long: Mutex<HashMap<u64, Millis>>,
}

impl Counts {
    /// Runs a statement of `Query::counted`.
    pub(super) async fn of(&self, conn: &mut Conn<'_>, statement: Statement, now: Millis) -> Result<Count, DbError> {
        let key = self.keys.hash_one(&statement);
        if self.is_long(key, now) {
            return Ok(Count::MoreThan(COUNT_LIMIT));
        }
        let count = Count::capped(statement.number(conn).await?);
        if count == Count::MoreThan(COUNT_LIMIT) {
            self.remember(key, now);
        }
        Ok(count)
    }

    fn is_long(&self, key: u64, now: Millis) -> bool {
        let long = self.long.lock().unwrap_or_else(PoisonError::into_inner);
        long.get(&key).is_some_and(|found| (*found..*found + REMEMBERED).contains(&now))
    }

    fn remember(&self, key: u64, now: Millis) {
        let mut long = self.long.lock().unwrap_or_else(PoisonError::into_inner);
        if long.len() >= MOST {
            long.retain(|_, found| now - *found < REMEMBERED);
        }
        if long.len() < MOST {
            long.insert(key, now);
        }
    }
}
