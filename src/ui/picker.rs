//! `Picker(id, label, found, on_search, on_pick, hint?, error?, placeholder?)`: a field that is searched with as one types, and a list to pick from, by
//! mouse or keyboard. An option's hint stands under its label; one with `.disabled(reason)` cannot be picked. What is picked leaves the field empty again.

use super::field::{Field, described, invalid};
use super::search_box::Search;
use super::{Choice, Glyph, Icon};
use crate::browser;
use crate::error::AppError;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// What the last search came to; none before the first.
pub type PickerChoices = Option<Result<Vec<Choice>, AppError>>;

/// The list under the field.
#[derive(Clone, Copy)]
struct List {
    id: StoredValue<String>,
    input: NodeRef<html::Input>,
    search: Search,
    found: Signal<PickerChoices>,
    open: RwSignal<bool>,
    /// The option that Enter picks.
    at: RwSignal<Option<usize>>,
    on_pick: Callback<(Choice,)>,
}

impl List {
    fn choices(self) -> Vec<Choice> {
        self.found.get_untracked().and_then(Result::ok).unwrap_or_default()
    }

    fn option_id(self, at: usize) -> String {
        self.id.with_value(|id| format!("{id}-{at}"))
    }

    /// Opens it, with what there is now.
    fn show(self) {
        if !self.open.get_untracked() {
            self.open.set(true);
            self.search.ask(self.input.get_untracked().map(|input| input.value()).unwrap_or_default());
        }
    }

    fn pick(self, at: Option<usize>) {
        let Some(choice) = at.and_then(|at| self.choices().into_iter().nth(at)) else { return };
        if choice.disabled_reason.is_some() {
            return;
        }
        self.open.set(false);
        self.at.set(None);
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
        self.on_pick.run((choice,));
    }

    fn step(self, forward: bool) {
        let many = self.choices().len();
        if many == 0 {
            return;
        }
        let next = match (self.at.get_untracked(), forward) {
            (None, true) => 0,
            (None, false) => many - 1,
            (Some(at), true) => (at + 1) % many,
            (Some(at), false) => (at + many - 1) % many,
        };
        self.at.set(Some(next));
        browser::reveal(&self.option_id(next));
    }

    fn key(self, event: &KeyboardEvent) {
        let open = self.open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open => self.show(),
            key @ ("ArrowDown" | "ArrowUp") => self.step(key == "ArrowDown"),
            // Also where there is nothing to pick: a search does not send the form around it.
            "Enter" => self.pick(self.at.get_untracked().filter(|_| open)),
            "Escape" if open => self.open.set(false),
            _ => return,
        }
        event.prevent_default();
    }
}

#[component]
pub fn Picker(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] found: Signal<PickerChoices>,
    #[prop(into)] on_search: Callback<(String,)>,
    #[prop(into)] on_pick: Callback<(Choice,)>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] placeholder: &'static str,
) -> impl IntoView {
    let list = List {
        id: StoredValue::new(format!("{id}-list")),
        input: NodeRef::new(),
        search: Search::new(String::new(), on_search),
        found,
        open: RwSignal::new(false),
        at: RwSignal::new(None),
        on_pick,
    };
    // Another search: the place in the list before means nothing in the new one, and the new one may reach below the window.
    Effect::new(move |_| {
        found.track();
        list.at.set(None);
        if list.open.get_untracked() {
            // By then the page may be another one.
            browser::after(0, move || list.id.try_with_value(|id| browser::reveal(id)).unwrap_or_default());
        }
    });
    let about = described(&id, hint, error);
    let typed = move |event: leptos::ev::Event| {
        list.open.set(true);
        list.search.later(event_target_value(&event));
    };
    let options = move || found.get().filter(|_| list.open.get()).map(|found| options_view(list, found));
    view! {
        <Field id=id.clone() label=label.clone() hint=hint error=error required=true>
            <div class="picker">
                <Glyph icon=Icon::Search />
                <input
                    node_ref=list.input
                    class="input"
                    type="text"
                    id=id
                    role="combobox"
                    disabled=browser::UNTIL_STARTED
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    placeholder=placeholder
                    aria-autocomplete="list"
                    aria-expanded=move || if list.open.get() { "true" } else { "false" }
                    aria-controls=list.id.get_value()
                    aria-activedescendant=move || list.at.get().map(|at| list.option_id(at))
                    aria-invalid=invalid(error)
                    aria-describedby=about
                    on:input=typed
                    on:click=move |_| list.show()
                    on:keydown=move |event| list.key(&event)
                    on:blur=move |_| list.open.set(false)
                />
                <div class="picker-list" id=list.id.get_value() role="listbox" aria-label=label hidden=move || !list.open.get()>
                    {options}
                </div>
            </div>
        </Field>
    }
    .into_any()
}

fn options_view(list: List, found: Result<Vec<Choice>, AppError>) -> AnyView {
    let said = |text: String| {
        view! { <div class="menu-item" role="option" aria-selected="false" aria-disabled="true">{text}</div> }
            .into_any()
    };
    match found {
        Err(error) => said(error.message),
        Ok(choices) if choices.is_empty() => said("Nothing matches.".to_owned()),
        Ok(choices) => {
            let one = |(at, choice): (usize, Choice)| option_view(list, at, choice);
            choices.into_iter().enumerate().map(one).collect_view().into_any()
        }
    }
}

fn option_view(list: List, at: usize, choice: Choice) -> AnyView {
    let blocked = choice.disabled_reason.is_some();
    let under = choice.disabled_reason.or(choice.hint);
    view! {
        <div
            class="menu-item"
            role="option"
            id=list.option_id(at)
            aria-selected=move || if list.at.get() == Some(at) { "true" } else { "false" }
            aria-disabled=blocked.then_some("true")
            // The focus stays in the field, which would close the list otherwise.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| list.pick(Some(at))
        >
            <span>{choice.label} {under.map(|under| view! { <small>{under}</small> })}</span>
        </div>
    }
    .into_any()
}
