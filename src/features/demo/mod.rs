//! Made-up content: the demo of `serve --demo`, and users by the million for `seed`.

#[cfg(feature = "ssr")]
mod building;
#[cfg(feature = "ssr")]
mod bulk;
#[cfg(feature = "ssr")]
mod catalog;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
mod people;
#[cfg(feature = "ssr")]
pub mod seed;
#[cfg(feature = "ssr")]
mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod world;
