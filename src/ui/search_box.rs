//! `SearchBox(label, value, on_search, id?, placeholder?, action?)`: calls back with the text 250 ms after the last key, `/` focuses it.
//! Without wasm it is a GET form with the field `q` (to `action`, else to the same page).

use super::{Glyph, Icon};
use crate::browser;
use leptos::html;
use leptos::prelude::*;

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
    let (typed, sent) = (StoredValue::new(0_u32), StoredValue::new(value.get_untracked()));
    let send = move |text: String| {
        if sent.try_get_value().is_some_and(|sent| sent != text) {
            sent.set_value(text.clone());
            on_search.run((text,));
        }
    };
    let later = move |text: String| {
        let Some(now) = typed.try_update_value(|typed| {
            *typed += 1;
            *typed
        }) else {
            return;
        };
        browser::after(250, move || {
            if typed.try_get_value() == Some(now) {
                send(text)
            }
        });
    };
    follow(node, value, sent, send);
    let shown = placeholder.unwrap_or_else(|| label.clone());
    let named = label.clone();
    let slash = id.clone();
    Effect::new(move |_| browser::focus_on_slash(slash.clone()));
    view! {
        <form
            role="search"
            class="search"
            aria-label=label
            method="get"
            action=action
            on:submit=move |event| {
                event.prevent_default();
                typed.update_value(|typed| *typed += 1);
                send(node.get_untracked().map(|input| input.value()).unwrap_or_default());
            }
        >
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
                on:input=move |event| later(event_target_value(&event))
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// The field follows the URL (*Back*), and what was typed before hydration is searched.
fn follow(
    node: NodeRef<html::Input>,
    value: Signal<String>,
    sent: StoredValue<String>,
    send: impl Fn(String) + Send + Sync + 'static,
) {
    Effect::new(move |seen: Option<bool>| {
        let Some(input) = node.get() else { return false };
        let now = value.get();
        if seen != Some(true) {
            send(input.value());
        } else if sent.get_value() != now {
            sent.set_value(now.clone());
            input.set_value(&now);
        }
        true
    });
}
