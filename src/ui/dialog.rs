//! `Dialog(title, on_close, footer?, wide?, locked?) children` on the native modal `<dialog>`, and `FormDialog(title, submit_label, pending, error, on_submit,
//! on_close, kind?, wide?, action?, disabled_reason?) children`. Dialogs are routes: mounted is open; Esc, ✕ and *Cancel* call `on_close`, which navigates away.

use super::{Button, ButtonKind, ErrorSummary, FormErrors, Icon, IconButton};
use crate::browser;
use crate::error::AppError;
use leptos::children::ViewFn;
use leptos::html;
use leptos::prelude::*;

#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    #[prop(into)] on_close: Callback<()>,
    /// Buttons at the bottom.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    #[prop(optional)] wide: bool,
    /// While true it cannot be closed.
    #[prop(optional, into)]
    locked: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let footer = footer.map(|footer| view! { <div class="dialog-foot">{footer.run()}</div> });
    view! {
        <DialogFrame title=title on_close=on_close wide=wide locked=locked>
            <div class="dialog-body">{children()}</div>
            {footer}
        </DialogFrame>
    }
    .into_any()
}

/// The native dialog with its head.
#[component]
fn DialogFrame(
    title: String,
    on_close: Callback<()>,
    wide: bool,
    locked: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = title.clone();
    let close = Callback::new(move |()| {
        if !locked.get_untracked() {
            on_close.run(());
        }
    });
    Effect::new(move |_| {
        if node.get().is_some() {
            browser::show_modal(node, close);
        }
    });
    view! {
        // `open`: the page was rendered with its dialog, which is there before hydration makes it modal.
        <dialog node_ref=node class=if wide { "dialog wide" } else { "dialog" } aria-label=title open>
            <div class="dialog-head">
                <h2>{heading}</h2>
                <IconButton label="Close" icon=Icon::Close on_click=close />
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}

#[component]
pub fn FormDialog(
    #[prop(into)] title: String,
    #[prop(into)] submit_label: String,
    #[prop(into)] pending: Signal<bool>,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(into)] on_submit: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    #[prop(optional)] wide: bool,
    /// Where the form goes when it is sent before hydration.
    #[prop(default = None, into)]
    action: Option<String>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked() && disabled_reason.with_untracked(Option::is_none) {
            on_submit.run(());
        }
    };
    view! {
        <DialogFrame title=title on_close=on_close wide=wide locked=pending>
            // Always POST: what is typed never stands in an address, hydrated or not.
            <form class="dialog-form" method="post" action=action novalidate on:submit=submit>
                <div class="dialog-body">
                    <ErrorSummary errors=FormErrors::new(error) />
                    {children()}
                </div>
                <div class="dialog-foot">
                    <Button on_click=on_close disabled_reason=Signal::derive(move || pending.get().then(|| "Wait until it's saved.".to_owned()))>
                        "Cancel"
                    </Button>
                    <Button submit=true kind=kind pending=pending disabled_reason=disabled_reason>{submit_label}</Button>
                </div>
            </form>
        </DialogFrame>
    }
    .into_any()
}
