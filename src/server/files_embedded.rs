//! The site folder that was built for browsers, inside the binary.

use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "target/site"]
struct Site;

/// What the page of the HTTP API needs, beside the application's own files.
#[derive(rust_embed::RustEmbed)]
#[folder = "target/api-docs"]
#[prefix = "pkg/"]
struct ApiDocs;

pub fn get(name: &str) -> Option<Cow<'static, [u8]>> {
    Site::get(name).or_else(|| ApiDocs::get(name)).map(|file| file.data)
}

pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Site::iter().chain(ApiDocs::iter())
}
