//! `CopyButton(text, label?)` says that it copied. `SecretBox(label, secret, note?, copy?)`: a secret in monospace that is shown this once, with its copy button.

use super::{Glyph, Icon};
use crate::browser;
use leptos::prelude::*;

#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    #[prop(default = "Copy".to_owned(), into)] label: String,
) -> impl IntoView {
    // None: not tried, or a while ago.
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let done = browser::copy_text(text.get_untracked()).await;
            copied.try_set(Some(done));
            browser::after(2_500, move || {
                copied.try_set(None);
            });
        });
    };
    let icon = move || {
        if copied.get() == Some(true) {
            view! { <Glyph icon=Icon::Check /> }
        } else {
            view! { <Glyph icon=Icon::Copy /> }
        }
    };
    let said = move || match copied.get() {
        Some(true) => "Copied".to_owned(),
        Some(false) => "Select it and press Ctrl C".to_owned(),
        None => label.clone(),
    };
    view! { <button type="button" class="button copy" disabled=browser::UNTIL_STARTED on:click=copy>{icon} <span aria-live="polite">{said}</span></button> }
}

#[component]
pub fn SecretBox(
    #[prop(into)] label: String,
    #[prop(into)] secret: String,
    #[prop(optional, into)] note: Option<String>,
    /// On the button.
    #[prop(default = "Copy".to_owned(), into)]
    copy: String,
) -> impl IntoView {
    let note = note.unwrap_or_else(|| "It is shown only this once. Keep it where it is safe.".to_owned());
    view! {
        <div class="secret">
            <p class="secret-label">{label.clone()}</p>
            <div class="secret-row">
                <code aria-label=label tabindex="0" role="textbox" aria-readonly="true">{secret.clone()}</code>
                <CopyButton text=secret label=copy />
            </div>
            <p class="field-hint">{note}</p>
        </div>
    }
}
