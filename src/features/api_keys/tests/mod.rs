mod keys;
mod owner;
mod passwords;
mod plans;

use crate::testing::{Browser, TestApp};
use serde_json::Value;

/// A key that its owner made over the HTTP API: the answer, with the secret in it.
async fn made(owner: &mut Browser, body: Value) -> Value {
    owner.post("/api/v1/api-keys", &body).await.expect(201).json()
}

fn text<'a>(key: &'a Value, field: &str) -> &'a str {
    key[field].as_str().unwrap()
}

/// A program that sends the secret of this key.
fn program(app: &TestApp, key: &Value) -> Browser {
    app.client().with("authorization", &format!("Bearer {}", text(key, "secret")))
}

fn path(key: &Value) -> String {
    format!("/api/v1/api-keys/{}", text(key, "id"))
}
