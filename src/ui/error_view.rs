//! `ErrorState(error, on_retry?) children?`: an `AppError` in place of the content, with *Try again* where that can help (without `on_retry`, or without
//! wasm, it reloads), and the page without its parameters where one of those was refused.

use super::{Glyph, Icon};
use crate::error::{AppError, Kind};
use leptos::prelude::*;

#[component]
pub fn ErrorState(
    error: AppError,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (title, icon) = headline(error.kind);
    let hopeless = matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::BadRequest);
    let retry = move |event: leptos::ev::MouseEvent| {
        if let Some(on_retry) = on_retry {
            event.prevent_default();
            on_retry.run(());
        }
    };
    let again = (!hopeless).then(|| view! { <a class="button" href="" rel="external" on:click=retry><Glyph icon=Icon::Refresh /> "Try again"</a> });
    let whole =
        (error.kind == Kind::BadRequest).then(|| view! { <a class="button" href="?">"Show the whole list"</a> });
    let refused = matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::SignIn).then_some("");
    view! {
        <div class="empty" role="alert" data-refused=refused>
            <span class="empty-icon"><Glyph icon=icon /></span>
            <h2>{title}</h2>
            <p>{error.message}</p>
            <div class="empty-action">{again} {whole} {children.map(|children| children())}</div>
        </div>
    }
    .into_any()
}

fn headline(kind: Kind) -> (&'static str, Icon) {
    match kind {
        Kind::Forbidden => ("No access", Icon::Lock),
        Kind::NotFound => ("Not found", Icon::Search),
        Kind::SignIn => ("You're signed out", Icon::Lock),
        Kind::Offline => ("No connection", Icon::Plug),
        Kind::Busy | Kind::TooMany => ("Too busy right now", Icon::Clock),
        Kind::Conflict | Kind::Stale => ("Changed in the meantime", Icon::Refresh),
        _ => ("Something went wrong", Icon::Warning),
    }
}
