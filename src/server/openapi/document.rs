//! All operations as one document.

use super::operation::{About, Operation, reference, refusals};
use super::schemas::Schemas;
use crate::server::endpoint::{Endpoint, Requirement};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What operations are grouped by, with a sentence on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: &'static str,
    pub text: &'static str,
}

const ABOUT: &str = "\
The HTTP API of Doorward: everything the console can do, under the same rules.\n\n\
Send an access token or an API key as `Authorization: Bearer …`. Permissions are checked again for each request; \
`x-doorward-need` and the description of an operation say what it requires.\n\n\
Every answer has an `X-Request-Id`, which the audit log records. To read a list to the end, send `next_cursor` as \
`cursor` until it is null. An edit names the version it is based on in `If-Match`.";

/// The document. `server` is what paths are relative to, `cookie` is called what the console's cookie is.
pub fn document(endpoints: &[Endpoint], tags: &[Tag], server: &str, cookie: &str) -> Value {
    let mut schemas = Schemas::default();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for endpoint in endpoints {
        let operation = described(endpoint, &mut schemas);
        paths.entry(endpoint.path).or_default().insert(endpoint.verb.to_ascii_lowercase(), operation);
    }
    let responses = refusals(&mut schemas);
    let tags: Vec<Value> = tags.iter().map(|tag| json!({ "name": tag.name, "description": tag.text })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Doorward", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": server }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas.named().0,
            "responses": responses,
            "parameters": { "Organization": organization(), "IdempotencyKey": idempotency_key() },
            "securitySchemes": security_schemes(cookie),
        },
    })
}

fn organization() -> Value {
    json!({
        "name": "Doorward-Organization", "in": "header", "required": false,
        "description": "The id of the organization you expect to be the current one; 409 if it isn't.",
        "schema": { "type": "string", "format": "uuid" },
    })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "A request repeated within a day with the same key and body gets the first answer and does nothing.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~][!-~]*$" },
    })
}

fn security_schemes(cookie: &str) -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "The access token of an integration (`dwt_…`) or an API user (`dwu_…`), or a user's API \
                key (`dwk_…`).",
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": cookie,
            "description": "The session of a user who is signed in to the console. It can't be combined with `bearer`.",
        },
        "client": {
            "type": "http", "scheme": "basic",
            "description": "The client ID and secret of an integration, as `client_secret_basic`.",
        },
    })
}

fn described(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let About { id, summary, text, also, never } = endpoint.about;
    let mut operation = Operation::default();
    operation.query(endpoint.parameters.map(|of| of.parameters(schemas)).unwrap_or_default());
    (endpoint.describe)(&mut operation, schemas);
    operation.refuses(common(endpoint));
    operation.refuses(also);
    let refused = operation.refusals.iter().filter(|status| !never.contains(status));
    let mut responses: BTreeMap<String, Value> =
        refused.map(|status| (status.to_string(), reference(*status))).collect();
    responses.extend(operation.other.iter().map(|(status, response)| (status.to_string(), response.clone())));
    responses.extend(operation.answers.iter().map(|(status, answer)| (status.to_string(), answer.to_value())));
    let needed = needed(endpoint.requirement);
    let mut described = json!({
        "operationId": id,
        "summary": summary,
        "description": if text.is_empty() { needed } else { format!("{text}\n\n{needed}") },
        "tags": [endpoint.tag],
        "security": security(endpoint.requirement),
        "x-doorward-need": need(endpoint.requirement),
        "parameters": parameters(endpoint, operation.parameters),
        "responses": responses,
    });
    if let Some(body) = operation.body {
        described["requestBody"] = body;
    }
    described
}

/// What every operation of its kind may answer besides.
fn common(endpoint: &Endpoint) -> &'static [u16] {
    match endpoint.requirement {
        Requirement::Public => &[500, 503],
        // In the form of their RFCs, which their handlers tell of.
        Requirement::Client => &[],
        Requirement::Known if endpoint.verb == "GET" => &[401, 409, 429, 500, 503],
        // With an idempotency key.
        _ if endpoint.verb == "POST" => &[400, 401, 403, 409, 413, 422, 429, 500, 503],
        _ => &[401, 403, 409, 429, 500, 503],
    }
}

fn parameters(endpoint: &Endpoint, others: Vec<Value>) -> Vec<Value> {
    let names = endpoint.path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let path = names.map(|(name, _)| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
    });
    let mut all: Vec<Value> = path.chain(others).collect();
    if !matches!(endpoint.requirement, Requirement::Public | Requirement::Client) {
        all.push(json!({ "$ref": "#/components/parameters/Organization" }));
        if endpoint.verb == "POST" {
            all.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
    }
    all
}

fn security(requirement: Requirement) -> Value {
    match requirement {
        Requirement::Screen(..) | Requirement::NamedScreen(_) | Requirement::SubjectScreen(_) | Requirement::Known => {
            json!([{ "bearer": [] }, { "session": [] }])
        }
        Requirement::Personal => json!([{ "session": [] }]),
        // Or in the form.
        Requirement::Client => json!([{ "client": [] }, {}]),
        Requirement::Public => json!([]),
    }
}

/// For programs.
fn need(requirement: Requirement) -> Value {
    match requirement {
        Requirement::Screen(screen, level) => json!({ "screen": screen, "level": level }),
        Requirement::NamedScreen(level) => json!({ "screen": "named", "level": level }),
        Requirement::SubjectScreen(level) => json!({ "screen": "subject", "level": level }),
        Requirement::Personal => json!("personal"),
        Requirement::Known => json!("known"),
        Requirement::Client => json!("client"),
        Requirement::Public => json!("public"),
    }
}

/// For people.
fn needed(requirement: Requirement) -> String {
    match requirement {
        Requirement::Screen(screen, of) => format!("Requires *{}* at {}.", screen.label(), of.label()),
        Requirement::NamedScreen(of) => format!("Requires the named screen at {}.", of.label()),
        Requirement::SubjectScreen(of) => {
            format!(
                "Requires the screen of the grant's recipient (*Users*, *Members* or *Integrations*) at {}.",
                of.label()
            )
        }
        Requirement::Personal => "Requires a user who is signed in to the console.".to_owned(),
        Requirement::Known => "Requires a signed-in user or a token, but no permissions.".to_owned(),
        Requirement::Client => "Requires the client ID and secret of an integration.".to_owned(),
        Requirement::Public => "Requires no authentication.".to_owned(),
    }
}
