//! The first start makes the organization and the administrator `admin`; `/start` leads them from there to their first user.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
