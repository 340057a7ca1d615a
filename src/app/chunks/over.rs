//! Dialogs that are in a chunk, over a page that is not.

use super::absent::looking;
use super::{Page, administration, preload_administration};
use crate::console::over::{Apart, Over};
use crate::ui::{Dialog, Skeleton};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub const USERS: Apart = Apart { view: users, ahead };

fn ahead() {
    spawn_local(async { drop(preload_administration().await) });
}

fn users(over: Over) -> AnyView {
    let needed = Memo::new(move |before: Option<&bool>| over.asked.get() || before == Some(&true));
    let dialogs = move || {
        needed.get().then(|| {
            Suspend::new(async move {
                let dialogs = administration(Page::UserDialogs).await;
                dialogs.unwrap_or_else(|_| {
                    over.is_drawn();
                    missing(over)
                })
            })
        })
    };
    let frame = move || over.needs_frame().then(|| dialog(over, || view! { <Skeleton /> }.into_any()));
    view! { {dialogs} {frame} }.into_any()
}

/// The chunk did not come.
fn missing(over: Over) -> AnyView {
    let message = move || over.asked.get().then(|| dialog(over, looking));
    message.into_any()
}

fn dialog(over: Over, body: fn() -> AnyView) -> AnyView {
    view! { <Dialog title="User" on_close=over.close>{body()}</Dialog> }.into_any()
}
