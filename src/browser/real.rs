//! In a browser.

use super::kinds::{Step, Wire};
use super::listen::listen;
use js_sys::{Date, Function, Math, Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, CloseEvent, Element, Event, HtmlElement, MessageEvent, WebSocket};

fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

pub(super) fn focus_element(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.focus();
    }
}

/// Scrolls what is around the element just so far that it can be seen.
pub fn reveal(id: &str) {
    let Some(element) = by_id(id) else { return };
    let nearest = Object::new();
    let _ = Reflect::set(&nearest, &"block".into(), &"nearest".into());
    let scroll = Reflect::get(&element, &"scrollIntoView".into()).and_then(|scroll| scroll.dyn_into::<Function>());
    if let Ok(scroll) = scroll {
        let _ = scroll.call1(&element, &nearest);
    }
}

/// In the form around `near`, once it is rendered: focuses the first field with `aria-invalid` or the first message at a field, or else `near`.
pub fn focus_what_is_wrong(near: NodeRef<html::Div>) {
    const WRONG: &str = "[aria-invalid='true'], .field-error:not([hidden], :empty)";
    after(0, move || {
        let Some(near) = near.try_get_untracked().flatten() else { return };
        let form = near.closest("form").ok().flatten();
        let wrong = form.and_then(|form| form.query_selector(WRONG).ok().flatten()).unwrap_or_else(|| near.into());
        if wrong.class_name() == "field-error" {
            let _ = wrong.set_attribute("tabindex", "-1");
        }
        focus_element(&wrong);
    });
}

/// Moves the focus among the `menuitem`s of the element with this id.
pub fn focus_item(id: &str, step: Step) {
    let Some(menu) = by_id(id) else { return };
    let children = std::iter::successors(menu.first_element_child(), Element::next_element_sibling);
    let items = children.filter(|item| item.matches("[role=menuitem]").unwrap_or(false)).collect::<Vec<_>>();
    let at = document().active_element().and_then(|now| items.iter().position(|item| *item == now));
    let last = items.len().saturating_sub(1);
    let to = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None | Some(0)) => last,
        (Step::Next, Some(at)) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (Step::Previous, Some(at)) => at - 1,
    };
    if let Some(item) = items.get(to) {
        focus_element(item);
    }
}

pub fn popover_is_open(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.matches(":popover-open").unwrap_or(false))
}

pub fn menu_is_open() -> bool {
    document().query_selector(".menu:popover-open").is_ok_and(|menu| menu.is_some())
}

/// A menu is open, or somebody goes along the rows of a table by keyboard.
pub fn row_is_in_use() -> bool {
    document().query_selector(".menu:popover-open, tbody :focus-visible").is_ok_and(|used| used.is_some())
}

pub fn show_popover(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.show_popover();
    }
}

pub fn hide_popover(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.hide_popover();
    }
}

/// Whether the text is on the clipboard now.
pub async fn copy_text(text: String) -> bool {
    // Without TLS, as on a site without internet, there is no `navigator.clipboard`.
    let navigator = window().navigator();
    let modern = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| !clipboard.is_undefined());
    if modern && navigator.clipboard().write_text(&text).await.is_ok() {
        return true;
    }
    copy_the_old_way(&text).unwrap_or(false)
}

fn copy_the_old_way(text: &str) -> Result<bool, JsValue> {
    let text = JsValue::from_str(text);
    let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        event.prevent_default();
        if let Ok(data) = Reflect::get(&event, &"clipboardData".into())
            && let Ok(set) = Reflect::get(&data, &"setData".into()).and_then(|set| set.dyn_into::<Function>())
        {
            let _ = set.call2(&data, &"text/plain".into(), &text);
        }
    });
    let document = document();
    document.add_event_listener_with_callback("copy", heard.as_ref().unchecked_ref())?;
    let command: Function = Reflect::get(&document, &"execCommand".into())?.dyn_into()?;
    let copied = command.call1(&document, &"copy".into());
    document.remove_event_listener_with_callback("copy", heard.as_ref().unchecked_ref())?;
    Ok(copied?.is_truthy())
}

