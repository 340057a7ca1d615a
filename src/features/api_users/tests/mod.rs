mod access;
mod administration;

use crate::testing::{Browser, TestApp};
use serde_json::{Value, json};

const API_USERS: &str = "/api/v1/api-users";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

async fn made(browser: &mut Browser, body: Value) -> Value {
    browser.post(API_USERS, &body).await.expect(201).json()
}

/// An API user that may do this, made by somebody.
async fn robot(browser: &mut Browser, levels: Value) -> Value {
    made(browser, json!({ "name": "Robot", "rights": { "levels": levels, "places": "everything" } })).await
}

fn path(api_user: &Value, rest: &str) -> String {
    format!("{API_USERS}/{}{rest}", text(api_user, "id"))
}

/// A program with the token of an answer.
fn program(app: &TestApp, answer: &Value) -> Browser {
    app.bearer(text(answer, "access_token"))
}
