//! A grant is the only way a right comes to be: subject × rights × place × time.

#[cfg(feature = "ssr")]
pub mod store;
