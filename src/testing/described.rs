//! Every answer of the HTTP API that any test gets is held against the document.

use super::Answer;
use crate::app::openapi;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What one operation answers with one status.
struct Expected {
    media: Option<String>,
    headers: Vec<String>,
    schema: Option<Validator>,
}

struct Documented {
    /// Path by path, the method in lower case.
    operations: BTreeMap<(String, String), BTreeMap<u16, Expected>>,
}

static DOCUMENT: LazyLock<Documented> = LazyLock::new(|| Documented::of(&openapi::document("/", "doorward")));

/// Fails where an answer is none that the document knows of its operation.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    if let Err(why) = DOCUMENT.check(method, path, answer) {
        let text: String = answer.text.chars().take(1_000).collect();
        panic!("{method} {path} answered {} {text}, but {why}", answer.status);
    }
}

impl Documented {
    fn of(document: &Value) -> Documented {
        let mut closed = document["components"].clone();
        close(&mut closed["schemas"]);
        let mut operations = BTreeMap::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let responses = operation["responses"].as_object().unwrap().iter();
                let expected =
                    responses.map(|(status, response)| (status.parse().unwrap(), expected(response, &closed)));
                operations.insert((path.clone(), method.clone()), expected.collect());
            }
        }
        Documented { operations }
    }

    fn check(&self, method: &str, path: &str, answer: &Answer) -> Result<(), String> {
        let method = method.to_lowercase();
        let asked = self.operations.iter().find(|((known, of), _)| *of == method && is(known, path));
        // What is no operation is answered by the router.
        let Some((_, statuses)) = asked else { return Ok(()) };
        let expected = statuses.get(&answer.status).ok_or("the document knows no such status")?;
        let media = Some(answer.header("content-type").to_owned()).filter(|media| !media.is_empty());
        if media != expected.media {
            return Err(format!("its media type {media:?} should be {:?}", expected.media));
        }
        if let Some(missing) = expected.headers.iter().find(|name| answer.header(name).is_empty()) {
            return Err(format!("the header {missing} is missing"));
        }
        let Some(schema) = &expected.schema else {
            return if answer.text.is_empty() { Ok(()) } else { Err("a body is none of it".to_owned()) };
        };
        schema.validate(&answer.json()).map_err(|error| format!("{error} at {}", error.instance_path()))
    }
}

/// Whether a path is one of a route's: `{id}` stands for one part.
fn is(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(known), Some(part)) if known == part || known.starts_with('{') => {}
            _ => return false,
        }
    }
}

fn expected(response: &Value, components: &Value) -> Expected {
    let name = response["$ref"].as_str().map(|path| path.rsplit('/').next().unwrap());
    let response = name.map_or(response, |name| &components["responses"][name]);
    let headers = response["headers"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
    let content = response["content"].as_object().and_then(|content| content.iter().next());
    let Some((media, content)) = content else { return Expected { media: None, headers, schema: None } };
    let schema = json!({ "allOf": [content["schema"]], "components": components });
    let options = jsonschema::options().should_validate_formats(true);
    Expected { media: Some(media.clone()), headers, schema: Some(options.build(&schema).unwrap()) }
}

/// Clients must bear fields that are new to them, but here one that is not described is a mistake.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn answer(status: u16, headers: &[(&'static str, &str)], text: &str) -> Answer {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer { status, headers, text: text.to_owned() }
    }

    #[test]
    fn answer_that_contradicts_the_document_is_found() {
        const JSON: (&str, &str) = ("content-type", "application/json");
        const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
        let missing = r#"{"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"No."}"#;
        let path = "/api/v1/users/01900000-0000-7000-8000-000000000000";
        let check = |answer: &Answer| DOCUMENT.check("GET", path, answer);
        check(&answer(404, &[PROBLEM], missing)).unwrap();
        for (wrong, why) in [
            (answer(418, &[PROBLEM], missing), "no such status"),
            (answer(404, &[JSON], missing), "media type"),
            (answer(404, &[PROBLEM], &missing.replace("code", "kode")), "\"code\""),
            (answer(404, &[PROBLEM], &missing.replace("404", "\"404\"")), "/status"),
            (answer(200, &[JSON], "{}"), "ETag"),
            (answer(429, &[PROBLEM], missing), "Retry-After"),
        ] {
            let told = check(&wrong).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        assert!(DOCUMENT.check("POST", &format!("{path}/close-session"), &answer(204, &[], "x")).is_err());
        assert!(DOCUMENT.check("GET", "/healthz", &answer(418, &[], "x")).is_ok(), "no operation of the API");
    }
}
