//! `POST /oauth/token` (RFC 6749 §4.4), `/oauth/introspect` (RFC 7662), `/oauth/revoke` (RFC 7009) and the metadata
//! (RFC 8414). No cookie counts here: what a browser sends along by itself opens nothing.

use super::client::{Fields, prove};
use super::error::OauthError;
use super::ops::{self, From, LIFE};
use super::scope;
use crate::server::identity::Client;
use crate::server::{AppState, Caller, cookies};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/oauth/introspect", post(introspect))
        .route("/oauth/revoke", post(revoke))
        .route("/.well-known/oauth-authorization-server", get(metadata))
}

/// A client that proved itself, and what it asks.
struct Asked {
    client: Client,
    fields: Fields,
}

async fn asked(state: &AppState, caller: &Caller, headers: &HeaderMap, body: &Bytes) -> Result<Asked, OauthError> {
    if cookies::read(headers, state.config.cookie_name()).is_some() {
        return Err(OauthError::InvalidRequest("Send no session cookie along: it would leave open who is asking."));
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fields = Fields::read(media, body)?;
    let client = prove(state, headers, &fields, caller.address).await?;
    Ok(Asked { client, fields })
}

fn from(caller: &Caller) -> From<'_> {
    From { user_agent: &caller.client, address: caller.address.to_string() }
}

async fn token(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OauthError> {
    let Asked { client, fields } = asked(&state, &caller, &headers, &body).await?;
    match fields.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(OauthError::UnsupportedGrantType),
        None => return Err(OauthError::InvalidRequest("grant_type is missing.")),
    }
    let given = ops::give(&state, &client, fields.get("scope"), &from(&caller)).await?;
    Ok(unstored(json!({
        "access_token": given.token.expose(), "token_type": "Bearer", "expires_in": LIFE / 1000, "scope": given.scope,
    })))
}

async fn introspect(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OauthError> {
    let Asked { client, fields } = asked(&state, &caller, &headers, &body).await?;
    let text = fields.get("token").ok_or(OauthError::InvalidRequest("token is missing."))?;
    let Some(session) = ops::tell(&state, &client, text).await? else {
        return Ok(unstored(json!({ "active": false })));
    };
    Ok(unstored(json!({
        "active": true, "scope": scope::text(&ops::open(&session)), "client_id": session.username,
        "sub": session.actor.subject_id, "token_type": "Bearer", "iat": session.signed_in_at / 1000,
        "exp": session.expires_at / 1000, "iss": state.config.public_url,
    })))
}

async fn revoke(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, OauthError> {
    let Asked { client, fields } = asked(&state, &caller, &headers, &body).await?;
    let text = fields.get("token").ok_or(OauthError::InvalidRequest("token is missing."))?;
    ops::take_back(&state, &client, text, &from(&caller)).await?;
    Ok(StatusCode::OK)
}

async fn metadata(State(state): State<AppState>) -> Response {
    let url = &state.config.public_url;
    let ways = ["client_secret_basic", "client_secret_post"];
    Json(json!({
        "issuer": url,
        "token_endpoint": format!("{url}/oauth/token"),
        "token_endpoint_auth_methods_supported": ways,
        "introspection_endpoint": format!("{url}/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported": ways,
        "revocation_endpoint": format!("{url}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ways,
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": scope::all(),
    }))
    .into_response()
}

/// RFC 6749 §5.1: neither kept by browsers nor by what stands between.
fn unstored(body: Value) -> Response {
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
