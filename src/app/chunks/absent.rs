//! In place of what is in a chunk that did not come.

use crate::browser;
use crate::console::live::use_version;
use crate::error::{AppError, Kind};
use crate::features::me::api;
use crate::types::Topic;
use crate::ui::{ErrorState, Skeleton};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

/// In place of a page.
pub fn absent() -> AnyView {
    view! { <Title text="No connection" /> {looking()} }.into_any()
}

/// Looks whether the server answers: at once, when asked to, and when the page's socket has been opened or lost. A server
/// that answers has the page in one piece, also one that was updated and knows no chunks of this application any more.
pub fn looking() -> AnyView {
    let looking = RwSignal::new(false);
    let look = move || {
        spawn_local(async move {
            if api::view().await.map_or_else(|error| error.kind == Kind::SignIn, |_| true) {
                browser::reload();
            }
            looking.try_set(false);
        });
    };
    let access = use_version(Topic::Access);
    Effect::new(move |_| {
        access.track();
        look();
    });
    let again = Callback::new(move |()| {
        looking.set(true);
        look();
    });
    let shown = move || {
        if looking.get() {
            view! { <Skeleton /> }.into_any()
        } else {
            view! { <ErrorState error=AppError::offline() on_retry=again /> }.into_any()
        }
    };
    shown.into_any()
}
