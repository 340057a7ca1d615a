//! The cells that several lists of places share.

use super::model::Place;
use crate::console::list;
use crate::types::ListQuery;
use crate::ui::{Column, StatusBadge, Tone};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// The list of places that the URL asks for.
pub fn wanted(map: &ParamsMap) -> ListQuery {
    list::wanted(map, &["building_id", "floor_id", "room_id", "kind"])
}

pub fn key(place: &Place) -> String {
    place.id.clone()
}

/// Name and place: how every list of places begins.
pub fn name_and_place() -> [Column<Place>; 2] {
    [
        Column::new("name", "Name", |place: &Place| place.name.clone().into_any()).sort("name").class("main"),
        Column::new("place", "Place", |place: &Place| holder(place).into_any()).sort("place"),
    ]
}

/// The names of the places above, which the full name ends with its own after.
fn holder(place: &Place) -> String {
    let above = place.full_name.strip_suffix(&place.name).and_then(|above| above.strip_suffix(" / "));
    above.unwrap_or_default().to_owned()
}

pub fn unknown() -> AnyView {
    view! { <span class="muted">"Unknown"</span> }.into_any()
}

/// A member of the state that is yes or no.
pub fn flag(place: &Place, member: &str, yes: (Tone, &'static str), no: (Tone, &'static str)) -> AnyView {
    match place.state.get(member).and_then(serde_json::Value::as_bool) {
        Some(true) => badge(yes),
        Some(false) => badge(no),
        None => unknown(),
    }
}

fn badge((tone, word): (Tone, &'static str)) -> AnyView {
    view! { <StatusBadge tone=tone word=word /> }.into_any()
}

pub fn temperature(place: &Place, member: &str) -> AnyView {
    number(place, member, |value| format!("{value:.1} °C"))
}

pub fn percent(place: &Place, member: &str) -> AnyView {
    number(place, member, |value| format!("{value:.0} %"))
}

fn number(place: &Place, member: &str, text: fn(f64) -> String) -> AnyView {
    place.state.get(member).and_then(serde_json::Value::as_f64).map_or_else(unknown, |value| text(value).into_any())
}

/// A member of the state that is a word, as people write it.
pub fn word(place: &Place, member: &str) -> AnyView {
    let Some(word) = place.state.get(member).and_then(serde_json::Value::as_str) else { return unknown() };
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word.into_any()
}
