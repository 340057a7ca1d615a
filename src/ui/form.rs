//! `FormErrors::new(error)` splits an `AppError` over a form: `.at("field")` for each field, `ErrorSummary(errors)` on top of it,
//! which is an alert and, after a refused submit, moves the focus to what is wrong first: a field, or the alert itself. Whoever pressed the button far below sees it.

use super::{Glyph, Icon};
use crate::browser;
use crate::error::AppError;
use leptos::html;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct FormErrors {
    error: Signal<Option<AppError>>,
}

impl FormErrors {
    pub fn new(error: impl Into<Signal<Option<AppError>>>) -> FormErrors {
        FormErrors { error: error.into() }
    }

    /// The message under this field.
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|error| error.as_ref().and_then(|error| error.at(field))))
    }

    /// The same for a field that is one of several alike.
    pub fn of(self, field: String) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|error| error.as_ref().and_then(|error| error.at(&field))))
    }

    pub fn whole(self) -> Signal<Option<AppError>> {
        self.error
    }
}

#[component]
pub fn ErrorSummary(errors: FormErrors) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let error = errors.whole();
    Effect::new(move |sent: Option<()>| {
        // An error that the page came with is no answer to a button.
        let to_field = error.with(|error| error.as_ref().map(|error| !error.fields.is_empty()));
        if to_field.is_some_and(|to_field| to_field || sent.is_some()) {
            browser::focus_what_is_wrong(node);
        }
    });
    view! { <div node_ref=node class="form-alert" role="alert" tabindex="-1">{move || error.get().map(summary)}</div> }
}

fn summary(error: AppError) -> AnyView {
    let wait = error.retry_after.map(|seconds| format!(" Try again in {seconds} seconds."));
    // One message is the sentence above; several are listed, also those of fields that this form does not show.
    let several = error.fields.len() > 1;
    let lines =
        error.fields.into_iter().filter(|_| several).map(|field| view! { <li>{field.message}</li> }).collect_view();
    view! {
        <div class="notice danger">
            <Glyph icon=Icon::Warning />
            <div>
                <p>{error.message} {wait}</p>
                {several.then(|| view! { <ul>{lines}</ul> })}
            </div>
        </div>
    }
    .into_any()
}
