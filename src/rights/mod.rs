//! Who holds what: subjects, the grants that they have, and the one check that nobody gives more than they have.
//!
//! A grant is the only way a right comes to be: subject × rights × place × time. Every feature that is about rights stands
//! on this floor, and it knows none of them: the tables of subjects are named here, in `subject`, and nowhere else below.

#[cfg(feature = "ssr")]
pub mod administrators;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod held;
#[cfg(feature = "ssr")]
pub mod kind;
#[cfg(feature = "ssr")]
pub mod membership;
pub mod model;
#[cfg(feature = "ssr")]
pub mod places;
#[cfg(feature = "ssr")]
pub mod plan;
#[cfg(feature = "ssr")]
pub mod profiles;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod roles;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod subject;
#[cfg(feature = "ssr")]
pub mod teams;

#[cfg(feature = "ssr")]
pub use administrators::{begin, begin_own, keep_an_administrator};
