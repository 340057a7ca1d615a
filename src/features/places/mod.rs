//! A place is a node of the organization's tree: building, floor, room, device. Five screens list what of it is in reach.

pub mod api;
pub mod cells;
#[cfg(feature = "ssr")]
pub mod list;
pub mod list_page;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod toolbar;
