//! The top floor: document shell, routes, layout and navigation.

mod chunks;
#[cfg(feature = "ssr")]
pub mod endpoints;
mod layout;
#[cfg(feature = "ssr")]
pub mod openapi;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod router;
mod routes;
#[cfg(feature = "ssr")]
pub mod searched;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use routes::App;
