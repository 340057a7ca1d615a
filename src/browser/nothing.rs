//! On the server, where there is no browser.

use super::kinds::{Step, Wire};
use crate::types::parse_rfc3339;
use leptos::html;
use leptos::prelude::*;

/// Any other `disabled` is rendered as `disabled=""`.
pub const UNTIL_STARTED: Option<&str> = Some("disabled");

pub fn show_modal(_: NodeRef<html::Dialog>, _: Callback<()>) {}
pub fn focus(_: &str) {}
pub fn reveal(_: &str) {}
pub fn focus_what_is_wrong(_: NodeRef<html::Div>) {}
pub fn focus_item(_: &str, _: Step) {}
pub fn popover_is_open(_: &str) -> bool {
    false
}
pub fn menu_is_open() -> bool {
    false
}
pub fn row_is_in_use() -> bool {
    false
}
pub fn show_popover(_: &str) {}
pub fn hide_popover(_: &str) {}
pub async fn copy_text(_: String) -> bool {
    false
}
pub fn local_time(_: i64) -> Option<String> {
    None
}
/// Where the person is, nobody knows here: the day ends in UTC.
pub fn local_day_end(day: &str) -> Option<i64> {
    parse_rfc3339(&format!("{day}T23:59:59.999Z"))
}
pub fn day_end(at: i64) -> i64 {
    at - at.rem_euclid(86_400_000) + 86_399_999
}
pub fn now_ms() -> Option<i64> {
    None
}
pub fn origin() -> String {
    String::new()
}
pub fn page_is_seen() -> bool {
    false
}
pub fn navigate_hard(_: &str) {}
pub fn sign_in_again(_: &str) {}
pub fn hold_page(_: bool) {}
pub fn keep_page(_: impl Fn() -> bool + Copy + 'static, _: impl Fn() -> String + 'static, _: Callback<()>) {}
pub fn change(_: NodeRef<html::Input>, _: &str) {}
pub fn field_of<E>(_: &E) -> Option<String> {
    None
}
pub fn focus_field(_: NodeRef<html::Div>, _: impl Fn(&str) -> bool) {}
pub fn keep_draft<F>(_: &F, _: String) -> bool {
    false
}
pub fn has_draft(_: &str) -> bool {
    false
}
pub fn forget_draft(_: &str) {}
pub fn forget_drafts_but(_: &str) {}
pub fn reload() {}
pub fn mark_hydrated() {}
pub fn is_hydrated() -> bool {
    false
}
pub fn fail_start() {}
pub fn on_person_act(_: impl Fn() + 'static) {}
pub fn broadcast(_: &str, _: &str) {}
pub fn on_broadcast(_: &str, _: impl Fn(String) + 'static) {}
pub fn after(_: u32, _: impl FnOnce() + 'static) {}
pub fn every(_: u32, _: impl Fn() + 'static) {}

pub fn open_socket(_: &str, _: impl Fn(String) + 'static, _: impl Fn(Wire) + 'static) {}
