//! Counting against limits in bounded memory.

use crate::types::Millis;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many callers a `RateLimit` tells apart.
const MOST: usize = 100_000;

/// So many tries in so long a time, which begins with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub tries: u32,
    pub window: Millis,
}

/// So many times per caller in so long a time; for what is no sign-in.
pub struct RateLimit {
    limit: Limit,
    counters: Mutex<Counters>,
}

impl RateLimit {
    pub fn new(tries: u32, window: Millis) -> RateLimit {
        RateLimit { limit: Limit { tries, window }, counters: Mutex::new(Counters::new(MOST)) }
    }

    /// After how many seconds the caller may again, where it has used up its budget. Counts nothing.
    pub fn used_up(&self, caller: &str, now: Millis) -> Option<u32> {
        lock(&self.counters).wait(&[(caller, self.limit)], now)
    }

    /// Counts one, or says after how many seconds the caller may again.
    pub fn allow(&self, caller: &str, now: Millis) -> Result<(), u32> {
        lock(&self.counters).take(&[(caller, self.limit)], now)
    }

    /// Leaves the caller nothing for so many seconds.
    pub fn exhaust(&self, caller: &str, now: Millis, seconds: u32) {
        lock(&self.counters).exhaust(&caller, self.limit, now, now.saturating_add(Millis::from(seconds) * 1000));
    }

    /// Takes back one that `allow` counted.
    pub fn give_back(&self, caller: &str) {
        lock(&self.counters).give_back(&caller);
    }
}

/// A panic elsewhere leaves whole numbers behind; refusing everybody from then on would be worse.
pub(super) fn lock(counters: &Mutex<Counters>) -> MutexGuard<'_, Counters> {
    counters.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Copy)]
struct Counter {
    used: u32,
    since: Millis,
    until: Millis,
}

/// Counters by what they are for, which is hashed under a random key: no typed name is kept (it may be a password in the
/// wrong field), every counter has the same size, and nobody can aim at another's.
pub(super) struct Counters {
    key: RandomState,
    counters: HashMap<u64, Counter>,
    most: usize,
}

impl Counters {
    pub(super) fn new(most: usize) -> Counters {
        Counters { key: RandomState::new(), counters: HashMap::new(), most }
    }

    /// One out of each budget, or out of none.
    pub(super) fn take(&mut self, budgets: &[(impl Hash, Limit)], now: Millis) -> Result<(), u32> {
        if let Some(seconds) = self.wait(budgets, now) {
            return Err(seconds);
        }
        for (budget, limit) in budgets {
            self.count(budget, limit.window, now);
        }
        Ok(())
    }

    /// Seconds until every budget has something left; none when all have.
    fn wait(&self, budgets: &[(impl Hash, Limit)], now: Millis) -> Option<u32> {
        let waits = budgets.iter().filter_map(|(budget, limit)| {
            let counter = self.live(budget, now).filter(|counter| counter.used >= limit.tries)?;
            Some(counter.until - now)
        });
        waits.max().map(|wait| u32::try_from((wait.max(1) + 999) / 1000).unwrap_or(u32::MAX))
    }

    fn live(&self, budget: &impl Hash, now: Millis) -> Option<&Counter> {
        self.counters.get(&self.key.hash_one(budget)).filter(|counter| now < counter.until)
    }

    /// Adds one and gives the sum.
    pub(super) fn count(&mut self, budget: &impl Hash, window: Millis, now: Millis) -> u32 {
        if self.counters.len() >= self.most {
            self.make_room(now);
        }
        let fresh = Counter { used: 0, since: now, until: now.saturating_add(window) };
        let counter = self.counters.entry(self.key.hash_one(budget)).or_insert(fresh);
        if now >= counter.until {
            *counter = fresh;
        }
        counter.used = counter.used.saturating_add(1);
        counter.used
    }

    fn exhaust(&mut self, budget: &impl Hash, limit: Limit, now: Millis, until: Millis) {
        if self.counters.len() >= self.most {
            self.make_room(now);
        }
        self.counters.insert(self.key.hash_one(budget), Counter { used: limit.tries, since: now, until });
    }

    pub(super) fn give_back(&mut self, budget: &impl Hash) {
        if let Some(counter) = self.counters.get_mut(&self.key.hash_one(budget)) {
            counter.used = counter.used.saturating_sub(1);
        }
    }

    pub(super) fn forget(&mut self, budget: &impl Hash) {
        self.counters.remove(&self.key.hash_one(budget));
    }

    /// Drops what has run out and, if that is not enough, an eighth: the least used first, then the oldest. A flood of
    /// made-up names so pushes out itself, not the counter of the name that is being guessed.
    fn make_room(&mut self, now: Millis) {
        self.counters.retain(|_, counter| now < counter.until);
        let spare = self.most / 8;
        if self.counters.len() + spare < self.most {
            return;
        }
        let mut order: Vec<(u32, Millis, u64)> =
            self.counters.iter().map(|(key, counter)| (counter.used, counter.since, *key)).collect();
        order.sort_unstable();
        for (_, _, key) in order.iter().take(spare.max(1)) {
            self.counters.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { tries: 2, window: 1000 };

    #[test]
    fn a_caller_may_so_many_times_per_window_and_is_told_how_long_to_wait() {
        let probes = RateLimit::new(2, 60_000);
        assert_eq!((probes.allow("anna", 0), probes.allow("anna", 30_000)), (Ok(()), Ok(())));
        assert_eq!(probes.allow("anna", 30_001), Err(30));
        assert_eq!(probes.allow("ben", 30_001), Ok(()));
        assert_eq!(probes.allow("anna", 59_999), Err(1));
        assert_eq!(probes.allow("anna", 60_000), Ok(()));
    }

    #[test]
    fn one_exhausted_budget_leaves_the_others_untouched() {
        let mut counters = Counters::new(10);
        let wide = Limit { tries: 3, ..LIMIT };
        for _ in 0..5 {
            let _ = counters.take(&[("narrow", LIMIT), ("wide", wide)], 0);
        }
        assert_eq!(counters.take(&[("wide", wide)], 0), Ok(()));
        assert_eq!(counters.take(&[("wide", wide)], 0), Err(1));
    }

    #[test]
    fn a_flood_of_new_keys_stays_within_bounds_and_does_not_push_out_a_used_counter() {
        let mut counters = Counters::new(64);
        assert_eq!((counters.take(&[("victim", LIMIT)], 0), counters.take(&[("victim", LIMIT)], 0)), (Ok(()), Ok(())));
        for flood in 0..10_000 {
            assert_eq!(counters.take(&[(flood, LIMIT)], 1), Ok(()));
            assert!(counters.counters.len() <= 64);
        }
        assert_eq!(counters.take(&[("victim", LIMIT)], 2), Err(1));
    }
}
