//! `SearchBox(label, value, on_search, id?, placeholder?, action?)`: calls back with the text 250 ms after the last key; `/` focuses the one with the id `search` (`app/page.js`).
//! Without wasm it is a GET form with the field `q` (to `action`, else to the same page).

use super::{Glyph, Icon};
use crate::browser;
use leptos::html;
use leptos::prelude::*;

/// Calls back once per text: at once, or 250 ms after the last key.
#[derive(Clone, Copy)]
pub(super) struct Search {
    typed: StoredValue<u32>,
    sent: StoredValue<String>,
    on_search: Callback<(String,)>,
}

impl Search {
    pub(super) fn new(sent: String, on_search: Callback<(String,)>) -> Search {
        Search { typed: StoredValue::new(0), sent: StoredValue::new(sent), on_search }
    }

    /// Calls back whatever was sent before.
    pub(super) fn ask(self, text: String) {
        self.key();
        self.sent.set_value(text.clone());
        self.on_search.run((text,));
    }

    fn send(self, text: String) {
        if self.sent.try_get_value().is_some_and(|sent| sent != text) {
            self.sent.set_value(text.clone());
            self.on_search.run((text,));
        }
    }

    pub(super) fn later(self, text: String) {
        let Some(now) = self.key() else { return };
        browser::after(250, move || {
            if self.typed.try_get_value() == Some(now) {
                self.send(text)
            }
        });
    }

    /// Counts a key: what waits for an earlier one is not sent any more.
    fn key(self) -> Option<u32> {
        self.typed.try_update_value(|typed| {
            *typed += 1;
            *typed
        })
    }
}

#[component]
pub fn SearchBox(
    #[prop(into)] label: String,
    /// The search in the URL.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] on_search: Callback<(String,)>,
    #[prop(default = "search".to_owned(), into)] id: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = None, into)] action: Option<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let search = Search::new(value.get_untracked(), on_search);
    follow(node, value, search);
    let shown = placeholder.unwrap_or_else(|| label.clone());
    let named = label.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        search.key();
        search.send(node.get_untracked().map(|input| input.value()).unwrap_or_default());
    };
    view! {
        <form role="search" class="search" aria-label=label method="get" action=action on:submit=submit>
            <Glyph icon=Icon::Search />
            <input
                node_ref=node
                type="search"
                class="input"
                id=id
                name="q"
                aria-label=named
                placeholder=shown
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                value=value.get_untracked()
                on:input=move |event| search.later(event_target_value(&event))
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// The field follows the URL (*Back*), and what was typed before hydration is searched.
fn follow(node: NodeRef<html::Input>, value: Signal<String>, search: Search) {
    Effect::new(move |seen: Option<bool>| {
        let Some(input) = node.get() else { return false };
        let now = value.get();
        if seen != Some(true) {
            search.send(input.value());
        } else if search.sent.get_value() != now {
            search.sent.set_value(now.clone());
            input.set_value(&now);
        }
        true
    });
}
