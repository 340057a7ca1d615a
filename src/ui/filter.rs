//! `Filter(label, name, options, value, on_change, disabled_reason?)`: a small labelled select over a list. An option with an empty value means *all*.
//! It shows what is so: until the application has started it cannot be changed, and no browser fills it in again.

use super::Choice;
use super::choice::options_view;
use crate::browser;
use leptos::html;
use leptos::prelude::*;

#[component]
pub fn Filter(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// The filter in the URL.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
    /// Stands beside the select, which then cannot be used.
    #[prop(default = None)]
    disabled_reason: Option<String>,
) -> impl IntoView {
    let why = disabled_reason.as_ref().map(|_| format!("filter-{name}-why"));
    let node = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        let now = value.get();
        options.track();
        if let Some(select) = node.get()
            && select.value() != now
        {
            select.set_value(&now);
        }
    });
    // One without an *all* is a setting, not a filter.
    let narrows = move || {
        let may = options.with(|options| options.iter().any(|option| option.value.is_empty()));
        may && value.with(|value| !value.is_empty())
    };
    view! {
        <label class="filter" data-active=move || narrows().then_some("true")>
            <span>{label}</span>
            <select node_ref=node name=name disabled=why.as_ref().map(|_| "").or(browser::UNTIL_STARTED) autocomplete="off" aria-describedby=why.clone() on:change=move |event| on_change.run((event_target_value(&event),))>
                {move || options_view(options.get(), &value.get_untracked())}
            </select>
        </label>
        {disabled_reason.map(|reason| view! { <small class="filter-why" id=why>{reason}</small> })}
    }
}
