//! The questions on the pages of teams and API users, at `?dialog=…`.

use crate::error::AppError;
use crate::ui::{ButtonKind, ConfirmDialog, use_toasts};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

/// What is asked, and what is said and done once it is answered with yes.
pub struct Question {
    pub title: String,
    pub text: &'static str,
    pub action: &'static str,
    pub follows: Vec<String>,
    /// The name to type first.
    pub name: Option<String>,
    pub kind: ButtonKind,
    pub done: String,
    /// Where to go where the page is gone afterwards.
    pub leaves: Option<&'static str>,
}

pub type Run = Action<(), Result<(), AppError>>;

/// Leads to the page without its dialog; a search in it stays.
pub fn close() -> Callback<()> {
    let (location, query, navigate) = (use_location(), use_query_map(), use_navigate());
    Callback::new(move |()| {
        let mut map = query.get_untracked();
        map.remove("dialog");
        map.remove("member");
        let href = format!("{}{}", location.pathname.get_untracked(), map.to_query_string());
        navigate(&href, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    })
}

pub fn ask(question: Question, run: Run, close: Callback<()>, refetch: Callback<()>) -> AnyView {
    let Question { done, leaves, .. } = question;
    let (navigate, toasts) = (use_navigate(), use_toasts());
    Effect::new(move |_| {
        if run.value().with(|value| !matches!(value, Some(Ok(())))) {
            return;
        }
        toasts.say(done.clone());
        match leaves {
            Some(path) => navigate(path, Default::default()),
            None => {
                close.run(());
                refetch.run(());
            }
        }
    });
    let error = Signal::derive(move || run.value().get().and_then(Result::err));
    view! {
        <ConfirmDialog title=question.title action_label=question.action pending=run.pending() error=error text=question.text
            consequences=question.follows type_to_confirm=question.name kind=question.kind
            on_confirm=move || { run.dispatch(()); } on_close=close />
    }
    .into_any()
}
