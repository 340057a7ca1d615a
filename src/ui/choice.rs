//! Fields with given answers: `SelectField(name, label, options, value, hint?, error?, required?, id?)`, `Checkbox(name, label, value, hint?, disabled_reason?, some?, sent?)`,
//! `RadioGroup(name, label, options, value, hint?, error?)`. Options are `Choice::new(value, label)`, with `.hint(..)` or `.disabled(reason)`.

use super::field::{Field, FieldError, described, invalid, keep};
use crate::browser;
use leptos::html;
use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A line under a radio button.
    pub hint: Option<String>,
    pub disabled_reason: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: None, disabled_reason: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn disabled(mut self, reason: Option<String>) -> Choice {
        self.disabled_reason = reason;
        self
    }
}

/// The `<option>`s of a select. A disabled one says why in its text, the only place where a select can.
pub(super) fn options_view(options: Vec<Choice>, chosen: &str) -> AnyView {
    let one = |option: Choice| {
        let selected = option.value == chosen;
        let disabled = option.disabled_reason.is_some();
        let text = match option.disabled_reason {
            Some(reason) => format!("{} ({reason})", option.label),
            None => option.label,
        };
        view! { <option value=option.value selected=selected disabled=disabled>{text}</option> }
    };
    options.into_iter().map(one).collect_view().into_any()
}

#[component]
pub fn SelectField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] options: Signal<Vec<Choice>>,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let node = NodeRef::<html::Select>::new();
    keep(node, value, |select| select.value(), |select, value| select.set_value(value));
    let about = described(&id, hint, error);
    view! {
        <Field id=id.clone() label=label hint=hint error=error required=required>
            <select
                node_ref=node
                class="input"
                id=id
                name=name
                required=required
                aria-invalid=invalid(error)
                aria-describedby=about
                on:change=move |event| value.set(event_target_value(&event))
            >
                {move || options_view(options.get(), &value.get_untracked())}
            </select>
        </Field>
    }
}

#[component]
pub fn Checkbox(
    name: &'static str,
    #[prop(into)] label: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    /// Neither ticked nor empty: part of what it stands for is.
    #[prop(optional, into)]
    some: Signal<bool>,
    /// By which it is told from others of its name.
    #[prop(optional, into)]
    sent: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let hint_id = format!("{id}-hint");
    let node = NodeRef::<html::Input>::new();
    keep(node, value, |input| input.checked(), |input, checked| input.set_checked(*checked));
    let blocked = move || disabled_reason.with(Option::is_some);
    let said = move || disabled_reason.get().or_else(|| hint.get());
    let about = hint_id.clone();
    view! {
        <div class="choice">
            <input
                node_ref=node
                type="checkbox"
                id=id.clone()
                name=name
                value=sent.unwrap_or_else(|| "true".to_owned())
                checked=value.get_untracked()
                prop:indeterminate=some
                disabled=browser::UNTIL_STARTED.filter(|_| disabled_reason.with_untracked(Option::is_some))
                aria-disabled=move || blocked().then_some("true")
                aria-describedby=move || said().is_some().then(|| about.clone())
                on:click=move |event| if blocked() { event.prevent_default() }
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <div>
                <label for=id>{label}</label>
                <p class="field-hint" id=hint_id hidden=move || said().is_none()>{said}</p>
            </div>
        </div>
    }
}

#[component]
pub fn RadioGroup(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] options: Vec<Choice>,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let id = format!("field-{name}");
    let about = described(&id, hint, error);
    let one = |option: Choice| view! { <Radio name=name option=option value=value error=error /> };
    view! {
        <fieldset class="field radios" aria-describedby=about>
            <legend>{label}</legend>
            {options.into_iter().map(one).collect_view()}
            <p class="field-hint" id=format!("{id}-hint") hidden=move || hint.get().is_none()>{move || hint.get()}</p>
            <FieldError id=format!("{id}-error") error=error />
        </fieldset>
    }
}

#[component]
fn Radio(name: &'static str, option: Choice, value: RwSignal<String>, error: Signal<Option<String>>) -> impl IntoView {
    let Choice { value: mine, label, hint, disabled_reason } = option;
    let id = format!("field-{name}-{mine}");
    let hint_id = format!("{id}-hint");
    let said = disabled_reason.clone().or(hint);
    let about = said.as_ref().map(|_| hint_id.clone());
    let blocked = disabled_reason.is_some();
    let checked = value.with_untracked(|value| *value == mine);
    let node = NodeRef::<html::Input>::new();
    keep_choice(node, mine.clone(), value);
    let chosen = mine.clone();
    view! {
        <div class="choice">
            <input
                node_ref=node
                type="radio"
                id=id.clone()
                name=name
                value=mine
                checked=checked
                disabled=browser::UNTIL_STARTED.filter(|_| blocked)
                aria-invalid=invalid(error)
                aria-disabled=blocked.then_some("true")
                aria-describedby=about
                on:click=move |event| if blocked { event.prevent_default() }
                on:change=move |_| value.set(chosen.clone())
            />
            <div>
                <label for=id>{label}</label>
                {said.map(|said| view! { <p class="field-hint" id=hint_id>{said}</p> })}
            </div>
        </div>
    }
}

/// As `keep`, for one button of a group: one that was chosen before hydration stays chosen.
fn keep_choice(node: NodeRef<html::Input>, mine: String, value: RwSignal<String>) {
    let first = value.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let Some(button) = node.get() else { return false };
        let now = value.get();
        if seen == Some(true) || now != first {
            button.set_checked(now == mine);
        } else if button.checked() && now != mine {
            value.set(mine.clone());
        }
        true
    });
}
