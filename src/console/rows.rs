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
    let shown = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            match rows.await {
                Ok(page) => draw(page),
                Err(error) => failed(error, Callback::new(move |()| rows.refetch())),
            }
        })
    };
    let waiting = Waiting::none();
    let set = waiting.set();
    waiting.around(
        view! {
            <Transition fallback=move || view! { <TableSkeleton columns=columns /> } set_pending=set>{shown}</Transition>
        }
        .into_any(),
    )
}

/// Whether other rows are on their way.
#[derive(Clone, Copy)]
pub struct Waiting(RwSignal<bool>);

impl Waiting {
    pub fn none() -> Waiting {
        Waiting(RwSignal::new(false))
    }

    /// For `Transition`. Not before the application has started: what the server rendered waits for nothing.
    pub fn set(self) -> SignalSetter<bool> {
        SignalSetter::map(move |now| {
            if browser::is_hydrated() {
                self.0.set(now);
            }
        })
    }

    pub fn around(self, rows: AnyView) -> AnyView {
        view! { <div class="rows" aria-busy=move || self.0.get().then_some("true")>{rows}</div> }.into_any()
    }
}

pub fn failed(error: AppError, retry: Callback<()>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=retry /> }.into_any()
}
