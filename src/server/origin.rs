//! Cross-site requests are refused before anything else looks at them (OWASP ASVS 5.0 §3.5.1-3.5.3).

use super::config::Config;
use http::{HeaderMap, Method, header};

/// Whether a request may go on: reads always; writes when nothing says that they come from elsewhere.
///
/// A write that carries a cookie, and every sign-in form, must have `Sec-Fetch-Site: same-origin` or an `Origin` equal to
/// its `Host` or to the public URL.
pub fn may_write(config: &Config, method: &Method, path: &str, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    // Clients prove themselves there, and no cookie counts.
    if path.starts_with("/oauth/") {
        return true;
    }
    let must_prove = headers.contains_key(header::COOKIE) || path == "/sign-in";
    let same_origin = header_text(headers, "sec-fetch-site") == Some("same-origin");
    let says_foreign =
        header_text(headers, "sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    if says_foreign || foreign_origin(config, headers) {
        return false;
    }
    !must_prove || same_origin || own_origin(config, headers)
}

/// A WebSocket handshake: refused when its `Origin` is present and not the public URL's or the host's own.
pub fn may_open_socket(config: &Config, headers: &HeaderMap) -> bool {
    !headers.contains_key(header::ORIGIN) || own_origin(config, headers)
}

/// The same for one that a ticket opens, which may name one other origin (empty: none).
pub fn may_open_socket_for(config: &Config, headers: &HeaderMap, ticket_names: &str) -> bool {
    let named = !ticket_names.is_empty() && header_text(headers, "origin") == Some(ticket_names);
    named || may_open_socket(config, headers)
}

/// `null` says nothing: a browser sends it for its own forms too, where a policy hides the referrer.
fn foreign_origin(config: &Config, headers: &HeaderMap) -> bool {
    let named = headers.contains_key(header::ORIGIN) && header_text(headers, "origin") != Some("null");
    named && !own_origin(config, headers)
}

fn own_origin(config: &Config, headers: &HeaderMap) -> bool {
    let Some(origin) = header_text(headers, "origin") else { return false };
    let host = header_text(headers, "host").unwrap_or_default();
    let scheme = if config.secure() { "https" } else { "http" };
    origin == config.origin() || (!host.is_empty() && origin == format!("{scheme}://{host}"))
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
