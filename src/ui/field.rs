//! Labelled fields: `TextField(name, label, value, hint?, error?, kind?, autocomplete?, required?, max_length?, placeholder?, autofocus?, readonly?, id?)`,
//! `PasswordField(name, label, value, autocomplete, hint?, error?, required?, id?)`, `TextArea(name, label, value, hint?, error?, rows?, required?, id?)`,
//! and their frame `Field(id, label, hint?, error?, required?) children`. What was typed before hydration is kept.

use super::sent::SECRETS;
use super::{Glyph, Icon};
use crate::browser;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Label, hint and error around one control, which must have the same `id` and `aria-describedby=described(..)`.
#[component]
pub fn Field(
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    children: Children,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <div class="field-head">
                <label for=id.clone()>{label}</label>
                {(!required).then(|| view! { <span class="field-optional" aria-hidden="true">"optional"</span> })}
            </div>
            {children()}
            <p class="field-hint" id=format!("{id}-hint") hidden=move || hint.get().is_none()>{move || hint.get()}</p>
            <FieldError id=error_id error=error />
        </div>
    }
}

#[component]
pub(super) fn FieldError(id: String, error: Signal<Option<String>>) -> impl IntoView {
    let shown = move |error: String| view! { <Glyph icon=Icon::Warning /> <span>{error}</span> };
    view! { <p class="field-error" id=id hidden=move || error.with(Option::is_none)>{move || error.get().map(shown)}</p> }
}

/// The ids that describe a control: its hint, and its error while there is one.
pub(super) fn described(
    id: &str,
    hint: MaybeProp<String>,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Clone + Send + use<> {
    let id = id.to_owned();
    move || match (hint.with(Option::is_some), error.with(Option::is_some)) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (true, true) => Some(format!("{id}-error {id}-hint")),
    }
}

pub(super) fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Copy {
    move || error.with(Option::is_some).then_some("true")
}

/// Keeps signal and control equal. `prop:value` would overwrite what was typed before hydration; here the first look takes it over.
pub(super) fn keep<E, V>(node: NodeRef<E>, value: RwSignal<V>, read: fn(&E::Output) -> V, write: fn(&E::Output, &V))
where
    E: html::ElementType,
    E::Output: JsCast + Clone + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    let first = value.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let Some(control) = node.get() else { return false };
        let now = value.get();
        let shown = read(&control);
        if seen != Some(true) && now == first && shown != now {
            value.set(shown);
        } else if shown != now {
            write(&control, &now);
        }
        true
    });
}

#[component]
pub fn TextField(
    name: &'static str,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// `text`, `email`, `tel`, `url`, `datetime-local`, …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] max_length: Option<u32>,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let node = NodeRef::<html::Input>::new();
    keep(node, value, |input| input.value(), |input, value| input.set_value(value));
    let about = described(&id, hint, error);
    view! {
        <Field id=id.clone() label=label hint=hint error=error required=required>
            <input
                node_ref=node
                class="input"
                type=kind
                id=id
                name=name
                value=value.get_untracked()
                autocomplete=autocomplete
                spellcheck="false"
                required=required
                maxlength=max_length
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                autofocus=autofocus
                readonly=readonly
                aria-invalid=invalid(error)
                aria-describedby=about
                on:input=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}

#[component]
pub fn PasswordField(
    name: &'static str,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let node = NodeRef::<html::Input>::new();
    keep(node, value, |input| input.value(), |input, value| input.set_value(value));
    let about = described(&id, hint, error);
    let shown = RwSignal::new(false);
    debug_assert!(SECRETS.contains(&name), "{name} would be told again");
    let reveal = format!("Show {}", label.to_ascii_lowercase());
    view! {
        <Field id=id.clone() label=label hint=hint error=error required=required>
            <div class="input-with-button">
                <input
                    node_ref=node
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    id=id
                    name=name
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    required=required
                    autofocus=autofocus
                    aria-invalid=invalid(error)
                    aria-describedby=about
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button
                    type="button"
                    class="button quiet square"
                    disabled=browser::UNTIL_STARTED
                    title=reveal.clone()
                    aria-label=reveal
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <Glyph icon=Icon::Eye />
                </button>
            </div>
        </Field>
    }
}

#[component]
pub fn TextArea(
    name: &'static str,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] max_length: Option<u32>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let node = NodeRef::<html::Textarea>::new();
    keep(node, value, |area| area.value(), |area, value| area.set_value(value));
    let about = described(&id, hint, error);
    view! {
        <Field id=id.clone() label=label hint=hint error=error required=required>
            <textarea
                node_ref=node
                class="input"
                id=id
                name=name
                rows=rows
                required=required
                maxlength=max_length
                aria-invalid=invalid(error)
                aria-describedby=about
                on:input=move |event| value.set(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
        </Field>
    }
}
