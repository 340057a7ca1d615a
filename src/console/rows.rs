//! The rows of a list, from those that are not here yet to those that do not come.

use crate::browser;
use crate::error::{AppError, Kind};
use crate::types::Page;
use crate::ui::{ErrorState, TableSkeleton};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a list waits for.
pub type Rows<T> = Resource<Result<Page<T>, AppError>>;

/// The rows of a list: grey ones until the first have come, the old ones, dimmed, while others are on their way.
pub fn rows<T>(
    rows: Rows<T>,
    columns: usize,
    draw: impl Fn(Page<T>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let drawn = move || {
        let draw = draw.clone();
        async move {
            match rows.await {
                Ok(page) => draw(page),
                Err(error) => failed(error, Callback::new(move |()| rows.refetch())),
            }
        }
    };
    awaited(columns, GREY, drawn)
}

/// How many grey rows stand for a page.
const GREY: usize = 8;

/// What is drawn once it has come, as `rows`.
pub fn awaited<F>(columns: usize, rows: usize, drawn: impl Fn() -> F + Send + 'static) -> AnyView
where
    F: Future<Output = AnyView> + Send + 'static,
{
    let waiting = RwSignal::new(false);
    let grey = move || view! { <TableSkeleton columns=columns rows=rows /> };
    let shown = move || Suspend::new(drawn());
    // What the server rendered waits for nothing.
    let set = SignalSetter::map(move |now| {
        if browser::is_hydrated() {
            waiting.set(now);
        }
    });
    // Its effect would race the rendering on the server (docs/decisions/0077-nobody-waits-on-the-server.md).
    let shown = match browser::UNTIL_STARTED {
        Some(_) => view! { <Transition fallback=grey>{shown}</Transition> }.into_any(),
        None => view! { <Transition fallback=grey set_pending=set>{shown}</Transition> }.into_any(),
    };
    view! { <div class="rows" aria-busy=move || waiting.get().then_some("true")>{shown}</div> }.into_any()
}

pub fn failed(error: AppError, retry: Callback<()>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=retry /> }.into_any()
}
