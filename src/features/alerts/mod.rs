//! An alert says what is wrong at a place; the Alerts screen lists the open ones within one's reach, read only for now.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
