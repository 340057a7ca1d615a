//! The OAuth endpoints: a client trades its secret for an access token, asks about tokens, and takes them back.

#[cfg(feature = "ssr")]
mod client;
#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod handlers;
#[cfg(feature = "ssr")]
mod ops;
#[cfg(feature = "ssr")]
pub mod scope;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use handlers::api;
