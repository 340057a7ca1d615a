//! No browser files: tests run without a site folder.

use std::borrow::Cow;

pub fn get(_name: &str) -> Option<Cow<'static, [u8]>> {
    None
}

pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    std::iter::empty()
}
