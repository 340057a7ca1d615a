//! Time and randomness as parameters, so that tests own both.

use crate::types::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub trait Clock: Send + Sync {
    fn now(&self) -> Millis;
}

/// The wall clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn at(now: Millis) -> Arc<SetClock> {
        Arc::new(SetClock(AtomicI64::new(now)))
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

/// Fills a buffer with bytes from the operating system; ends the process if there are none, as nothing safe can follow.
pub fn random(buffer: &mut [u8]) {
    if let Err(error) = getrandom::fill(buffer) {
        tracing::error!(%error, "the operating system gives no random bytes");
        std::process::abort();
    }
}

/// A UUIDv7 (RFC 9562 §5.7) for `now`: sorts by time, so that new rows land at the end of an index.
pub fn new_id(now: Millis) -> String {
    let mut bytes = [0; 10];
    random(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &bytes).into_uuid().to_string()
}

/// Whether `text` has the form of an id. Anything else can be answered without asking the database.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
