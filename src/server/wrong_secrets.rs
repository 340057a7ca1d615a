//! Secrets of 256 bits that are none: tokens, keys, client secrets, tickets.
//!
//! Nobody guesses one, so a limit protects no secret; it keeps a flood of made-up ones from being worth its while. Many
//! may share an address (a gateway, NAT), so a right one is found whatever wrong ones came from there: it is the wrong
//! ones alone that are answered with 429. Beyond the limit they cost the database little, too: one that was none a moment
//! ago is not looked up again, and new ones wait for a turn.

use super::throttle::{self, RateLimit};
use crate::error::AppError;
use crate::types::Millis;
use std::net::IpAddr;
use tokio::sync::{Semaphore, SemaphorePermit};

const MINUTE: Millis = 60_000;

/// How many one address may show in a minute.
const MOST: u32 = 60;

/// How many are looked up at once of addresses that have shown more.
const TURNS: usize = 4;

pub struct WrongSecrets {
    by_address: RateLimit,
    /// Those that were none a moment ago, of addresses beyond the limit.
    none: RateLimit,
    turns: Semaphore,
}

impl Default for WrongSecrets {
    fn default() -> WrongSecrets {
        let none = RateLimit::new(1, MINUTE);
        WrongSecrets { by_address: RateLimit::new(MOST, MINUTE), none, turns: Semaphore::new(TURNS) }
    }
}

/// Leave to look one secret up.
pub struct Look<'a> {
    secrets: &'a WrongSecrets,
    address: IpAddr,
    now: Millis,
    /// Under which it is remembered for as long as nothing changes; none where changes may be missed.
    key: Option<String>,
    _turn: Option<SemaphorePermit<'a>>,
}

impl Look<'_> {
    /// It was none.
    pub fn none(self) -> Result<(), AppError> {
        let counted = self.secrets.wrong(self.address, self.now);
        if let (Err(AppError { retry_after: Some(seconds), .. }), Some(key)) = (&counted, &self.key) {
            self.secrets.none.exhaust(key, self.now, *seconds);
        }
        counted
    }
}

impl WrongSecrets {
    /// Before a secret is looked up; `unchanged_since` is that of the identities in memory. Refuses only one that is known
    /// to be none.
    pub async fn look(
        &self,
        address: IpAddr,
        secret_hash: &str,
        unchanged_since: Option<u64>,
        now: Millis,
    ) -> Result<Look<'_>, AppError> {
        if self.by_address.used_up(&from(address), now).is_none() {
            return Ok(Look { secrets: self, address, now, key: None, _turn: None });
        }
        let key = unchanged_since.map(|since| format!("{since} {secret_hash}"));
        if let Some(seconds) = key.as_ref().and_then(|key| self.none.used_up(key, now)) {
            return Err(AppError::too_many(seconds));
        }
        // Never closed; without a turn it would only be looked up sooner.
        let turn = self.turns.acquire().await.ok();
        Ok(Look { secrets: self, address, now, key, _turn: turn })
    }

    /// Counts a secret that was none, where that is known without a look.
    pub fn wrong(&self, address: IpAddr, now: Millis) -> Result<(), AppError> {
        self.by_address.allow(&from(address), now).map_err(AppError::too_many)
    }
}

/// Whoever has one IPv6 address has a whole prefix of them.
fn from(address: IpAddr) -> String {
    throttle::prefix(address).to_string()
}
