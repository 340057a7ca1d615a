//! A user is an account's membership in one organization: role, company, grants, region, status.

#[cfg(feature = "ssr")]
mod access;
mod acts;
pub mod api;
#[cfg(feature = "ssr")]
mod bounds;
#[cfg(feature = "ssr")]
mod checked;
pub mod dialogs;
mod fields;
pub mod form;
#[cfg(feature = "ssr")]
mod list;
pub mod may;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod passwords;
pub mod person;
#[cfg(feature = "ssr")]
mod plan;
#[cfg(feature = "ssr")]
pub mod read;
mod reset;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod rights;
mod rights_fields;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
