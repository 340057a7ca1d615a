//! The browser's files from inside the binary, which holds them compressed: under a folder that is named by their content.

use super::files;
use crate::error::AppError;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;
use std::io::Read;

/// Content type by file name; an unknown one is not served.
const TYPES: [(&str, &str); 6] = [
    (".js", "text/javascript; charset=utf-8"),
    (".wasm", "application/wasm"),
    (".css", "text/css; charset=utf-8"),
    (".json", "application/json"),
    (".svg", "image/svg+xml"),
    (".png", "image/png"),
];

/// `pkg-` and a hash over the name and content of every embedded file: a new build never meets an old cache.
pub fn folder() -> String {
    let mut digest = Sha256::new();
    for name in files::names() {
        digest.update(name.as_bytes());
        digest.update(files::get(&name).unwrap_or_default());
    }
    let mut text = String::from("pkg-");
    for byte in digest.finalize().iter().take(8) {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The files that hold pages beyond the first, what they share, and what loads them: to be fetched ahead.
pub fn chunks() -> Vec<String> {
    let wasm = |name: &str| (name.starts_with("split_") || name.starts_with("chunk_")) && name.ends_with(".wasm");
    let chunk = |name: &str| wasm(name) || (name.starts_with("__wasm_split.") && name.ends_with(".js"));
    let names = files::names().filter_map(|path| Some(path.strip_prefix("pkg/")?.trim_end_matches(".br").to_owned()));
    names.filter(|name| chunk(name)).collect()
}

/// `GET /pkg-<hash>/{file}`: cached for ever.
pub async fn package(Path(file): Path<String>, headers: HeaderMap) -> Response {
    serve(&format!("pkg/{file}"), &headers, "public, max-age=31536000, immutable")
}

/// `GET /favicon.svg` and the other files with a fixed address: cached for a day.
pub async fn public(file: &'static str, headers: HeaderMap) -> Response {
    serve(file, &headers, "public, max-age=86400")
}

fn serve(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some((_, content_type)) = TYPES.iter().find(|(ending, _)| name.ends_with(ending)) else {
        return AppError::not_found().into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encoded = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepted.split(',').any(|offer| offer.trim().split(';').next() == Some(*coding)))
        .find_map(|(coding, ending)| Some((coding, files::get(&format!("{name}{ending}"))?)));
    let (coding, body) = match encoded {
        Some((coding, body)) => (Some(coding), body),
        None => match plain(name) {
            Some(body) => (None, body),
            None => return AppError::not_found().into_response(),
        },
    };
    let mut response = body.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// For what takes neither coding. A debug build serves files that are not compressed.
fn plain(name: &str) -> Option<Cow<'static, [u8]>> {
    files::get(name).or_else(|| {
        let (packed, mut bytes) = (files::get(&format!("{name}.gz"))?, Vec::new());
        GzDecoder::new(&*packed).read_to_end(&mut bytes).ok()?;
        Some(bytes.into())
    })
}
