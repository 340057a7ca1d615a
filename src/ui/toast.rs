//! `provide_toasts()` once at the top, `ToastRegion()` once in the layout, then `use_toasts().say("Saved")` or `.offer("Deleted", "Undo", callback)` anywhere.
//! A toast leaves after a few seconds, but not while it is pointed at or focused.

use super::{Button, ButtonKind, Glyph, Icon, IconButton};
use crate::browser;
use leptos::prelude::*;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    act: Option<(String, Callback<()>)>,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    /// Pointed at or focused: nothing leaves meanwhile.
    held: RwSignal<bool>,
}

pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0), held: RwSignal::new(false) };
    provide_context(toasts);
    toasts
}

/// Without `provide_toasts` above, what is said is not heard.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

impl Toasts {
    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), None, 6_000);
    }

    /// Says it with a button.
    pub fn offer(self, text: impl Into<String>, label: impl Into<String>, act: impl Into<Callback<()>>) {
        self.add(text.into(), Some((label.into(), act.into())), 12_000);
    }

    fn add(self, text: String, act: Option<(String, Callback<()>)>, milliseconds: u32) {
        let id = self
            .next
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or_default();
        self.shown.update(|shown| {
            // The same words again replace the old ones.
            shown.retain(|toast| toast.text != text);
            shown.push(Toast { id, text, act });
        });
        self.leave(id, milliseconds);
    }

    fn leave(self, id: u32, milliseconds: u32) {
        browser::after(milliseconds, move || match self.held.try_get_untracked() {
            Some(true) => self.leave(id, 2_000),
            Some(false) => self.dismiss(id),
            None => {}
        });
    }

    fn dismiss(self, id: u32) {
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div
            class="toasts"
            role="status"
            on:pointerenter=move |_| toasts.held.set(true)
            on:pointerleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.shown.get() key=|toast| toast.id children=move |toast| toast_view(toasts, toast) />
        </div>
    }
}

fn toast_view(toasts: Toasts, toast: Toast) -> AnyView {
    let id = toast.id;
    let close = move || toasts.dismiss(id);
    let act = toast.act.map(|(label, act)| {
        let run = move || {
            act.run(());
            close();
        };
        view! { <Button kind=ButtonKind::Quiet on_click=run>{label}</Button> }
    });
    view! {
        <div class="toast">
            <Glyph icon=Icon::Check />
            <p>{toast.text}</p>
            {act}
            <IconButton label="Dismiss" icon=Icon::Close on_click=close />
        </div>
    }
    .into_any()
}
