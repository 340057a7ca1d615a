use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Listens until the current owner ends.
pub fn listen(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) {
    listen_at(target, name, false, heard);
}

/// `first`: on the event's way down, before the elements that it is about.
pub fn listen_at(target: &EventTarget, name: &'static str, first: bool, heard: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(heard);
    let _ = target.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), first);
    let held = StoredValue::new_local(Some((target.clone(), closure)));
    on_cleanup(move || {
        if let Some((target, closure)) = held.try_update_value(Option::take).flatten() {
            let heard = closure.as_ref().unchecked_ref();
            let _ = target.remove_event_listener_with_callback_and_bool(name, heard, first);
        }
    });
}
