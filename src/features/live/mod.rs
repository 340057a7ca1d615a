//! Live updates: one WebSocket per tab tells the console what changed and when its session ended.

mod idle;
#[cfg(feature = "ssr")]
mod socket;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod watcher;

pub use idle::IdleGuard;
#[cfg(feature = "ssr")]
pub use socket::routes;
#[cfg(feature = "ssr")]
pub use watcher::tell_ended;
