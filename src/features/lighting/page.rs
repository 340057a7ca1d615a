//! `/lighting`.

use crate::access::Screen;
use crate::features::places::list_page::{self, ListData, ListPage};
use crate::features::places::model::Place;
use crate::features::places::{api, cells};
use crate::types::Topic;
use crate::ui::{Column, Icon, Tone};
use leptos::prelude::*;

fn columns() -> Vec<Column<Place>> {
    let on = |light: &Place| cells::flag(light, "on", (Tone::Ok, "On"), (Tone::Muted, "Off"));
    let mut columns = Vec::from(cells::name_and_place());
    columns.extend([
        Column::new("on", "State", on),
        Column::new("brightness", "Brightness", |light: &Place| cells::percent(light, "brightness")).class("number"),
    ]);
    columns
}

#[component]
pub fn LightingPage() -> impl IntoView {
    let list = ListPage {
        screen: Screen::Lighting,
        icon: Icon::Bulb,
        noun: ("light", "lights"),
        columns,
        row_key: cells::key,
        sort: "place",
        label: "Search lighting",
        search: "Name of a light",
        narrows: Vec::new(),
        calm: None,
    };
    list_page::view(list, ListData::new(Screen::Lighting, Topic::Places, cells::wanted, api::lights))
}
