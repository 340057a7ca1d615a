//! The check: a reverse proxy asks whether a request that it holds may go on to another application.

#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(all(test, feature = "ssr"))]
mod tests;
