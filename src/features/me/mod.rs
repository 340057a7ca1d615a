//! The personal center: who one is, in which organization, with which rights, and one's password.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod page;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// Whoever asked for the page that is being rendered (`Me`), or the form that it answers (`Refused`). The browser finds
/// it in the page.
#[cfg(feature = "ssr")]
pub fn of_request<T: Clone + Send + Sync + 'static>() -> Option<T> {
    leptos::prelude::use_context::<http::request::Parts>()?.extensions.get().cloned()
}

#[cfg(not(feature = "ssr"))]
pub fn of_request<T>() -> Option<T> {
    None
}
