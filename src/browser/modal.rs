//! Dialogs, and where the focus is after them.

use super::listen::listen;
use super::real::{after, focus_element};
use leptos::html;
use leptos::prelude::*;
use std::cell::RefCell;
use web_sys::Element;

thread_local! {
    /// Where the focus was before the dialog that has just gone. One that takes its place gives it back in its stead.
    static OWED: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// Opens it modally until the current owner ends, then gives the focus back. Esc asks `on_cancel`; it does not close by itself.
pub fn show_modal(dialog: NodeRef<html::Dialog>, on_cancel: Callback<()>) {
    let Some(element) = dialog.get_untracked() else { return };
    let before = OWED.take().or_else(|| document().active_element());
    if element.is_connected() {
        open(&element);
    } else {
        // A part of the page that was waited for is built first and put into the page then.
        let element = element.clone();
        after(0, move || open(&element));
    }
    listen(&element, "cancel", move |event| {
        // A file field inside also sends `cancel`, and its event bubbles.
        if event.target() == event.current_target() {
            event.prevent_default();
            on_cancel.try_run(());
        }
    });
    // Chromium closes on the second Esc in a row, whatever the listener says.
    listen(&element, "close", move |_| {
        on_cancel.try_run(());
    });
    let before = StoredValue::new_local(before);
    on_cleanup(move || {
        OWED.set(before.try_get_value().flatten());
        after(0, || give_focus_back(OWED.take().as_ref()));
    });
}

fn open(dialog: &web_sys::HtmlDialogElement) {
    // The server renders it open, but not modal, so that it is there before hydration.
    let _ = dialog.remove_attribute("open");
    let _ = dialog.show_modal();
    // By itself the browser would focus ✕, the first control. What Enter or the space bar would then do is harmless:
    // a form's own *Cancel*, or what the dialog mainly offers.
    let first = [
        "[autofocus]",
        "form :is(input, select, textarea):not([type=hidden], [readonly])",
        ".dialog-form button",
        ".dialog-foot .primary",
        ".dialog-foot .button",
    ];
    if let Some(control) = first.iter().find_map(|selector| dialog.query_selector(selector).ok().flatten()) {
        focus_element(&control);
    }
}

fn give_focus_back(before: Option<&Element>) {
    let Some(before) = before else { return };
    let now = if before.is_connected() { Some(before.clone()) } else { document().get_element_by_id(&before.id()) };
    if let Some(element) = now.or_else(|| document().get_element_by_id("content")) {
        focus_element(&element);
    }
}
