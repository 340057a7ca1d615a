//! What a person types into a form, in the tab's own storage, until it is forgotten.

use super::listen::listen;
use super::real::after;
use js_sys::{Array, JSON, JsString, Reflect};
use leptos::html;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlFormElement, Storage};

const PREFIX: &str = "draft ";

/// Which control, and what is in it, in the order in which they were filled.
type Entries = Vec<(String, String)>;

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Keeps what is typed into the form from now on. Puts back what is kept under this key, and says whether there was any.
pub fn keep_draft(form: &HtmlFormElement, key: String) -> bool {
    let key = format!("{PREFIX}{key}");
    let kept = read(&key);
    let found = !kept.is_empty();
    let entries = Rc::new(RefCell::new(kept.clone()));
    for name in ["input", "change"] {
        let (entries, key) = (Rc::clone(&entries), key.clone());
        listen(form, name, move |event| {
            let control = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some((name, value)) = control.and_then(|control| Some((name_of(&control)?, value_of(&control)))) {
                let mut entries = entries.borrow_mut();
                entries.retain(|(other, _)| *other != name);
                entries.push((name, value));
                write(&key, &entries);
            }
        });
    }
    // A part of the page that was waited for is built first and put into the page then.
    let form = form.clone();
    after(0, move || put_back(form, kept, 0, 0));
    found
}

pub fn has_draft(key: &str) -> bool {
    !read(&format!("{PREFIX}{key}")).is_empty()
}

pub fn forget_draft(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{key}"));
    }
}

/// Keeps those whose keys begin so.
pub fn forget_drafts_but(owner: &str) {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let foreign = |key: &String| key.strip_prefix(PREFIX).is_some_and(|rest| !rest.starts_with(owner));
    for key in keys.filter(foreign).collect::<Vec<_>>() {
        let _ = storage.remove_item(&key);
    }
}

fn read(key: &str) -> Entries {
    let text = storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default();
    let pairs = JSON::parse(&text).ok().and_then(|json| json.dyn_into::<Array>().ok()).unwrap_or_default();
    let pair = |pair: JsValue| {
        let pair: Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    pairs.iter().filter_map(pair).collect()
}

/// A full storage keeps what was there before.
fn write(key: &str, entries: &Entries) {
    let pair = |(name, value): &(String, String)| Array::of2(&name.into(), &value.into());
    let pairs: Array = entries.iter().map(pair).collect();
    let text = JSON::stringify(&pairs).ok().and_then(|text| text.dyn_into::<JsString>().ok());
    if let (Some(storage), Some(text)) = (storage(), text) {
        let _ = storage.set_item(key, &String::from(text));
    }
}

fn property(control: &Element, name: &str) -> String {
    Reflect::get(control, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// By which a control is found again; none for what is not kept: a search, which has no name, and a password, also one that
/// is shown.
fn name_of(control: &Element) -> Option<String> {
    let name = control.get_attribute("name").filter(|name| !name.is_empty())?;
    let secret = control.get_attribute("autocomplete").is_some_and(|kind| kind.ends_with("password"));
    if secret || property(control, "type") == "password" {
        return None;
    }
    // Of radio buttons the group; of what has the name of many, this one.
    let id = control.id();
    Some(if id.is_empty() || is_radio(control) { name } else { id })
}

fn is_radio(control: &Element) -> bool {
    property(control, "type") == "radio"
}

const TICKED: &str = "ticked";

fn value_of(control: &Element) -> String {
    match property(control, "type").as_str() {
        "checkbox" if control.matches(":checked").unwrap_or(false) => TICKED.to_owned(),
        "checkbox" => String::new(),
        _ => property(control, "value"),
    }
}

/// Fills the form as somebody would who fills it again, one after the other: some controls are there only after another was
/// filled, and a moment later.
fn put_back(form: HtmlFormElement, entries: Entries, at: usize, tried: u32) {
    const TRIES: u32 = 10;
    let mut tried = tried;
    for (at, (name, value)) in entries.iter().enumerate().skip(at) {
        match find(&form, name, value) {
            Some(control) => fill(&control, value),
            None if tried < TRIES => {
                let entries = entries.clone();
                return after(20, move || put_back(form, entries, at, tried + 1));
            }
            // No longer offered.
            None => {}
        }
        tried = 0;
    }
}

fn find(form: &HtmlFormElement, name: &str, value: &str) -> Option<Element> {
    let mut controls = controls(form);
    let is = |control: &Element| name_of(control).as_deref() == Some(name);
    controls.find(|control| is(control) && (!is_radio(control) || property(control, "value") == value))
}

fn fill(control: &Element, value: &str) {
    let (name, now) = match property(control, "type").as_str() {
        "radio" => ("checked", JsValue::TRUE),
        "checkbox" => ("checked", JsValue::from_bool(value == TICKED)),
        _ => ("value", value.into()),
    };
    let _ = Reflect::set(control, &name.into(), &now);
    say(control, "input");
    say(control, "change");
}

fn say(control: &Element, name: &str) {
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict(name, &bubbles) {
        let _ = control.dispatch_event(&event);
    }
}

/// Puts a text into a control, and says so to whoever keeps the form.
pub fn change(control: NodeRef<html::Input>, text: &str) {
    if let Some(control) = control.get_untracked() {
        control.set_value(text);
        say(&control, "change");
    }
}

/// Which field an event is about: the group around the control that says so, else the control's own name.
pub fn field_of(event: &Event) -> Option<String> {
    field_of_control(&event.target()?.dyn_into().ok()?)
}

fn field_of_control(control: &Element) -> Option<String> {
    let group = control.closest("[data-field]").ok().flatten();
    group.and_then(|group| group.get_attribute("data-field")).or_else(|| control.get_attribute("name"))
}

/// Focuses the first control of a field in the form around `near`.
pub fn focus_field(near: NodeRef<html::Div>, is_wanted: impl Fn(&str) -> bool) {
    let form = near.get_untracked().and_then(|near| near.closest("form").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
    let mut controls = controls(&form);
    let wanted = controls.find(|control| field_of_control(control).is_some_and(|field| is_wanted(&field)));
    if let Some(control) = wanted.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        let _ = control.focus();
    }
}

fn controls(form: &HtmlFormElement) -> impl Iterator<Item = Element> + use<> {
    let controls = form.elements();
    (0..controls.length()).filter_map(move |at| controls.get_with_index(at))
}
