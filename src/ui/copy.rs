//! `CopyButton(text, label?, on_copy?)` says that it copied. `SecretBox(label, secret, stored, note?)`: a secret in monospace that is shown this once, with its
//! copy button; `stored` turns true with the first copy.

use super::{Glyph, Icon};
use crate::browser;
use leptos::prelude::*;

#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    #[prop(default = "Copy".to_owned(), into)] label: String,
    /// Each time it was copied.
    #[prop(optional, into)]
    on_copy: Option<Callback<()>>,
    /// Has the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    // None: not tried, or a while ago.
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let done = browser::copy_text(text.get_untracked()).await;
            copied.try_set(Some(done));
            if let Some(on_copy) = on_copy.filter(|_| done) {
                on_copy.try_run(());
            }
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
    view! { <button type="button" class="button copy" disabled=browser::UNTIL_STARTED autofocus=autofocus on:click=copy>{icon} <span aria-live="polite">{said}</span></button> }
}

#[component]
pub fn SecretBox(
    label: &'static str,
    #[prop(into)] secret: String,
    /// It was copied, by the button or by hand.
    stored: RwSignal<bool>,
    #[prop(default = "Copy it now. You won't see it again.")] note: &'static str,
) -> impl IntoView {
    let copied = move || stored.set(true);
    view! {
        <div class="secret">
            <p class="secret-label">{label}</p>
            <div class="secret-row">
                <code aria-label=label tabindex="0" role="textbox" aria-readonly="true" on:copy=move |_| copied()>{secret.clone()}</code>
                <CopyButton text=secret label=format!("Copy {}", label.to_lowercase()) on_copy=copied autofocus=true />
            </div>
            <p class="field-hint">{note}</p>
        </div>
    }
}
