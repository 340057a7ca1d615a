//! An organization is the tenant: the isolation boundary that owns places, profiles, companies and users.

pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
pub mod store;
