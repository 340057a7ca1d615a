//! `POST /oauth/token` (RFC 6749 §4.4), `/oauth/introspect` (RFC 7662), `/oauth/revoke` (RFC 7009) and the metadata
//! (RFC 8414). No cookie counts here: what a browser sends along by itself opens nothing.

use super::client::{Fields, prove};
use super::error::OauthError;
use super::forms::{
    Active, BEARER, FormOf, Introspection, Metadata, OneTokenForm, Revoked, TokenForm, TokenJson, Unstored,
};
use super::ops::{self, From, LIFE};
use super::scope;
use crate::server::identity::Client;
use crate::server::openapi::About;
use crate::server::rest::{Api, Requirement};
use crate::server::{AppState, Caller, cookies};
use axum::extract::State;
use axum::{Extension, Json};
use http::{HeaderMap, header};

pub fn api() -> Api {
    let revoked = "A token that is unknown, expired or another client's is not an error and doesn't change.";
    Api::of("OAuth", "Access tokens for integrations (RFC 6749, 7662, 7009 and 8414).")
        .post(
            "/oauth/token",
            Requirement::Client,
            ("oauth_token", "Get an access token for a client ID and secret"),
            token,
        )
        .post("/oauth/introspect", Requirement::Client, ("oauth_introspect", "Introspect a token"), introspect)
        .post("/oauth/revoke", Requirement::Client, About::new("oauth_revoke", "Revoke a token").text(revoked), revoke)
        .get(
            "/.well-known/oauth-authorization-server",
            Requirement::Public,
            ("oauth_metadata", "Get the server's OAuth metadata"),
            metadata,
        )
}

/// A client that proved itself, and what it asks.
struct TokenRequest {
    client: Client,
    fields: Fields,
}

async fn asked(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<TokenRequest, OauthError> {
    if !cookies::all(headers, state.config.cookie_name()).is_empty() {
        return Err(OauthError::InvalidRequest("Don't send a session cookie with this request."));
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fields = Fields::read(media, body)?;
    let client = prove(state, headers, &fields, caller.address).await?;
    Ok(TokenRequest { client, fields })
}

fn from(caller: &Caller) -> From<'_> {
    From { user_agent: &caller.client, address: caller.address.to_string() }
}

async fn token(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    FormOf(body, _): FormOf<TokenForm>,
) -> Result<Unstored<TokenJson>, OauthError> {
    let TokenRequest { client, fields } = asked(&state, &caller, &headers, &body).await?;
    match fields.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(OauthError::UnsupportedGrantType),
        None => return Err(OauthError::InvalidRequest("grant_type is missing.")),
    }
    let given = ops::give(&state, &client, fields.get("scope"), &from(&caller)).await?;
    Ok(Unstored(TokenJson {
        access_token: given.token.expose().to_owned(),
        token_type: BEARER,
        expires_in: LIFE / 1000,
        scope: given.scope,
    }))
}

async fn introspect(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    FormOf(body, _): FormOf<OneTokenForm>,
) -> Result<Unstored<Introspection>, OauthError> {
    let TokenRequest { client, fields } = asked(&state, &caller, &headers, &body).await?;
    let text = fields.get("token").ok_or(OauthError::InvalidRequest("token is missing."))?;
    let Some(session) = ops::tell(&state, &client, text).await? else {
        return Ok(Unstored(Introspection::default()));
    };
    let of = Active {
        scope: scope::text(&ops::open(&session)),
        client_id: session.username,
        sub: session.actor.subject_id,
        token_type: BEARER,
        iat: session.signed_in_at / 1000,
        exp: session.expires_at / 1000,
        iss: state.config.public_url.clone(),
    };
    Ok(Unstored(Introspection { active: true, of: Some(of) }))
}

async fn revoke(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    FormOf(body, _): FormOf<OneTokenForm>,
) -> Result<Revoked, OauthError> {
    let TokenRequest { client, fields } = asked(&state, &caller, &headers, &body).await?;
    let text = fields.get("token").ok_or(OauthError::InvalidRequest("token is missing."))?;
    ops::take_back(&state, &client, text, &from(&caller)).await?;
    Ok(Revoked)
}

async fn metadata(State(state): State<AppState>) -> Json<Metadata> {
    let url = &state.config.public_url;
    let ways = ["client_secret_basic", "client_secret_post"];
    Json(Metadata {
        issuer: url.clone(),
        token_endpoint: format!("{url}/oauth/token"),
        token_endpoint_auth_methods_supported: ways,
        introspection_endpoint: format!("{url}/oauth/introspect"),
        introspection_endpoint_auth_methods_supported: ways,
        revocation_endpoint: format!("{url}/oauth/revoke"),
        revocation_endpoint_auth_methods_supported: ways,
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        scopes_supported: scope::all(),
    })
}
