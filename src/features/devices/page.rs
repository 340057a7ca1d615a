//! `/devices`.

use crate::access::Screen;
use crate::features::places::list_page::{self, ListData, ListPage, Narrow};
use crate::features::places::model::{Place, PlaceKind};
use crate::features::places::{api, cells};
use crate::types::Topic;
use crate::ui::{Choice, Column, Icon, Tone};
use leptos::prelude::*;

fn columns() -> Vec<Column<Place>> {
    let online = |device: &Place| cells::flag(device, "online", (Tone::Ok, "Online"), (Tone::Danger, "Offline"));
    let mut columns = Vec::from(cells::name_and_place());
    columns.extend([
        Column::new("kind", "Kind", |device: &Place| device.kind.label().into_any()),
        Column::new("online", "State", online),
    ]);
    columns
}

#[component]
pub fn DevicesPage() -> impl IntoView {
    let kinds = PlaceKind::DEVICES.map(|kind| Choice::new(kind.code(), kind.label())).to_vec();
    let list = ListPage {
        screen: Screen::Devices,
        icon: Icon::Device,
        noun: ("device", "devices"),
        columns,
        row_key: cells::key,
        sort: "place",
        label: "Search devices",
        search: "Name of a device",
        narrows: vec![Narrow { key: "kind", label: "Kind", choices: kinds }],
        calm: None,
    };
    list_page::view(list, ListData::new(Screen::Devices, Topic::Places, cells::wanted, api::devices))
}
