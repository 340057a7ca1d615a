//! The server side: state, configuration, the doorway, sessions at the edge, limits, clock and health.

mod address;
pub mod answer;
pub mod api_keys;
pub mod assets;
pub mod audit;
pub mod bearer;
mod body;
pub mod call;
pub mod caller;
mod client;
pub mod clock;
pub mod config;
pub mod cookies;
mod counts;
pub mod cursor;
pub mod door;
mod endpoint;
pub mod events;
pub mod expiry;
#[cfg(not(feature = "embed"))]
#[path = "files_absent.rs"]
mod files;
#[cfg(feature = "embed")]
#[path = "files_embedded.rs"]
mod files;
pub mod front;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod limits;
pub mod mail;
pub mod metrics;
pub mod openapi;
pub mod origin;
mod params;
pub mod password;
pub mod problem;
pub mod reach;
mod readiness;
pub mod refold;
pub mod refusal_log;
mod refusals;
mod request_target;
pub mod rest;
pub mod search_text;
pub mod seats;
pub mod serve;
pub mod socket;
pub mod state;
pub mod text;
pub mod throttle;
pub mod token;
pub mod upkeep;
pub mod usage;
pub mod usage_log;
pub mod watch;
pub mod write;
mod wrong_secrets;

pub use audit::Entry;
pub use call::Call;
pub use caller::Caller;
pub use state::AppState;
pub use write::{Reason, System, Write};
