//! A company is a service provider inside an organization, in a tree under the root company.

pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
pub mod store;
