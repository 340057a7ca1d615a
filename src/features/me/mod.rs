//! The personal center: who one is, in which organization, with which rights, and one's password.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod store;
