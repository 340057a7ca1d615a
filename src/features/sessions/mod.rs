//! Who is signed in now: all active sessions of the organization, live.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
mod ops;
#[cfg(feature = "ssr")]
pub mod over;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use over::end_what_is_over;
