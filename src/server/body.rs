//! The bodies that handlers of the HTTP API take, and what is said of one that does not fit.

use super::text;
use crate::access::NO_SUCH_SCREEN;
use crate::error::{AppError, FieldError, Kind};
use crate::types::NOT_AN_INSTANT;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

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
    let sentence = cause.rsplit_once(" at line ").map_or(cause, |(sentence, _)| sentence);
    if sentence.starts_with(NO_SUCH_SCREEN) {
        return FieldError::new(path, "unknown", sentence);
    }
    if sentence == NOT_AN_INSTANT {
        return FieldError::new(path, "malformed", sentence);
    }
    FieldError::new(path, "malformed", "This value has the wrong type.")
}
