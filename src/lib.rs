#![recursion_limit = "256"]
// A test may panic; the product says what went wrong. Clippy's own exception knows no `cfg(all(test, …))`.
#![cfg_attr(test, expect(clippy::unwrap_used, clippy::expect_used))]
//! Doorward: a self-hosted access console for building and IoT platforms.
//!
//! From the top floor down, and imports only point down: `app` (shell, routes, navigation), `features` (one folder per
//! thing administered), `console` (what its pages share), `resource` (what its server halves share), `rights` (who holds
//! what), `server` (state, doorway, limits), `ui` (widgets that know no feature), `db` (two engines, one SQL text),
//! `access` (who may do what). `error`, `types` and `browser` are the ground they all stand on.

#[cfg(all(feature = "ssr", target_arch = "wasm32"))]
compile_error!("server code in the wasm build");

pub mod access;
pub mod app;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod commands;
pub mod console;
#[cfg(feature = "ssr")]
pub mod db;
pub mod error;
pub mod features;
#[cfg(feature = "ssr")]
pub mod resource;
pub mod rights;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(all(test, feature = "ssr"))]
mod testing;
pub mod types;
pub mod ui;

/// Takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    browser::hear_steps_first();
    app::hydrate();
}
