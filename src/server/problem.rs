//! Errors over HTTP: `application/problem+json` (RFC 9457).

use crate::db::DbError;
use crate::error::{AppError, Kind};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = status(&self);
        let mut body = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "code": self.code,
            "detail": self.message,
        });
        if !self.fields.is_empty() {
            body["errors"] = json!(self.fields);
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // RFC 6750 §3: a code only for whoever showed a token.
        let challenge = match (self.kind, self.code.as_str()) {
            (Kind::SignIn, "invalid_token") => Some("Bearer realm=\"doorward\", error=\"invalid_token\""),
            (Kind::SignIn, _) => Some("Bearer realm=\"doorward\""),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

pub fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A database error on its way out: the cause goes to the log under an id, and only the id goes further.
///
/// A unique violation that somebody could have caused by typing is mapped to its field before it gets here.
impl From<DbError> for AppError {
    fn from(error: DbError) -> AppError {
        if let DbError::Unavailable(cause) = error {
            tracing::warn!(%cause, "the database is not available");
            return AppError::busy(2);
        }
        let id = super::token::short_id();
        tracing::error!(%id, %error, "a statement failed");
        AppError::internal(&id)
    }
}
