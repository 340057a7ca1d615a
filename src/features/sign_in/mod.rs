//! Sign-in and sign-out: plain forms that need no wasm.

#[cfg(feature = "ssr")]
mod handlers;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use handlers::{routes, sign_in_first, told_as_page};
