//! An integration is a third-party client: a client ID and secrets that it trades for access tokens, and what these open.

pub mod api;
#[cfg(feature = "ssr")]
mod client_id;
#[cfg(feature = "ssr")]
pub mod command;
pub mod detail;
pub mod dialogs;
pub mod form;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod rights;
#[cfg(feature = "ssr")]
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
