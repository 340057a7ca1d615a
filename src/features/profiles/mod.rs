//! A profile is a named table screen → level; users have one or more.

pub mod api;
mod delete;
pub mod form;
#[cfg(feature = "ssr")]
pub mod growth;
#[cfg(feature = "ssr")]
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
