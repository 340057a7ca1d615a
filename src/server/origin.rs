//! Cross-site requests are refused before anything else looks at them (OWASP ASVS 5.0 §3.5.1-3.5.3).

use super::config::Config;
use super::{bearer, cookies};
use http::{HeaderMap, Method, header};

/// Whether a request may go on: reads always, and whatever no browser sends by itself.
///
/// A write that the session cookie proves, and every form that signs in or out, must have `Sec-Fetch-Site: same-origin` or
/// an `Origin` equal to its `Host` or to the public URL, and nothing that says otherwise. Other cookies prove nothing, and
/// beside a token the session cookie does not either: both at once are refused further on.
pub fn may_write(config: &Config, method: &Method, path: &str, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    // Clients prove themselves there, and no cookie counts.
    if path.starts_with("/oauth/") {
        return true;
    }
    let cookie = !cookies::all(headers, config.cookie_name()).is_empty();
    let form = matches!(path, "/sign-in" | "/sign-out");
    let must_prove = form || (cookie && !bearer::shows_ours(headers));
    !must_prove || comes_from_here(config, headers)
}

fn comes_from_here(config: &Config, headers: &HeaderMap) -> bool {
    let site = header_text(headers, "sec-fetch-site");
    let says_foreign = matches!(site, Some("cross-site" | "same-site")) || foreign_origin(config, headers);
    !says_foreign && (site == Some("same-origin") || own_origin(config, headers))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::token::{Secret, TokenKind};

    const URL: &str = "https://doorward.example";

    fn config() -> Config {
        Config::load(None, |name| (name == "DOORWARD_PUBLIC_URL").then(|| URL.to_owned())).unwrap()
    }

    fn headers(sent: &[(&'static str, &str)]) -> HeaderMap {
        let sent = sent.iter().filter(|(_, value)| !value.is_empty());
        sent.map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_what_a_browser_sends_by_itself_must_prove_where_it_comes_from() {
        let (config, token) = (config(), format!("Bearer {}", Secret::issue(TokenKind::Access).expose()));
        let sites = ["", "same-origin", "same-site", "cross-site", "none"];
        let origins = ["", URL, "http://doorward.example", "https://evil.example", "null"];
        let cookies = ["", "AWSALB=abc", "doorward=other-name", "__Host-doorward=x", "a=b; __Host-doorward=x"];
        let authorizations = ["", "Basic eDp5", "Bearer eyJ.e30.x", token.as_str()];
        let paths = ["/api/v1/profiles", "/fn/me.act", "/me", "/sign-in", "/sign-out"];
        let mut combinations = 0;
        for (site, origin) in sites.into_iter().flat_map(|site| origins.map(|origin| (site, origin))) {
            for (cookie, authorization) in cookies.into_iter().flat_map(|cookie| authorizations.map(|it| (cookie, it)))
            {
                let sent = headers(&[
                    ("host", "doorward.example"),
                    ("sec-fetch-site", site),
                    ("origin", origin),
                    ("cookie", cookie),
                    ("authorization", authorization),
                ]);
                let nothing_foreign = !site.ends_with("-site") && matches!(origin, "" | URL | "null");
                let from_here = nothing_foreign && (site == "same-origin" || origin == URL);
                for (path, method) in
                    paths.into_iter().flat_map(|path| [Method::POST, Method::DELETE].map(|it| (path, it)))
                {
                    let proven = path.starts_with("/sign-") || (cookie.contains("__Host-") && authorization != token);
                    let may = may_write(&config, &method, path, &sent);
                    assert_eq!(may, !proven || from_here, "{method} {path} {sent:?}");
                    combinations += 1;
                }
                assert!(may_write(&config, &Method::GET, "/api/v1/profiles", &sent));
            }
        }
        assert_eq!(combinations, 5000);
    }
}
