//! What an organization sets for all of its people, and the mail that waits.

pub mod api;
pub mod idle_limit;
pub mod mails;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(all(test, feature = "ssr"))]
mod tests;
