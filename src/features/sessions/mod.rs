//! Who is signed in now: all active sessions of the organization, live.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
