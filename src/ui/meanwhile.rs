//! `Meanwhile(error, look, mine, theirs)`: after a 412, what the other editor changed, and the choice whose values stand.
//! `look` fetches what is stored now, keeps it for `mine` and `theirs`, and says what is different, one sentence each. What was typed stays typed.

use super::{Button, Notice, Tone};
use crate::error::{AppError, Kind};
use leptos::prelude::*;

#[component]
pub fn Meanwhile(
    /// What saving came to.
    error: Signal<Option<AppError>>,
    look: Action<(), Result<Vec<String>, AppError>>,
    /// Saves what was typed over what is stored now.
    #[prop(into)]
    mine: Callback<()>,
    /// Forgets what was typed for what is stored now.
    #[prop(into)]
    theirs: Callback<()>,
) -> impl IntoView {
    let stale = move || error.with(|error| error.as_ref().is_some_and(|error| error.kind == Kind::Stale));
    // After each refusal, also the second in a row: there may be a third editor.
    Effect::new(move |_| {
        if stale() {
            look.dispatch(());
        }
    });
    move || match look.value().get().filter(|_| stale() && !look.pending().get()) {
        None => ().into_any(),
        Some(Ok(lines)) => choice(lines, mine, theirs),
        Some(Err(error)) => view! { <Notice tone=Tone::Danger>{error.message}</Notice> }.into_any(),
    }
}

fn choice(mut lines: Vec<String>, mine: Callback<()>, theirs: Callback<()>) -> AnyView {
    if lines.is_empty() {
        lines.push("Nothing in this form.".to_owned());
    }
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <Notice tone=Tone::Warn>
            <p>"Someone else saved this while you were editing. Your entries aren't saved yet. What changed:"</p>
            <ul>{lines}</ul>
            <div class="form-foot">
                <Button on_click=mine>"Overwrite with mine"</Button>
                <Button on_click=theirs>"Discard mine"</Button>
            </div>
        </Notice>
    }
    .into_any()
}
