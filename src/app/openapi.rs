//! `GET /api/openapi.json`, and `GET /api/docs`, the page that reads it.

use super::{endpoints, shell};
use crate::error::AppError;
use crate::server::{AppState, front, openapi};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::Value;

/// Public, as nothing in them is of this installation; an operator can switch both off.
pub fn routes() -> Router<AppState> {
    Router::new().route("/api/openapi.json", get(described)).route("/api/docs", get(page))
}

/// The description of the HTTP API. `server` is what its paths are relative to, `cookie` the console's cookie.
pub fn document(server: &str, cookie: &str) -> Value {
    let api = endpoints::all();
    openapi::document(&api.endpoints, &api.tags, server, cookie)
}

/// It changes with the version of the program alone, so an hour in a cache does no harm.
async fn described(State(state): State<AppState>) -> Result<Response, AppError> {
    is_on(&state)?;
    let document = Json(document("/", state.config.cookie_name()));
    Ok(([(CACHE_CONTROL, "public, max-age=3600")], document).into_response())
}

async fn page(State(state): State<AppState>) -> Result<Response, AppError> {
    is_on(&state)?;
    let headers = [(CONTENT_SECURITY_POLICY, front::DOCS_PAGE), (CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((headers, Html(shell::api_docs(&state.pkg))).into_response())
}

fn is_on(state: &AppState) -> Result<(), AppError> {
    if state.config.api_docs { Ok(()) } else { Err(AppError::not_found()) }
}
