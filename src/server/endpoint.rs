//! An endpoint of the HTTP API: what it needs, and what is said of it.

use super::openapi::{About, Operation, Schemas};
use crate::access::{Level, Screen};
use axum::routing::MethodFilter;
use serde_json::Value;

/// What a caller must be allowed before an endpoint does anything. The coverage test calls every endpoint without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
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

/// The query parameters of a list by name, each with its schema.
pub trait Parameters: Sync {
    fn parameters(&self, schemas: &mut Schemas) -> Vec<(String, Value)>;
}

#[derive(Clone)]
pub struct Endpoint {
    pub method: MethodFilter,
    /// `GET`, `POST`, …
    pub verb: &'static str,
    pub path: &'static str,
    pub requirement: Requirement,
    pub about: About,
    pub tag: &'static str,
    /// Of a list: what it understands.
    pub parameters: Option<&'static dyn Parameters>,
    /// What the handler's types say of it.
    pub describe: fn(&mut Operation, &mut Schemas),
}
