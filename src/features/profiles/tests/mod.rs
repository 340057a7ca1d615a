mod bounds;
mod lists;
mod pages;
mod replacement;
mod writes;

use crate::access::{Level, Levels, Screen};
use crate::testing::{Browser, Given, UserSpec};
use serde_json::{Value, json};

const PROFILES: &str = "/api/v1/profiles";

fn path(id: &str) -> String {
    format!("{PROFILES}/{id}")
}

async fn create(browser: &mut Browser, name: &str, levels: Value) -> Value {
    browser.post(PROFILES, &json!({ "name": name, "levels": levels })).await.expect(201).json()
}

/// The fields that an answer complains about, with their codes.
fn complaints(answer: &Value) -> Vec<(String, String)> {
    let text = |error: &Value, key: &str| error[key].as_str().unwrap().to_owned();
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(|error| (text(error, "field"), text(error, "code"))).collect()
}

fn complaint(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// A Common Manager with rights of their own.
fn manager(levels: Levels) -> UserSpec<'static> {
    UserSpec { username: "manager", grants: vec![Given::own(levels)], ..UserSpec::default() }
}

const WRITES: (Screen, Level) = (Screen::Profiles, Level::Full);
