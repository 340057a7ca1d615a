//! The top floor: document shell, routes, layout and navigation.

mod chunks;
#[cfg(feature = "ssr")]
pub mod endpoints;
#[cfg(feature = "ssr")]
mod forms;
mod layout;
#[cfg(feature = "ssr")]
pub mod openapi;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod rendering;
#[cfg(feature = "ssr")]
pub mod router;
mod routes;
#[cfg(feature = "ssr")]
pub mod searched;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use routes::App;

/// Takes over the page that the server rendered, in one go: what that needs is fetched first, so that nothing in it waits.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    // Leptos spawns nothing before it has begun.
    wasm_bindgen_futures::spawn_local(async {
        chunks::fetch_for_this_page().await;
        leptos::mount::hydrate_body(App);
    });
}
