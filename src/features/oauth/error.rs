//! Errors of the OAuth endpoints (RFC 6749 §5.2), which are no problems in the sense of RFC 9457.

use crate::error::{AppError, Kind};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// RFC 6749 §5.2.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OAuthError")]
pub struct OauthProblem {
    /// `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, …
    error: &'static str,
    error_description: String,
}

#[derive(Debug)]
pub enum OauthError {
    /// Malformed, a parameter missing or given twice, two ways of authentication at once.
    InvalidRequest(&'static str),
    /// Unknown client, wrong secret, disabled: one answer.
    InvalidClient,
    InvalidScope(String),
    UnsupportedGrantType,
    /// Throttled, overloaded, broken: with its own status.
    Other(AppError),
}

impl From<AppError> for OauthError {
    fn from(error: AppError) -> Self {
        OauthError::Other(error)
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let (status, code, description) = match &self {
            OauthError::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", (*why).to_owned()),
            OauthError::InvalidClient => {
                let why = "Wrong client ID or secret, or the integration is disabled.";
                (StatusCode::UNAUTHORIZED, "invalid_client", why.to_owned())
            }
            OauthError::InvalidScope(why) => (StatusCode::BAD_REQUEST, "invalid_scope", why.clone()),
            OauthError::UnsupportedGrantType => {
                let why = "Only client_credentials is supported.";
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", why.to_owned())
            }
            OauthError::Other(error) => (status_of(error), code_of(error), error.message.clone()),
        };
        let mut response = (status, Json(OauthProblem { error: code, error_description: description })).into_response();
        let headers = response.headers_mut();
        match self {
            OauthError::InvalidClient => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"doorward\""));
            }
            OauthError::Other(error) => {
                if let Some(seconds) = error.retry_after {
                    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
            }
            _ => {}
        }
        response
    }
}

fn status_of(error: &AppError) -> StatusCode {
    crate::server::problem::status(error)
}

/// The codes of RFC 6749 §4.1.2.1 for what is no fault of the client.
fn code_of(error: &AppError) -> &'static str {
    match error.kind {
        Kind::Busy | Kind::TooMany => "temporarily_unavailable",
        _ => "server_error",
    }
}
