//! What every request passes: origin check, identity, security headers.

use super::caller::Caller;
use super::config::{Config, Hsts};
use super::request_target::RequestTarget;
use super::state::AppState;
use super::{address, origin, refusal_log};
use crate::error::{AppError, Kind};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// No request carries more than this; avatars and imports will have limits of their own.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Everything but browser files and health goes through here.
pub async fn front(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let path = request.uri().path();
    let asked = RequestTarget::at(request.method(), path);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let address = address::of(peer, headers, &state.config.trusted_proxies);
    if !origin::may_write(&state.config, request.method(), path, headers) {
        let error = AppError::forbidden("cross_site", "Requests from other sites aren't allowed. Nothing was changed.");
        if let Ok(caller) = Caller::identify(state.clone(), headers, address).await {
            caller.asks(asked);
            refusal_log::cross_site(&caller, headers);
        }
        return error.into_response();
    }
    if declared_length(headers).is_some_and(|length| length > BODY_LIMIT) {
        return AppError::new(Kind::TooLarge, "too_large", "The request is larger than 256 KiB.").into_response();
    }
    let oauth = path.starts_with("/oauth/");
    let identified = match oauth {
        // Clients prove themselves in the handler.
        true => Ok(Caller::stranger(state.clone(), headers, address)),
        false => Caller::identify(state.clone(), headers, address).await,
    };
    let caller = match identified {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    let request_id = HeaderValue::from_str(&caller.request_id);
    request.extensions_mut().insert(caller.clone());
    if request.uri().path().starts_with("/fn/") {
        answer_plainly(request.headers_mut());
    } else {
        caller.asks(asked);
    }
    let mut response = next.run(request).await;
    if let Some(refused) = response.extensions().get::<AppError>() {
        refusal_log::beyond(&caller, refused);
    }
    caller.answered(response.status().is_client_error() || response.status().is_server_error());
    if let Ok(id) = request_id {
        response.headers_mut().insert("x-request-id", id);
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Leptos answers a form that is sent to a server function with a redirect to its Referer, whatever host that names. No
/// page of the console sends such forms, so what would ask for it is taken away (OWASP ASVS 5.0 §3.7.2).
fn answer_plainly(headers: &mut HeaderMap) {
    headers.remove(header::REFERER);
    headers.remove(header::ACCEPT);
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// For two years; again with every answer.
fn hsts(config: &Config) -> Option<HeaderValue> {
    match config.hsts {
        Hsts::Off => None,
        _ if !config.secure() => None,
        Hsts::Host => Some(HeaderValue::from_static("max-age=63072000")),
        Hsts::Subdomains => Some(HeaderValue::from_static("max-age=63072000; includeSubDomains")),
    }
}

/// For what is no page: nothing may load, frame or run.
const CSP: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'";

/// On every response, also browser files and errors (OWASP ASVS 5.0 §3.4).
pub async fn security_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: under it a browser sends its own forms with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    }
    if let Some(hsts) = hsts(&state.config) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    response
}

/// The policy of a page without a script: nothing but its own stylesheet, picture and form.
pub const PLAIN_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'self'; \
     form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// The policy of the page that reads the API's description: files of this host, and pictures inside its stylesheet.
pub const DOCS_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; script-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// The policy of a page whose inline script and style carry `nonce`.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; \
         object-src 'none'; frame-ancestors 'none'"
    )
}
