//! `Authorization: Bearer …` (RFC 6750): an access token, that of an API user or an API key on its way to the identity behind it.

use super::identity::{Token, find_api_user, find_key, find_token};
use super::state::AppState;
use super::token::{self, TokenKind};
use crate::db::{Conn, DbError};
use crate::error::{AppError, Kind};
use crate::types::Millis;
use http::{HeaderMap, HeaderValue, header};
use std::net::IpAddr;

/// What a request says of itself in its `Authorization` header.
pub enum Authorization {
    Nothing,
    /// What has the form of a token or a key, by its hash.
    Token(TokenKind, String),
    /// One of ours that cannot be right: mistyped, a client secret, or not the only header. Nothing is looked up for it.
    Wrong,
    /// Another scheme or somebody else's token, as a proxy in front may ask for or add (RFC 9110 §11.6.2).
    Foreign,
}

pub fn presented(headers: &HeaderMap) -> Authorization {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Authorization::Nothing;
    }
    if !shows_ours(headers) {
        return Authorization::Foreign;
    }
    match text(headers).map(|token| (token, TokenKind::of(token))) {
        Some((token, Some(kind))) if kind != TokenKind::ClientSecret => Authorization::Token(kind, token::hash(token)),
        _ => Authorization::Wrong,
    }
}

/// A secret of ours stands behind `Bearer`, right or wrong.
pub fn shows_ours(headers: &HeaderMap) -> bool {
    headers.get_all(header::AUTHORIZATION).iter().filter_map(behind_bearer).any(TokenKind::begins)
}

/// What stands behind `Bearer`, whatever it is; none with two such headers.
pub fn text(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let first = values.next().filter(|_| values.next().is_none())?;
    behind_bearer(first)
}

fn behind_bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

pub fn invalid_token() -> AppError {
    AppError::new(Kind::SignIn, "invalid_token", "Invalid or expired token.")
}

/// A cookie and a token together would leave open whose rights count.
pub fn two_at_once() -> AppError {
    AppError::new(Kind::SignIn, "invalid_token", "Send a session cookie or a token, not both.")
}

/// The live token or key under this hash; from memory where that is known to be current. Whoever shows many that are none
/// is told to wait (`wrong_secrets`).
pub async fn find(
    state: &AppState,
    kind: TokenKind,
    token_hash: &str,
    address: IpAddr,
) -> Result<Result<Token, AppError>, DbError> {
    let now = state.now();
    if let Some(token) = state.identities.get(token_hash, now) {
        return Ok(Ok(token));
    }
    let look = match state.look(address, token_hash).await {
        Ok(look) => look,
        Err(refused) => return Ok(Err(refused)),
    };
    let generation = state.identities.generation();
    let mut held = state.db.acquire().await?;
    Ok(match read(&mut held.conn(), kind, token_hash, now).await? {
        Some(token) => {
            state.identities.put(token_hash, &token, generation);
            Ok(token)
        }
        None => Err(look.none().err().unwrap_or_else(invalid_token)),
    })
}

/// The live token or key under this hash, as it stands in the database.
pub async fn read(
    conn: &mut Conn<'_>,
    kind: TokenKind,
    token_hash: &str,
    now: Millis,
) -> Result<Option<Token>, DbError> {
    match kind {
        TokenKind::ApiKey => find_key(conn, token_hash, now).await,
        TokenKind::ApiUser => find_api_user(conn, token_hash, now).await,
        _ => find_token(conn, token_hash, now).await,
    }
}
