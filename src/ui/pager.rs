//! `Pager(first, next)`: links to the first and the next page of a keyset list; nothing when there is neither.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[component]
pub fn Pager(#[prop(into)] first: Option<String>, #[prop(into)] next: Option<String>) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {first.map(|href| view! { <a class="button" href=href><Glyph icon=Icon::ChevronLeft /> "First page"</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>"Next page" <Glyph icon=Icon::ChevronRight /></a> })}
            </nav>
        }
    })
}
