//! What is typed into a form, kept for this tab until it is saved or discarded: it outlives a click into the menu, Back, a reload,
//! a restart of the server, and signing in again. No password, and nothing of another person (`docs/decisions/0066`).

use crate::browser;
use crate::console::me::Me;
use crate::ui::{Button, Notice, Sent, Tone, use_toasts};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// The draft of the form on this page.
#[derive(Clone, Copy)]
pub struct FormDraft {
    key: StoredValue<String>,
    /// What the keys of this person's drafts begin with.
    owner: StoredValue<String>,
}

/// Under which drafts of this person stand.
fn owner(me: &Me) -> String {
    let organization = me.organization.as_ref().map_or("", |organization| &organization.id);
    format!("{} {organization} ", me.account_id)
}

impl FormDraft {
    /// Of the page that is shown now: a form stands at an address of its own.
    pub fn here() -> FormDraft {
        let me = expect_context::<Me>();
        let path = use_url().with_untracked(|url| url.path().to_owned());
        let owner = owner(&me);
        FormDraft { key: StoredValue::new(format!("{owner}{path}")), owner: StoredValue::new(owner) }
    }

    pub fn forget(self) {
        self.key.with_value(|key| browser::forget_draft(key));
    }

    /// Keeps it from now on, and puts back what is kept; then says so, and offers to do without. What others left in this tab
    /// goes.
    pub fn kept(self, form: NodeRef<html::Form>, saved: Signal<bool>) -> impl Fn() -> Option<AnyView> + Clone + use<> {
        let restored = RwSignal::new(false);
        // What was sent without it is newer, and shown.
        let answered = Sent::here().is_some();
        Effect::new(move |begun: Option<bool>| {
            let found = form.get().filter(|_| begun != Some(true));
            if let Some(form) = &found {
                if answered {
                    self.forget();
                }
                self.owner.with_value(|owner| browser::forget_drafts_but(owner));
                restored.set(self.key.with_value(|key| browser::keep_draft(form, key.clone())));
            }
            found.is_some() || begun == Some(true)
        });
        Effect::new(move |_| {
            if saved.get() {
                self.forget();
            }
        });
        let toasts = use_toasts();
        on_cleanup(move || {
            let left = self.key.try_with_value(|key| browser::has_draft(key)) == Some(true);
            if left && saved.try_get_untracked() == Some(false) {
                toasts.say("Not saved. What you typed is kept in this tab.");
            }
        });
        let discard = move || {
            self.forget();
            browser::reload();
        };
        move || {
            restored.get().then(|| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>"What you typed here before is back. It isn't saved yet."</p>
                        <div class="form-foot"><Button on_click=discard>"Discard changes"</Button></div>
                    </Notice>
                }
                .into_any()
            })
        }
    }
}

/// For what is picked and stands in no control: a hidden one with this text, so that a draft has it, too.
#[component]
pub fn Picked(name: &'static str, text: Signal<String>, #[prop(into)] on_back: Callback<(String,)>) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now) {
            browser::change(node, &now);
        }
        now
    });
    view! { <input node_ref=node type="hidden" name=name value=text.get_untracked() on:input=move |event| on_back.run((event_target_value(&event),)) /> }
}
