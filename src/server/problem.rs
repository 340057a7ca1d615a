//! Errors over HTTP: `application/problem+json` (RFC 9457).

use crate::db::DbError;
use crate::error::{AppError, FieldError, Kind};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// The body of every refusal.
#[derive(Serialize, JsonSchema)]
pub struct Problem {
    r#type: &'static str,
    /// The words of the status.
    title: &'static str,
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// Finer than the status, for programs.
    code: String,
    /// One sentence for people.
    detail: String,
    /// What is wrong with single fields, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = status(&self);
        // For whoever knows who asked, on the way out.
        let refused = self.is_beyond().then(|| self.clone());
        let problem = Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code: self.code.clone(),
            detail: self.message,
            errors: self.fields,
        };
        let body = serde_json::to_string(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        if let Some(refused) = refused {
            response.extensions_mut().insert(refused);
        }
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
