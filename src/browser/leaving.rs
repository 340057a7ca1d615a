//! Keeps a page open that shows what cannot be shown again.

use super::listen::listen_at;
use super::real::hold_page;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlDialogElement, KeyboardEvent};

type Keeper = Rc<dyn Fn() -> bool>;

thread_local! {
    /// Says of a step back or forward whether the page stays.
    static KEEPER: RefCell<Option<Keeper>> = const { RefCell::new(None) };
}

/// Hears of steps back and forward before the router does: a window's listeners are called in the order in which they
/// came, so this is called before there is a router.
pub fn hear_steps_first() {
    let heard = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let keeper = KEEPER.with_borrow(Clone::clone);
        if keeper.is_some_and(|stays| stays()) {
            event.stop_immediate_propagation();
        }
    });
    let _ = window().add_event_listener_with_callback("popstate", heard.as_ref().unchecked_ref());
    // It listens for as long as there is a page.
    heard.forget();
}

/// Until the current owner ends: while `wanted`, Esc and Back only `ask`, a dialog that the browser closes is opened again, and the browser itself asks before
/// the page is left. `here` is the page's address.
pub fn keep_page(wanted: impl Fn() -> bool + Copy + 'static, here: impl Fn() -> String + 'static, ask: Callback<()>) {
    hold_page(true);
    on_cleanup(|| hold_page(false));
    // Before anybody else hears of it.
    let first = true;
    listen_at(&window(), "beforeunload", first, move |event| {
        if wanted() {
            event.prevent_default();
        }
    });
    let stays = move || {
        if !wanted() {
            return false;
        }
        let history = window().history();
        let _ = history.and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&here())));
        ask.try_run(());
        true
    };
    KEEPER.set(Some(Rc::new(stays)));
    on_cleanup(|| KEEPER.set(None));
    listen_at(&window(), "keydown", first, move |event| {
        if wanted() && event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            event.prevent_default();
            event.stop_propagation();
            ask.try_run(());
        }
    });
    // Back on a phone closes a dialog, whatever `cancel` says.
    listen_at(&document(), "close", first, move |event| {
        if let Some(dialog) = closed_dialog(&event).filter(|_| wanted()) {
            let _ = dialog.show_modal();
        }
    });
}

fn closed_dialog(event: &Event) -> Option<HtmlDialogElement> {
    let dialog: HtmlDialogElement = event.target()?.dyn_into().ok()?;
    dialog.query_selector(".secret").ok().flatten().map(|_| dialog)
}
