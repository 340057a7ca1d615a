//! How much one program may ask in a minute: an integration, or a person by their API keys. Sign-ins have limits of their
//! own (`throttle`), and a person at the console is not counted.

#[cfg(test)]
mod tests;

use super::throttle::RateLimit;
use crate::error::AppError;
use crate::types::Millis;

const MINUTE: Millis = 60_000;

/// None: as much as they like.
pub struct CallerLimit(Option<Counted>);

struct Counted {
    /// By caller, whatever the number of its tokens and keys.
    callers: RateLimit,
    /// Tokens, keys and secrets of callers that have used up theirs, by hash: those are refused before anything is looked
    /// up, also where nobody knows yet whose they are.
    spent: RateLimit,
}

impl CallerLimit {
    pub fn new(per_minute: u32) -> CallerLimit {
        let counted = || Counted { callers: RateLimit::new(per_minute, MINUTE), spent: RateLimit::new(1, MINUTE) };
        CallerLimit((per_minute > 0).then(counted))
    }

    /// Refuses what is known to belong to a caller that has used up its minute.
    pub fn may_ask(&self, secret_hash: &str, now: Millis) -> Result<(), AppError> {
        let wait = self.0.as_ref().and_then(|counted| counted.spent.used_up(secret_hash, now));
        wait.map_or(Ok(()), |seconds| Err(refused(seconds)))
    }

    /// Counts one request of a caller that showed this secret.
    pub fn count(&self, caller_id: &str, secret_hash: &str, now: Millis) -> Result<(), AppError> {
        let Some(counted) = &self.0 else { return Ok(()) };
        let allowed = counted.callers.allow(caller_id, now);
        if let Some(seconds) = counted.callers.used_up(caller_id, now) {
            counted.spent.exhaust(secret_hash, now, seconds);
        }
        allowed.map_err(refused)
    }
}

fn refused(seconds: u32) -> AppError {
    let message = format!("Too many requests. Try again in {seconds} seconds.");
    AppError { message, ..AppError::too_many(seconds) }
}
