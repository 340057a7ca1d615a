//! What the handlers of the HTTP API share: routes with a declared need, bodies, versions, answers.

use super::call::Call;
use super::caller::Caller;
use super::openapi::{About, Describe, Operation, Schemas, Tag};
use super::state::AppState;
use super::text;
use crate::access::{Level, Need, Screen, Target};
use crate::error::{AppError, FieldError, Kind};
use crate::types::ListQuery;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use std::collections::HashSet;

pub use super::answer::{Created, Made, NoContent, Upgraded, Versioned, created, versioned};

/// What a caller must be allowed before an endpoint does anything. The coverage test calls every endpoint without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// A level on a screen.
    Screen(Screen, Level),
    /// A level on the screen that the request itself names.
    NamedScreen(Level),
    /// A level on the screen of the subject that the request is about: a user, an integration.
    SubjectScreen(Level),
    /// A signed-in person, and nothing else: one's own rows.
    Personal,
    /// Signed in, or with a token: whoever is known.
    Known,
    /// A client that proves itself with its secret.
    Client,
    /// Nothing: sign-in itself.
    Public,
}

#[derive(Clone)]
pub struct Endpoint {
    pub method: MethodFilter,
    /// `GET`, `POST`, …
    pub verb: &'static str,
    pub path: &'static str,
    pub declared: Declared,
    pub about: About,
    pub tag: &'static str,
    /// Of a list: its query parameters, by name.
    pub parameters: fn(&mut Schemas) -> Vec<(String, Value)>,
    /// What the handler's types say of it.
    pub describe: fn(&mut Operation, &mut Schemas),
}

/// Routes of the HTTP API; none can be added without saying what it needs, and what it is for.
#[derive(Default)]
pub struct Api {
    router: Router<AppState>,
    pub endpoints: Vec<Endpoint>,
    pub tags: Vec<Tag>,
}

/// A handler that axum can call, and whose types describe it.
pub trait ApiHandler<T>: Handler<T, AppState> + Describe<T> {}

impl<H: Handler<T, AppState> + Describe<T>, T> ApiHandler<T> for H {}

impl Api {
    /// Of one resource, with a sentence on it.
    #[must_use]
    pub fn of(name: &'static str, text: &'static str) -> Api {
        Api { tags: vec![Tag { name, text }], ..Api::default() }
    }

    #[must_use]
    pub fn get<T: 'static>(
        self,
        path: &'static str,
        declared: Declared,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::GET, "GET", path, declared, about.into(), handler)
    }

    /// A list, whose handler takes a `ListQuery`; `parameters` are those that the list understands.
    #[must_use]
    pub fn list<T: 'static>(
        self,
        path: &'static str,
        declared: Declared,
        about: impl Into<About>,
        parameters: fn(&mut Schemas) -> Vec<(String, Value)>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        let mut api = self.get(path, declared, about, handler);
        api.endpoints.last_mut().into_iter().for_each(|endpoint| endpoint.parameters = parameters);
        api
    }

    #[must_use]
    pub fn post<T: 'static>(
        self,
        path: &'static str,
        declared: Declared,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::POST, "POST", path, declared, about.into(), handler)
    }

    #[must_use]
    pub fn patch<T: 'static>(
        self,
        path: &'static str,
        declared: Declared,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::PATCH, "PATCH", path, declared, about.into(), handler)
    }

    #[must_use]
    pub fn delete<T: 'static>(
        self,
        path: &'static str,
        declared: Declared,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::DELETE, "DELETE", path, declared, about.into(), handler)
    }

    fn route<T: 'static, H: ApiHandler<T>>(
        mut self,
        method: MethodFilter,
        verb: &'static str,
        path: &'static str,
        declared: Declared,
        about: About,
        handler: H,
    ) -> Api {
        self.router = self.router.route(path, on(method, handler).layer(Extension(declared)));
        let tag = self.tags.last().map_or("", |tag| tag.name);
        let parameters = |_: &mut Schemas| Vec::new();
        self.endpoints.push(Endpoint { method, verb, path, declared, about, tag, parameters, describe: H::describe });
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Api) -> Api {
        self.router = self.router.merge(other.router);
        self.endpoints.extend(other.endpoints);
        self.tags.extend(other.tags);
        self
    }

    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

