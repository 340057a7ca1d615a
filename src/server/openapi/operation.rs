//! One operation: what it takes, what it answers, how it refuses.

use super::schemas::Schemas;
use crate::server::problem::Problem;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What people read of an operation, and where it differs from what its types say.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Stable: programs are generated from it.
    pub id: &'static str,
    pub summary: &'static str,
    pub text: &'static str,
    pub also: &'static [u16],
    pub never: &'static [u16],
}

impl From<(&'static str, &'static str)> for About {
    fn from((id, summary): (&'static str, &'static str)) -> About {
        About { id, summary, text: "", also: &[], never: &[] }
    }
}

impl About {
    pub fn new(id: &'static str, summary: &'static str) -> About {
        (id, summary).into()
    }

    /// What does not fit into the summary.
    #[must_use]
    pub fn text(self, text: &'static str) -> About {
        About { text, ..self }
    }

    /// Statuses of refusals that neither its types nor its need tell of.
    #[must_use]
    pub fn also(self, also: &'static [u16]) -> About {
        About { also, ..self }
    }

    /// Statuses that others of its kind answer with and this one does not.
    #[must_use]
    pub fn never(self, never: &'static [u16]) -> About {
        About { never, ..self }
    }
}

/// An answer when all is well.
#[derive(Debug, Default)]
pub struct Answer {
    pub description: &'static str,
    /// Media type and schema; none without a body.
    pub content: Option<(&'static str, Value)>,
    /// Name, meaning and schema; each of them is always there.
    pub headers: Vec<(&'static str, &'static str, Value)>,
}

#[derive(Debug, Default)]
pub struct Operation {
    /// OpenAPI parameter objects of query and header.
    pub parameters: Vec<Value>,
    pub body: Option<Value>,
    pub answers: BTreeMap<u16, Answer>,
    /// Statuses of refusals, in the form of `problem`.
    pub refusals: BTreeSet<u16>,
    /// Refusals in another form, as response objects.
    pub other: BTreeMap<u16, Value>,
}

impl Operation {
    /// The schema of one query parameter each; none is ever needed. Where no other value is, an empty one is none.
    pub fn query(&mut self, fields: Vec<(String, Value)>) {
        for (name, mut schema) in fields {
            let text = schema.as_object_mut().and_then(|fields| fields.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "required": false, "schema": schema });
            if let Some(text) = text {
                parameter["description"] = text;
            }
            if schema["type"] != "integer" {
                parameter["allowEmptyValue"] = json!(true);
            }
            self.parameters.push(parameter);
        }
    }

    pub fn header(&mut self, name: &str, required: bool, description: &str, schema: &Value) {
        self.parameters.push(json!({
            "name": name, "in": "header", "required": required, "description": description, "schema": schema,
        }));
    }

    pub fn refuses(&mut self, statuses: &[u16]) {
        self.refusals.extend(statuses);
    }
}

impl Answer {
    pub fn to_value(&self) -> Value {
        let mut response = json!({ "description": self.description });
        if let Some((media, schema)) = &self.content {
            response["content"] = json!({ *media: { "schema": schema } });
        }
        if !self.headers.is_empty() {
            let header = |(name, text, schema): &(&str, &str, Value)| {
                ((*name).to_owned(), json!({ "description": text, "required": true, "schema": schema }))
            };
            response["headers"] = self.headers.iter().map(header).collect::<Map<_, _>>().into();
        }
        response
    }
}

/// What a refusal of one status means, and the name of its response.
const REFUSALS: [(u16, &str, &str); 13] = [
    (400, "BadRequest", "The body isn't JSON, or a parameter or cursor is unknown or malformed."),
    (401, "SignIn", "Not signed in, or the token is unknown, expired or revoked."),
    (403, "Forbidden", "The caller isn't allowed to do this in its own organization; `detail` says what is missing."),
    (404, "NotFound", "It doesn't exist, or it is outside the caller's reach."),
    (409, "Conflict", "A name is taken, or the current state doesn't allow this; `code` says why."),
    (412, "Stale", "Someone else changed it since the version in `If-Match`."),
    (413, "TooLarge", "The request is larger than 256 KiB."),
    (415, "UnsupportedMedia", "The body isn't `application/json`."),
    (422, "Invalid", "Fields are missing, unknown or not allowed; `errors` says which."),
    (428, "VersionRequired", "`If-Match` is missing."),
    (
        429,
        "TooMany",
        "Too many requests, or too many failed attempts from this address; `Retry-After` says when to try again.",
    ),
    (500, "Internal", "Something went wrong on the server; `detail` has the id to look for in the log."),
    (503, "Busy", "The server is too busy, or the database isn't available; `Retry-After` says when to try again."),
];

/// The reference to the response of a refusal.
pub fn reference(status: u16) -> Value {
    let name = REFUSALS.iter().find(|(known, ..)| *known == status).map_or("Refused", |(_, name, _)| name);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// All responses that `reference` leads to.
pub fn refusals(schemas: &mut Schemas) -> Map<String, Value> {
    let schema = schemas.written::<Problem>();
    let response = |(status, name, text): &(u16, &str, &str)| {
        let (name, text) = ((*name).to_owned(), *text);
        (name, problem(*status, text, "application/problem+json", &schema))
    };
    REFUSALS.iter().map(response).collect()
}

/// A refusal as a response object: its body, and the headers that its status brings.
pub fn problem(status: u16, text: &str, media: &str, schema: &Value) -> Value {
    let mut response = json!({ "description": text, "content": { media: { "schema": schema } } });
    let header = match StatusCode::from_u16(status) {
        Ok(StatusCode::UNAUTHORIZED) => {
            Some(("WWW-Authenticate", "How to authenticate (RFC 9110 §11.6.1).", json!({ "type": "string" })))
        }
        Ok(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            Some(("Retry-After", "Seconds to wait before trying again.", json!({ "type": "integer" })))
        }
        _ => None,
    };
    if let Some((name, text, schema)) = header {
        response["headers"] = json!({ name: { "description": text, "required": true, "schema": schema } });
    }
    response
}
