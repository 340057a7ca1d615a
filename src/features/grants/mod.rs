//! A grant is the only way a right comes to be: subject × rights × place × time.

#[cfg(feature = "ssr")]
pub mod held;
pub mod model;
#[cfg(feature = "ssr")]
pub mod plan;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod single;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod subject;
