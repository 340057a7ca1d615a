//! The document tells of every operation, of each of them enough, and of nothing else.

use crate::app::{endpoints, openapi};
use crate::features::first_start;
use crate::server::openapi::{Operation, Schemas};
use crate::testing::{ADMIN_PASSWORD, TestApp, both};
use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    openapi::document("/", "doorward")
}

/// Method, path and operation.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let of = |(path, methods): (&String, &'_ Value)| (path.clone(), methods.as_object().unwrap().clone());
    let pairs: Vec<(String, String)> = paths
        .map(of)
        .flat_map(|(path, methods)| methods.keys().map(|method| (path.clone(), method.clone())).collect::<Vec<_>>())
        .collect();
    pairs
        .into_iter()
        .map(|(path, method)| (method.to_uppercase(), path.clone(), &document["paths"][path][method]))
        .collect()
}

/// Every text that stands at a key, wherever it is.
fn all_at<'a>(key: &str, value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (true, Some(text)) = (name == key, value.as_str()) {
                    found.insert(text);
                }
                all_at(key, value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all_at(key, item, found)),
        _ => {}
    }
}

/// A change of the HTTP API, or of a word about it, is seen where it is reviewed. CI compares every byte as well, of what the
/// program prints; the order of keys is another one here.
#[test]
fn document_is_the_one_that_is_checked_in() {
    let now = openapi::document("http://127.0.0.1:3000", "doorward");
    let checked_in: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    assert!(now == checked_in, "docs/openapi.json differs; write it again with `doorward openapi >docs/openapi.json`");
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = document();
    let described: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes = endpoints::all().endpoints.into_iter().map(|it| (it.verb.to_owned(), it.path.to_owned())).collect();
    assert_eq!(described, routes);
    assert!(described.len() > 40, "{}", described.len());
}

#[test]
fn every_operation_has_its_own_id_a_summary_a_tag_and_an_answer() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let text = |key: &str| operation[key].as_str().unwrap_or_default();
        let id = text("operationId");
        assert!(!id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{method} {path}: {id:?}");
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert!(text("summary").starts_with(char::is_uppercase), "{method} {path}: {}", text("summary"));
        assert!(!text("summary").ends_with('.') && text("description").ends_with('.'), "{method} {path}");
        let tag = operation["tags"][0].as_str().unwrap();
        assert!(document["tags"].as_array().unwrap().iter().any(|it| it["name"] == tag), "{tag}");
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        // 101 is a socket.
        assert!(
            statuses.iter().any(|status| status.starts_with('2') || *status == "101"),
            "{method} {path}: {statuses:?}"
        );
    }
}

#[test]
fn every_tag_has_a_sentence_and_every_reference_leads_somewhere() {
    let document = document();
    for tag in document["tags"].as_array().unwrap() {
        assert!(tag["description"].as_str().unwrap().ends_with('.'), "{tag}");
    }
    let mut references = BTreeSet::new();
    all_at("$ref", &document, &mut references);
    assert!(references.len() > 20);
    for reference in &references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let used = format!("#/components/schemas/{name}");
        assert!(references.contains(used.as_str()), "{name} is described and never used");
        assert!(!name.ends_with(char::is_numeric), "two types are called {name}");
    }
}

#[test]
fn no_name_means_one_thing_in_bodies_and_another_in_answers() {
    let mut schemas = Schemas::default();
    for endpoint in endpoints::all().endpoints {
        (endpoint.describe)(&mut Operation::default(), &mut schemas);
    }
    assert_eq!(schemas.named().1, Vec::<String>::new());
}

#[test]
fn bodies_are_as_strict_as_the_server() {
    let document = document();
    let mut bodies = 0;
    for (method, path, operation) in operations(&document) {
        let Some(schema) = operation["requestBody"]["content"]["application/json"].get("schema") else { continue };
        let name = schema["$ref"].as_str().unwrap_or_else(|| panic!("{method} {path} has a body without a name"));
        let schema = document.pointer(&name[1..]).unwrap();
        assert_eq!(schema["additionalProperties"], false, "{name}");
        let statuses = operation["responses"].as_object().unwrap();
        assert!(["400", "413", "415", "422"].iter().all(|status| statuses.contains_key(*status)), "{method} {path}");
        bodies += 1;
    }
    assert!(bodies > 6, "{bodies}");
}

both! {
    async fn document_and_its_page_are_public_and_stay_within_this_host(app: TestApp) {
        let mut stranger = app.browser();
        let served = stranger.get("/api/openapi.json").await.expect(200);
        assert_eq!((served.header("content-type"), served.json()), ("application/json", document()));
        let page = stranger.get("/api/docs").await.expect(200);
        assert!(page.text.contains("<title>HTTP API · Doorward</title>") && page.text.contains("href=\"/\""), "{}", page.text);
        assert!(!page.text.contains("//") && !page.text.contains("<script>"), "{}", page.text);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    }

    async fn description_of_the_api_is_gone_once_it_is_switched_off(app: TestApp) {
        let app = app.untouched(&[("DOORWARD_API_DOCS", "0"), ("DOORWARD_ADMIN_PASSWORD", ADMIN_PASSWORD)]).await;
        first_start::ops::run(&app.state, "Here").await.unwrap();
        for mut browser in [app.browser(), app.admin().await] {
            for path in ["/api/openapi.json", "/api/docs"] {
                assert_eq!(browser.get(path).await.expect(404).json()["code"], "not_found", "{path}");
            }
        }
    }
}
