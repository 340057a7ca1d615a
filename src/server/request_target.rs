//! What a request is about, as the audit log names it: the object in the address, or in the arguments of a function.

use super::clock::is_id;
use super::refusals::short;
use http::Method;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestTarget {
    /// `POST /api/v1/users/…/disable`
    pub request: String,
    /// Its kind, and its id where one was named.
    pub object: Option<(&'static str, String)>,
}

impl RequestTarget {
    /// By the address alone.
    pub fn at(method: &Method, path: &str) -> RequestTarget {
        let mut parts = path.strip_prefix("/api/v1/").unwrap_or_default().split('/');
        let kind = parts.next().and_then(kind);
        let id = parts.next().filter(|id| is_id(id)).unwrap_or_default().to_owned();
        RequestTarget { request: short(&format!("{method} {path}")), object: kind.map(|kind| (kind, id)) }
    }

    /// By the arguments of a server function.
    pub fn of(path: &str, arguments: &Value) -> RequestTarget {
        let kind = path.strip_prefix("/fn/").and_then(|name| name.split('.').next()).and_then(kind);
        let id = arguments["id"].as_str().filter(|id| is_id(id)).unwrap_or_default().to_owned();
        RequestTarget { request: short(&format!("POST {path}")), object: kind.map(|kind| (kind, id)) }
    }
}

fn kind(resource: &str) -> Option<&'static str> {
    Some(match resource {
        "users" => "user",
        "profiles" => "profile",
        "sessions" => "session",
        "integrations" => "integration",
        "teams" => "team",
        "api-users" | "api_users" => "api_user",
        "api-keys" | "api_keys" => "api_key",
        "grants" => "grant",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "01900000-0000-7000-8000-000000000000";

    #[test]
    fn object_is_found_in_the_address_and_in_the_arguments() {
        let user = Some(("user", ID.to_owned()));
        let rest = RequestTarget::at(&Method::POST, &format!("/api/v1/users/{ID}/disable"));
        assert_eq!((rest.object, rest.request), (user.clone(), format!("POST /api/v1/users/{ID}/disable")));
        assert_eq!(RequestTarget::of("/fn/users.disable", &json!({ "id": ID })).object, user);
        assert_eq!(RequestTarget::at(&Method::POST, "/api/v1/users").object, Some(("user", String::new())));
        assert_eq!(
            RequestTarget::of("/fn/users.create", &json!({ "id": "no id" })).object,
            Some(("user", String::new()))
        );
        assert_eq!(RequestTarget::at(&Method::GET, "/rooms").object, None);
        assert_eq!(RequestTarget::at(&Method::GET, &"/x".repeat(1_000)).request.len(), 200);
    }
}
