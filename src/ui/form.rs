//! `FormErrors::new(error)` splits an `AppError` over a form: `.at("field")` for each field, `ErrorSummary(errors)` on top of it,
//! which is an alert and, after a refused submit, moves the focus to what is wrong first: a field, or the alert itself. Whoever pressed the button far below sees it.
//! `.mend(field)` takes back what is said of a field that somebody is at, until the next answer.

use super::{Glyph, Icon};
use crate::browser;
use crate::error::{AppError, FieldError};
use leptos::html;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct FormErrors {
    error: Signal<Option<AppError>>,
    /// The fields that were changed since.
    mended: RwSignal<Vec<String>>,
}

impl FormErrors {
    pub fn new(error: impl Into<Signal<Option<AppError>>>) -> FormErrors {
        let (error, mended) = (error.into(), RwSignal::new(Vec::new()));
        Effect::new(move |_| {
            error.track();
            mended.update(Vec::clear);
        });
        FormErrors { error, mended }
    }

    /// Somebody changed this field: what was said of it holds no longer.
    pub fn mend(self, field: Option<String>) {
        let wrong = self.error.with_untracked(|error| error.as_ref().is_some_and(|error| !error.fields.is_empty()));
        let known = |field: &String| self.mended.with_untracked(|mended| mended.contains(field));
        if let Some(field) = field.filter(|field| wrong && !known(field)) {
            self.mended.update(|mended| mended.push(field));
        }
    }

    /// The message under this field.
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        self.of(field.to_owned())
    }

    /// The same for a field that is one of several alike.
    pub fn of(self, field: String) -> Signal<Option<String>> {
        Signal::derive(move || {
            let message = self.error.with(|error| error.as_ref().and_then(|error| error.at(&field)));
            message.filter(|_| !self.is_mended(&field))
        })
    }

    /// Without what is mended; none when that was all.
    pub fn whole(self) -> Signal<Option<AppError>> {
        Signal::derive(move || {
            let error = self.error.get()?;
            let wrong: Vec<FieldError> =
                error.fields.iter().filter(|field| !self.is_mended(&field.field)).cloned().collect();
            match wrong.len() {
                left if left == error.fields.len() => Some(error),
                0 => None,
                _ => Some(AppError::invalid(wrong)),
            }
        })
    }

    fn is_mended(self, field: &str) -> bool {
        self.mended.with(|mended| mended.iter().any(|changed| belongs(field, changed)))
    }
}

/// A control is named as the field of an error, as the last part of it, `levels` for `rights.levels`, or as the first, where
/// there are several alike: `profile_places` for `profile_places.ID`.
fn belongs(field: &str, control: &str) -> bool {
    let rest = field.strip_suffix(control).or_else(|| field.strip_prefix(control));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || rest.starts_with('.'))
}

#[component]
pub fn ErrorSummary(errors: FormErrors) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let error = errors.whole();
    Effect::new(move |sent: Option<()>| {
        // An error that the page came with is no answer to a button.
        let to_field = errors.error.with(|error| error.as_ref().map(|error| !error.fields.is_empty()));
        if to_field.is_some_and(|to_field| to_field || sent.is_some()) {
            browser::focus_what_is_wrong(node);
        }
    });
    view! { <div node_ref=node class="form-alert" role="alert" tabindex="-1">{move || error.get().map(|error| summary(error, node))}</div> }
}

fn summary(error: AppError, near: NodeRef<html::Div>) -> AnyView {
    let wait = error.retry_after.map(|seconds| format!(" Try again in {seconds} seconds."));
    // One message is the sentence above; several are listed, also those of fields that this form does not show.
    let several = error.fields.len() > 1;
    let line = |FieldError { field, message, .. }: FieldError| {
        let go = move |_| browser::focus_field(near, |control| belongs(&field, control));
        view! { <li><button type="button" class="as-link" on:click=go>{message}</button></li> }
    };
    let lines = error.fields.into_iter().filter(|_| several).map(line).collect_view();
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
