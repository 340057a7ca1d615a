//! API keys: what a person gives to a program of theirs, so that it uses the HTTP API as them.

pub mod api;
pub mod dialogs;
pub mod form;
mod list;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
