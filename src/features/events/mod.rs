//! Events for programs: a WebSocket that tells what happens in the places within the caller's reach.

#[cfg(feature = "ssr")]
mod listener;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod socket;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod tickets;
