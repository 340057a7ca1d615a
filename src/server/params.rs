//! What handlers of the HTTP API take beside a body: query parameters, the parameters of a list, the version that they know.

use crate::error::{AppError, Kind};
use crate::types::{ListQuery, PAGE_SIZE};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use std::collections::HashSet;

/// Query parameters; an unknown or malformed one is 400, and so is one with U+0000 in it.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        if pairs.into_iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(AppError::bad_request("invalid_parameter", "A query parameter is malformed."));
        }
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Params(params)),
            Err(rejection) => {
                // The cause names the parameter; the rest of its words are not for clients.
                let text = rejection.body_text();
                let named = text.split('`').nth(1).filter(|_| text.contains("unknown field"));
                let message = named.map_or_else(
                    || "A query parameter is malformed.".to_owned(),
                    |name| format!("There is no query parameter {name:?}."),
                );
                Err(AppError::bad_request("invalid_parameter", message))
            }
        }
    }
}

/// What a list takes: whatever is none of the parameters of every list is a filter, which the list itself knows or refuses.
impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let malformed = || AppError::bad_request("invalid_parameter", "A query parameter is malformed.");
        let mut query = ListQuery::default();
        let mut names = HashSet::new();
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            if name.contains('\0') || value.contains('\0') || !names.insert(name.clone()) {
                return Err(malformed());
            }
            match name.as_ref() {
                "q" => query.q = value.into_owned(),
                "sort" => query.sort = value.into_owned(),
                "cursor" => query.cursor = value.into_owned(),
                "limit" => query.limit = Some(value.parse().map_err(|_| malformed())?),
                _ => query.filters.push((name.into_owned(), value.into_owned())),
            }
        }
        Ok(query)
    }
}

/// The version that a write was based on. `*` is any; none given is 428.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        if_match(&parts.headers)
    }
}

fn if_match(headers: &HeaderMap) -> Result<IfMatch, AppError> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        let message = "Send the ETag of the version you edited as If-Match.";
        return Err(AppError::new(Kind::VersionRequired, "version_required", message));
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(IfMatch(None));
    }
    let version = text.trim_matches('"').parse();
    // A tag that was never ours cannot be the current version.
    Ok(IfMatch(Some(version.unwrap_or(-1))))
}

/// 412 unless the caller knows the current version; says what to do.
pub fn current(known: Option<i64>, version: i64) -> Result<(), AppError> {
    if known.is_none_or(|known| known == version) {
        return Ok(());
    }
    let message = "Someone else changed this in the meantime. Get the current version and try again.";
    Err(AppError::new(Kind::Stale, "stale", message))
}

/// The most rows that one page of the HTTP API holds.
pub const LIMIT_MAX: i64 = 200;

/// The `limit` of a list: 50 unless given, 1 to 200.
pub fn limit(given: Option<i64>) -> Result<i64, AppError> {
    match given {
        None => Ok(PAGE_SIZE),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(AppError::bad_request("invalid_parameter", "limit must be a number from 1 to 200.")),
    }
}
