//! The site folder that cargo-leptos built, inside the binary.

use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "target/site"]
struct Site;

pub fn get(name: &str) -> Option<Cow<'static, [u8]>> {
    Site::get(name).map(|file| file.data)
}

pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Site::iter()
}
