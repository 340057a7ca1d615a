//! The filters over the lists of places.

use super::model::{PlaceKind, PlaceOption};
use crate::console::list::{self, List};
use crate::error::AppError;
use crate::ui::Choice;
use leptos::prelude::*;

/// One more filter: its key in the URL, its label, and its values.
#[derive(Clone)]
pub struct Narrow {
    pub key: &'static str,
    pub label: &'static str,
    pub choices: Vec<Choice>,
}

pub fn filters(list: List, options: Resource<Result<Vec<PlaceOption>, AppError>>, narrows: Vec<Narrow>) -> AnyView {
    let narrows =
        narrows.into_iter().map(|narrow| list::filter(list, narrow.key, narrow.label, Signal::stored(narrow.choices)));
    view! {
        <Transition>
            {move || Suspend::new(async move { places(list, options.await.unwrap_or_default()) })}
        </Transition>
        {narrows.collect_view()}
    }
    .into_any()
}

/// Building and floor, each only where there is a choice. Floors follow the building; without one they say theirs.
fn places(list: List, options: Vec<PlaceOption>) -> AnyView {
    let (buildings, floors): (Vec<_>, Vec<_>) =
        options.into_iter().partition(|option| option.kind == PlaceKind::Building);
    let buildings: Vec<Choice> = buildings.into_iter().map(|option| Choice::new(option.id, option.name)).collect();
    let (some_buildings, some_floors) = (!buildings.is_empty(), !floors.is_empty());
    let building = list.now("building_id");
    let of_building = Signal::derive(move || {
        let building = building.get();
        let inside = floors.iter().filter(|floor| building.is_empty() || floor.building_id.as_ref() == Some(&building));
        let label =
            |floor: &PlaceOption| if building.is_empty() { floor.full_name.clone() } else { floor.name.clone() };
        inside.map(|floor| Choice::new(floor.id.clone(), label(floor))).collect::<Vec<_>>()
    });
    view! {
        {some_buildings.then(|| list::filter(list, "building_id", "Building", Signal::stored(buildings)))}
        {some_floors.then(|| list::filter(list, "floor_id", "Floor", of_building))}
    }
    .into_any()
}
