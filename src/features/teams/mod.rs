//! A team is users and API users together: a grant to it is a grant to each member while they are one.

pub mod api;
pub mod detail;
pub mod dialogs;
pub mod form;
#[cfg(feature = "ssr")]
pub mod members;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod pick;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
