//! An API user is a service account inside an organization: rank and company as an integration, teams, rights and one
//! access token. It never signs in to the console.

pub mod api;
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
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
