//! `/hvac`.

use crate::access::Screen;
use crate::features::places::list_page::{self, ListData, ListPage};
use crate::features::places::model::Place;
use crate::features::places::{api, cells};
use crate::types::Topic;
use crate::ui::{Column, Icon};
use leptos::prelude::*;

fn columns() -> Vec<Column<Place>> {
    let mut columns = Vec::from(cells::name_and_place());
    columns.extend([
        Column::new("mode", "Mode", |unit: &Place| cells::word(unit, "mode")),
        Column::new("target", "Target", |unit: &Place| cells::temperature(unit, "target")).class("number"),
        Column::new("actual", "Actual", |unit: &Place| cells::temperature(unit, "actual")).class("number"),
    ]);
    columns
}

#[component]
pub fn HvacPage() -> impl IntoView {
    let list = ListPage {
        screen: Screen::Hvac,
        icon: Icon::Fan,
        noun: ("HVAC unit", "HVAC units"),
        columns,
        row_key: cells::key,
        sort: "place",
        label: "Search hvac",
        search: "Name of a unit",
        narrows: Vec::new(),
        calm: None,
    };
    list_page::view(list, ListData::new(Screen::Hvac, Topic::Places, cells::wanted, api::hvac))
}
