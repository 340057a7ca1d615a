//! Live updates: one WebSocket per tab tells the console what changed and when its session ended.

mod client;
mod idle;
pub mod model;
#[cfg(feature = "ssr")]
mod socket;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod watcher;

pub use client::{provide_live, use_version};
pub use idle::IdleGuard;
#[cfg(feature = "ssr")]
pub use socket::routes;
#[cfg(feature = "ssr")]
pub use watcher::tell_ended;
