//! A grant is the only way a right comes to be: subject × rights × place × time.

#[cfg(feature = "ssr")]
mod model;
#[cfg(feature = "ssr")]
mod ops;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod subject;
#[cfg(all(test, feature = "ssr"))]
mod tests;
