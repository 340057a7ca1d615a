//! `/users/{id}`: one person, with what gives them access to what.

mod building;
pub mod check;
pub mod model;
pub mod page;
mod permissions;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
