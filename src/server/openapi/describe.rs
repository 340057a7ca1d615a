//! A handler describes its operation by the types of its arguments and of its answer.

use super::operation::{Answer, Operation};
use super::schemas::Schemas;
use crate::error::AppError;
use crate::server::Call;
use crate::server::answer::{Created, Made, NoContent, Upgraded, Versioned};
use crate::server::body::{Body, MaybeBody};
use crate::server::params::{IfMatch, Params};
use crate::types::ListQuery;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{OriginalUri, Path, State};
use axum::{Extension, Json};
use http::HeaderMap;
use schemars::JsonSchema;
use serde_json::json;

/// What an argument of a handler adds to its operation.
pub trait Input {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

/// What the answer of a handler adds to its operation.
pub trait Output {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

/// A handler; `T` is the same tuple as in axum's `Handler`.
pub trait Describe<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

macro_rules! describe {
    ($($input:ident)*) => {
        impl<F, Fut, M, $($input),*> Describe<(M, $($input,)*)> for F
        where
            F: FnOnce($($input),*) -> Fut,
            Fut: Future,
            Fut::Output: Output,
            $($input: Input),*
        {
            fn describe(operation: &mut Operation, schemas: &mut Schemas) {
                $($input::describe(operation, schemas);)*
                Fut::Output::describe(operation, schemas);
            }
        }
    };
}

describe!(A);
describe!(A B);
describe!(A B C);
describe!(A B C D);
describe!(A B C D E);

/// Whoever takes all headers says what it reads of them by its need.
impl Input for HeaderMap {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

/// What it needs stands at its route.
impl Input for Call {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

impl<T> Input for Extension<T> {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

impl Input for OriginalUri {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

impl Input for Result<WebSocketUpgrade, WebSocketUpgradeRejection> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.refuses(&[400]);
    }
}

impl<T> Input for State<T> {
    fn describe(_: &mut Operation, _: &mut Schemas) {}
}

/// The parameters themselves are in the path of the route.
impl<T> Input for Path<T> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.refuses(&[404]);
    }
}

impl<T: JsonSchema> Input for Result<Params<T>, AppError> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.query(schemas.fields::<T>());
        operation.refuses(&[400]);
    }
}

/// What the list understands is said where it is registered.
impl Input for Result<ListQuery, AppError> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.refuses(&[400]);
    }
}

impl Input for Result<IfMatch, AppError> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        let text = "The `ETag` of the version you edited; `*` matches any.";
        operation.header("If-Match", true, text, &json!({ "type": "string", "examples": ["\"3\"", "*"] }));
        operation.refuses(&[412, 428]);
    }
}

/// A body of JSON, needed or not.
fn json_body<T: JsonSchema>(required: bool, operation: &mut Operation, schemas: &mut Schemas) {
    let schema = schemas.read::<T>();
    operation.body = Some(json!({ "required": required, "content": { "application/json": { "schema": schema } } }));
    operation.refuses(&[400, 413, 415, 422]);
}

impl<T: JsonSchema> Input for Result<Body<T>, AppError> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        json_body::<T>(true, operation, schemas);
    }
}

impl<T: JsonSchema> Input for Result<MaybeBody<T>, AppError> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        json_body::<T>(false, operation, schemas);
    }
}

impl<T: Output> Output for Result<T, AppError> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        T::describe(operation, schemas);
    }
}

impl<T: JsonSchema> Output for Json<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let content = Some(("application/json", schemas.written::<T>()));
        operation.answers.insert(200, Answer { description: "Done.", content, ..Answer::default() });
    }
}

/// The header of everything that has versions.
fn etag() -> (&'static str, &'static str, serde_json::Value) {
    ("ETag", "The version, for `If-Match`.", json!({ "type": "string" }))
}

impl<T: JsonSchema> Output for Versioned<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let content = Some(("application/json", schemas.written::<T>()));
        operation.answers.insert(200, Answer { description: "Done.", content, headers: vec![etag()] });
    }
}

impl<T: JsonSchema> Output for Created<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let content = Some(("application/json", schemas.written::<T>()));
        let location =
            ("Location", "The path of what was created.", json!({ "type": "string", "format": "uri-reference" }));
        operation.answers.insert(201, Answer { description: "Created.", content, headers: vec![etag(), location] });
    }
}

impl<T: JsonSchema> Output for Made<T> {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let content = Some(("application/json", schemas.written::<T>()));
        operation.answers.insert(201, Answer { description: "Created.", content, ..Answer::default() });
    }
}

impl Output for Upgraded {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.answers.insert(101, Answer { description: "Switched to a WebSocket.", ..Answer::default() });
    }
}

impl Output for NoContent {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.answers.insert(204, Answer { description: "Done.", ..Answer::default() });
    }
}
