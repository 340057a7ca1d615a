//! `/rooms`.

use crate::access::Screen;
use crate::features::places::list_page::{self, ListData, ListPage};
use crate::features::places::model::Place;
use crate::features::places::{api, cells};
use crate::types::Topic;
use crate::ui::{Column, Icon, Tone};
use leptos::prelude::*;

fn columns() -> Vec<Column<Place>> {
    let occupied = |room: &Place| cells::flag(room, "occupied", (Tone::Ok, "Occupied"), (Tone::Muted, "Free"));
    let mut columns = Vec::from(cells::name_and_place());
    columns.extend([
        Column::new("occupied", "Occupied", occupied),
        Column::new("temperature", "Temperature", |room: &Place| cells::temperature(room, "temperature"))
            .class("number"),
    ]);
    columns
}

#[component]
pub fn RoomsPage() -> impl IntoView {
    let list = ListPage {
        screen: Screen::Rooms,
        icon: Icon::Building,
        noun: ("room", "rooms"),
        columns,
        row_key: cells::key,
        sort: "place",
        label: "Search rooms",
        search: "Name of a room",
        narrows: Vec::new(),
        calm: None,
    };
    list_page::view(list, ListData::new(Screen::Rooms, Topic::Places, cells::wanted, api::rooms))
}
