//! What the OAuth endpoints take and answer, as their RFCs name it.

use super::error::{OauthError, OauthProblem};
use crate::server::openapi::{Answer, Input, Operation, Output, Schemas, problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::marker::PhantomData;

pub const BEARER: &str = "Bearer";

/// A form whose fields are those of `T`, still as it was sent: who sent it is looked at first.
pub struct FormOf<T>(pub Bytes, pub PhantomData<T>);

impl<S: Send + Sync, T> FromRequest<S> for FormOf<T> {
    type Rejection = <Bytes as FromRequest<S>>::Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        Ok(FormOf(Bytes::from_request(request, state).await?, PhantomData))
    }
}

impl<T: JsonSchema> Input for FormOf<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let schema = schemas.read::<T>();
        let content = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
        operation.body = Some(json!({ "required": true, "content": content }));
        operation.refuses(&[413]);
    }
}

/// Fields of `/oauth/token`; the last two only without Basic authentication.
#[derive(JsonSchema)]
#[schemars(rename = "TokenRequest")]
#[expect(dead_code, reason = "the fields are read from the form by name")]
pub struct TokenForm {
    #[schemars(extend("const" = "client_credentials"))]
    grant_type: String,
    /// For example `rooms:read alerts:full`; by default everything the client is allowed to do.
    scope: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// Fields of `/oauth/introspect` and `/oauth/revoke`.
#[derive(JsonSchema)]
#[schemars(rename = "TokenToLookAt")]
#[expect(dead_code, reason = "the fields are read from the form by name")]
pub struct OneTokenForm {
    #[schemars(length(min = 1))]
    token: String,
    token_type_hint: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// RFC 6749 §5.1.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccessToken")]
pub struct TokenJson {
    pub access_token: String,
    #[schemars(extend("const" = BEARER))]
    pub token_type: &'static str,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// What it gives access to.
    pub scope: String,
}

/// RFC 7662 §2.2.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Introspection")]
pub struct Introspection {
    pub active: bool,
    #[serde(flatten)]
    pub of: Option<Active>,
}

/// Of a token that is alive and that the client may know of.
#[derive(Serialize, JsonSchema)]
pub struct Active {
    pub scope: String,
    pub client_id: String,
    pub sub: String,
    #[schemars(extend("const" = BEARER))]
    pub token_type: &'static str,
    /// Seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    pub iss: String,
}

/// RFC 8414 §2.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OAuthMetadata")]
pub struct Metadata {
    pub issuer: String,
    pub token_endpoint: String,
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
    pub introspection_endpoint: String,
    pub introspection_endpoint_auth_methods_supported: [&'static str; 2],
    pub revocation_endpoint: String,
    pub revocation_endpoint_auth_methods_supported: [&'static str; 2],
    pub grant_types_supported: [&'static str; 1],
    pub response_types_supported: [&'static str; 0],
    pub scopes_supported: Vec<String>,
}

/// RFC 6749 §5.1: neither kept by browsers nor by what stands between.
pub struct Unstored<T>(pub T);

impl<T: Serialize> IntoResponse for Unstored<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.0).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}

impl<T: JsonSchema> Output for Unstored<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        Json::<T>::describe(operation, schemas);
    }
}

/// RFC 7009 §2.2: 200 whatever became of it, without a body.
pub struct Revoked;

impl IntoResponse for Revoked {
    fn into_response(self) -> Response {
        StatusCode::OK.into_response()
    }
}

impl Output for Revoked {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        let description = "The token no longer works.";
        operation.answers.insert(200, Answer { description, ..Answer::default() });
    }
}

/// How each of them refuses.
impl<T: Output> Output for Result<T, OauthError> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        T::describe(operation, schemas);
        let schema = schemas.written::<OauthProblem>();
        let refusals = [
            (400, "A parameter is missing, repeated or not allowed."),
            (401, "Unknown client, wrong secret or disabled integration: the answer is the same."),
            (429, "Too many wrong secrets from this address."),
            (500, "Something went wrong here."),
            (503, "The server is too busy, or the database isn't available."),
        ];
        for (status, text) in refusals {
            operation.other.insert(status, problem(status, text, "application/json", &schema));
        }
    }
}