/// Date and time of day where the browser is, `2026-11-22 03:47`.
pub fn local_time(at: i64) -> Option<String> {
    let date = Date::new(&JsValue::from_f64(at as f64));
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    Some(format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", date.get_hours(), date.get_minutes()))
}

/// The last millisecond of a day, `2026-11-30`, where the browser is.
pub fn local_day_end(day: &str) -> Option<i64> {
    let at = Date::parse(&format!("{day}T23:59:59.999"));
    (!at.is_nan()).then_some(at as i64)
}

/// The last millisecond of the day with this instant, where the browser is.
pub fn day_end(at: i64) -> i64 {
    let date = Date::new(&JsValue::from_f64(at as f64));
    date.set_hours(23);
    date.set_minutes(59);
    date.set_seconds(59);
    date.set_milliseconds(999);
    date.get_time() as i64
}

pub fn now_ms() -> Option<i64> {
    Some(Date::now() as i64)
}

/// The path and the query, with its `?`, of this page.
pub fn address() -> (String, String) {
    let location = window().location();
    (location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Where this page came from: `https://doorward.example.com`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Not in a hidden tab or a minimised window.
pub fn page_is_seen() -> bool {
    !document().hidden()
}

thread_local! {
    static LEAVING: Cell<bool> = const { Cell::new(false) };
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// Leaves the running application for an address.
pub fn navigate_hard(url: &str) {
    LEAVING.set(true);
    let _ = window().location().set_href(url);
}

/// The session is over: to the sign-in, which says why and leads back here.
pub fn sign_in_again(reason: &str) {
    let (path, query) = address();
    let here = path + &query;
    let next = String::from(js_sys::encode_uri_component(&here));
    navigate_hard(&format!("/sign-in?ended={reason}&next={next}"));
}

/// Until it is released, nothing loads the page anew: an answer is on its way that must not be lost.
pub fn hold_page(held: bool) {
    HELD.set(held);
}

/// Does nothing while the page is held or being left: loading it anew would call that off.
pub fn reload() {
    if !LEAVING.get() && !HELD.get() {
        let _ = window().location().reload();
    }
}

/// `disabled` of a control that does nothing before the application has started: the server renders it so.
pub const UNTIL_STARTED: Option<&str> = None;

/// Calls back at each click, tap or key of a person.
pub fn on_person_act(acted: impl Fn() + 'static) {
    let acted = Rc::new(acted);
    for name in ["pointerdown", "keydown"] {
        let acted = Rc::clone(&acted);
        listen(&window(), name, move |event| {
            if event.is_trusted() {
                acted();
            }
        });
    }
}

/// Tells the other tabs.
pub fn broadcast(channel: &str, text: &str) {
    if let Ok(channel) = BroadcastChannel::new(channel) {
        let _ = channel.post_message(&text.into());
        channel.close();
    }
}

/// Hears the other tabs.
pub fn on_broadcast(channel: &str, heard: impl Fn(String) + 'static) {
    let Ok(channel) = BroadcastChannel::new(channel) else { return };
    listen(&channel, "message", move |event| {
        if let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()) {
            heard(text);
        }
    });
}

pub fn after(milliseconds: u32, act: impl FnOnce() + 'static) {
    set_timeout(act, Duration::from_millis(u64::from(milliseconds)));
}

/// Calls again and again until the current owner ends.
pub fn every(milliseconds: u32, act: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(act, Duration::from_millis(u64::from(milliseconds))) {
        on_cleanup(move || handle.clear());
    }
}

/// A WebSocket that opens itself again. Ends with its owner.
#[derive(Clone, Copy)]
struct Socket(StoredValue<Line, LocalStorage>);

type Listener = Closure<dyn FnMut(Event)>;

struct Line {
    url: String,
    socket: Option<(WebSocket, [Listener; 3])>,
    tries: u32,
    closed: bool,
    on_message: Rc<dyn Fn(String)>,
    on_wire: Rc<dyn Fn(Wire)>,
}

/// Opens a WebSocket to a path of this server. `on_wire` hears when it is open and when it was lost.
pub fn open_socket(path: &str, on_message: impl Fn(String) + 'static, on_wire: impl Fn(Wire) + 'static) {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|scheme| scheme == "https:") { "wss" } else { "ws" };
    let url = format!("{scheme}://{}{path}", location.host().unwrap_or_default());
    let (on_message, on_wire) = (Rc::new(on_message), Rc::new(on_wire));
    let socket =
        Socket(StoredValue::new_local(Line { url, socket: None, tries: 0, closed: false, on_message, on_wire }));
    socket.connect();
    on_cleanup(move || socket.close());
}

impl Socket {
    /// Closes it for good.
    fn close(self) {
        self.0.try_update_value(|line| {
            line.closed = true;
            if let Some((socket, _)) = &line.socket {
                socket.set_onopen(None);
                socket.set_onclose(None);
                socket.set_onmessage(None);
                let _ = socket.close();
            }
        });
    }

    fn connect(self) {
        let Some(Some(url)) = self.0.try_with_value(|line| (!line.closed).then(|| line.url.clone())) else {
            return;
        };
        let Ok(socket) = WebSocket::new(&url) else { return };
        let opened = Closure::<dyn FnMut(Event)>::new(move |_| {
            let tell = self.0.try_update_value(|line| {
                line.tries = 0;
                Rc::clone(&line.on_wire)
            });
            if let Some(tell) = tell {
                tell(Wire::Open);
            }
        });
        let message = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
            if let (Some(text), Some(tell)) = (text, self.0.try_with_value(|line| Rc::clone(&line.on_message))) {
                tell(text);
            }
        });
        let lost = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            self.lost(event.dyn_ref::<CloseEvent>().map_or(1006, CloseEvent::code));
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(lost.as_ref().unchecked_ref()));
        self.0.try_update_value(|line| line.socket = Some((socket, [opened, message, lost])));
    }

    fn lost(self, code: u16) {
        let told = self.0.try_update_value(|line| {
            line.tries += 1;
            (Rc::clone(&line.on_wire), line.tries)
        });
        let Some((tell, tries)) = told else { return };
        tell(Wire::Lost(code));
        // Half a second doubled up to 15 s, spread, so that a restarted server is not stormed.
        let wait = (250.0 * f64::from(1 << tries.min(6))).min(15_000.0);
        after((wait * (0.75 + Math::random() / 2.0)) as u32, move || self.connect());
    }
}
