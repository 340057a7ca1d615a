//! What the last tries to write to the database came to.

use crate::types::Millis;
use tokio::sync::Mutex;

/// What is known of whether the database can be written to. It is only tried after a write was refused, until one goes
/// through: who asks every second must not cost a write each time.
#[derive(Default)]
pub struct Readiness(pub(super) Mutex<Seen>);

#[derive(Default)]
pub(super) struct Seen {
    /// How many refusals there had been when a write went through.
    pub over: u64,
    /// When a write was last tried, and what it failed with.
    pub tried: Millis,
    pub failed: Option<&'static str>,
}