/// The doorway of a route: its caller, who may do what the route declared.
impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::sign_in)?;
        match parts.extensions.get::<Declared>() {
            Some(declared) => declared.open(&caller).await,
            None => Err(AppError::internal(&caller.request_id)),
        }
    }
}

impl Declared {
    /// What a request must name itself is left to its handler, which is refused here: it takes the caller.
    pub async fn open(self, caller: &Caller) -> Result<Call, AppError> {
        match self {
            Declared::Screen(screen, level) => {
                caller.allow(&Need { screen, level, target: Target::Organization }).await
            }
            Declared::Personal => caller.personal(),
            Declared::Known => caller.authenticated(),
            Declared::NamedScreen(_) | Declared::SubjectScreen(_) | Declared::Client | Declared::Public => {
                tracing::error!(declared = ?self, "a handler takes the doorway of a need that only the request names");
                Err(AppError::internal(&caller.request_id))
            }
        }
    }
}

/// A JSON body. Wrong syntax is 400, another media type 415, too much 413; what does not fit the type is 422 at its field.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let bytes = json(request, state).await?;
        refuse_nul(&bytes)?;
        refuse_list(&bytes)?;
        parse(&bytes).map(Body)
    }
}

/// The bytes of a body that is said to be JSON.
pub(super) async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, AppError> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().unwrap_or_default().trim() != "application/json" {
        let message = "Send the body as application/json.";
        return Err(AppError::new(Kind::UnsupportedMedia, "unsupported_media_type", message));
    }
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::new(Kind::TooLarge, "too_large", "The body is larger than 256 KiB."),
        _ => AppError::bad_request("malformed", "The body couldn't be read."),
    })
}

/// A JSON body that may be left out, and then so may its Content-Type.
pub struct MaybeBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(MaybeBody(T::default()));
        }
        Body::from_request(request, state).await.map(|Body(body)| MaybeBody(body))
    }
}

/// PostgreSQL has no text with U+0000 in it: refused here, at its field, so that no statement meets one.
fn refuse_nul(bytes: &[u8]) -> Result<(), AppError> {
    // Inside JSON it is always written as an escape.
    if !bytes.windows(6).any(|six| six == b"\\u0000") {
        return Ok(());
    }
    let fields = match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => fields,
        // What is no object, or no JSON at all, is refused for that.
        _ => return Ok(()),
    };
    let holding = fields.iter().filter(|(name, value)| name.contains('\0') || holds_nul(value));
    let error = |name: &String| FieldError::new(name, "malformed", "Control characters aren't allowed here.");
    let errors: Vec<FieldError> = holding.map(|(name, _)| error(name)).collect();
    if errors.is_empty() { Ok(()) } else { Err(AppError::invalid(errors)) }
}

/// serde takes a list for a struct, field by field. Every body here is an object.
fn refuse_list(bytes: &[u8]) -> Result<(), AppError> {
    let begins_one = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    // What is no JSON at all is refused for that.
    if begins_one && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(AppError::invalid(vec![FieldError::new(".", "malformed", "This value has the wrong type.")]));
    }
    Ok(())
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if !cause.is_data() {
            return AppError::bad_request("malformed", "The body isn't JSON.");
        }
        AppError::invalid(vec![field_error(&path, &cause.to_string())])
    })?;
    json.end().map_err(|_| AppError::bad_request("malformed", "There is extra text after the JSON value."))?;
    Ok(value)
}

/// serde says what is wrong in words only; the field is their part between back quotes.
fn field_error(path: &str, cause: &str) -> FieldError {
    let named = cause.split('`').nth(1).unwrap_or_default();
    let below = |name: &str| if path == "." || path == name { name.to_owned() } else { format!("{path}.{name}") };
    if cause.starts_with("unknown field") {
        let field =
            path.rsplit('.').next().filter(|last| *last == named).map_or_else(|| below(named), |_| path.to_owned());
        return FieldError::new(&field, "unknown", "This field doesn't exist.");
    }
    if cause.starts_with("missing field") {
        return text::needed(&below(named));
    }
    if cause.starts_with("unknown variant") {
        return FieldError::new(path, "not_allowed", format!("{named:?} isn't one of the allowed values."));
    }
    FieldError::new(path, "malformed", "This value has the wrong type.")
}

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
        None => Ok(50),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(AppError::bad_request("invalid_parameter", "limit must be a number from 1 to 200.")),
    }
}
