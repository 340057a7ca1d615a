//! `Paging`: how much of a list a page shows and where its other pages are. A table says it above its rows, and below them
//! where there is more than one page.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// Made by `console::list::List::paging`.
pub struct Paging {
    /// `51–100 of 2,005 users`, or how many where the beginning is not known.
    pub said: String,
    /// The same without what is counted.
    pub range: String,
    pub first: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Paging {
    pub(super) fn above(&self) -> AnyView {
        let pages = self.has_pages().then(|| self.pages("Pages"));
        view! { <div class="list-line"><p class="count" aria-live="polite">{self.said.clone()}</p>{pages}</div> }
            .into_any()
    }

    pub(super) fn below(&self) -> AnyView {
        if !self.has_pages() {
            return ().into_any();
        }
        let pages = self.pages("Pages, below the list");
        view! { <div class="list-line"><p class="count">{self.range.clone()}</p>{pages}</div> }.into_any()
    }

    fn has_pages(&self) -> bool {
        self.first.is_some() || self.previous.is_some() || self.next.is_some()
    }

    fn pages(&self, label: &'static str) -> AnyView {
        view! {
            <nav class="pager" aria-label=label>
                {self.first.clone().map(|href| view! { <a class="button quiet" href=href>"First page"</a> })}
                {step("Previous page", Icon::ChevronLeft, self.previous.clone())}
                {step("Next page", Icon::ChevronRight, self.next.clone())}
            </nav>
        }
        .into_any()
    }
}

/// One that leads nowhere keeps its place, so that the other stays under the pointer.
fn step(label: &'static str, icon: Icon, href: Option<String>) -> AnyView {
    match href {
        Some(href) => {
            view! { <a class="button quiet square" href=href aria-label=label title=label><Glyph icon=icon /></a> }
                .into_any()
        }
        None => view! { <span class="button quiet square" aria-hidden="true"><Glyph icon=icon /></span> }.into_any(),
    }
}
