//! What handlers of the HTTP API answer with: the type says status, headers and body.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// 200 with an `ETag`.
pub struct Versioned<T> {
    version: i64,
    body: T,
}

/// 201 with `Location` and `ETag`.
pub struct Created<T> {
    location: String,
    what: Versioned<T>,
}

/// 201 for what has no address and no version.
pub struct Made<T>(pub T);

/// 101: the connection is a WebSocket from now on.
pub struct Upgraded(pub Response);

/// 204
pub struct NoContent;

pub fn versioned<T>(version: i64, body: T) -> Versioned<T> {
    Versioned { version, body }
}

pub fn created<T>(location: &str, version: i64, body: T) -> Created<T> {
    Created { location: location.to_owned(), what: versioned(version, body) }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = self.what.into_response();
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

impl IntoResponse for Upgraded {
    fn into_response(self) -> Response {
        self.0
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
