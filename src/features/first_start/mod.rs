//! The first start makes the organization and the administrator `admin`.

#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(all(test, feature = "ssr"))]
mod tests;
