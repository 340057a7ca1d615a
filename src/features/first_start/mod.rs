//! The first start makes the organization and the administrator `admin`.

#[cfg(feature = "ssr")]
pub mod ops;
