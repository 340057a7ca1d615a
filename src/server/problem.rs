//! Errors over HTTP: `application/problem+json` (RFC 9457).

use crate::db::{DbError, Storage};
use crate::error::{AppError, FieldError, Kind};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// The body of every error.
#[derive(Serialize, JsonSchema)]
pub struct Problem {
    r#type: &'static str,
    /// The name of the status.
    title: &'static str,
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// More specific than the status, for programs.
    code: String,
    /// One sentence for people.
    detail: String,
    /// What is wrong with single fields, if that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, told) = (status(&self), self.clone());
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
        // For whoever knows who asked, and for a layer that tells it otherwise, as a page.
        response.extensions_mut().insert(told);
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
        database(&super::token::short_id(), error)
    }
}

/// The same under the id of a request.
pub fn database(id: &str, error: DbError) -> AppError {
    match error {
        DbError::Unavailable(cause) => {
            tracing::warn!(%id, %cause, "the database is not available");
            AppError::busy(2)
        }
        DbError::Storage(why, cause) => {
            tracing::error!(%id, %cause, "the database cannot store anything");
            storage(why)
        }
        error => {
            tracing::error!(%id, %error, "a statement failed");
            AppError::internal(id)
        }
    }
}

/// Who reads this can do nothing about it but wait, and tell somebody.
fn storage(why: Storage) -> AppError {
    let (code, message, seconds) = match why {
        Storage::Full => ("storage_full", "Nothing can be saved because the server's storage is full.", 30),
        Storage::ReadOnly => ("storage_read_only", "Nothing can be saved because the database is read-only.", 10),
        Storage::Broken => ("storage_failed", "The database can't be read or written at the moment.", 10),
    };
    let message = format!("{message} Try again later, or tell whoever runs Doorward.");
    AppError { retry_after: Some(seconds), ..AppError::new(Kind::Busy, code, message) }
}
