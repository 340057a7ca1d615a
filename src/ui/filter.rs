//! `Filter(label, name, options, value, on_change)`: a small labelled select over a list. An option with an empty value means *all*.

use super::Choice;
use super::choice::options_view;
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
) -> impl IntoView {
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
            <select node_ref=node name=name on:change=move |event| on_change.run((event_target_value(&event),))>
                {move || options_view(options.get(), &value.get_untracked())}
            </select>
        </label>
    }
}
