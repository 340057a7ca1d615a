//! Search and filters over the lists of places; the URL keeps them.

use super::model::{PlaceKind, PlaceOption};
use crate::access::Screen;
use crate::error::AppError;
use crate::ui::{Choice, Filter, SearchBox};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

/// Puts one parameter into the URL.
type Go = Callback<(&'static str, String)>;

/// One more filter: its key in the URL, its label, and its values.
#[derive(Clone)]
pub struct Narrow {
    pub key: &'static str,
    pub label: &'static str,
    pub choices: Vec<Choice>,
}

/// A parameter of the URL, empty when it is not there.
pub fn param(map: &ParamsMap, key: &str) -> String {
    map.get(key).unwrap_or_default()
}

/// The URL of the same list with one parameter changed, back on its first page. A floor goes with its building.
pub fn with_param(screen: Screen, map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    map.remove("cursor");
    map.remove(key);
    if key == "building_id" {
        map.remove("floor_id");
    }
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("{}{}", screen.row().path.unwrap_or("/"), map.to_query_string())
}

/// Whether the URL leaves something out of the list.
pub fn narrowed(map: &ParamsMap, narrows: &[Narrow]) -> bool {
    let keys = ["q", "building_id", "floor_id", "room_id"].into_iter().chain(narrows.iter().map(|narrow| narrow.key));
    keys.into_iter().any(|key| !param(map, key).is_empty())
}

#[component]
pub fn Toolbar(
    screen: Screen,
    search: &'static str,
    narrows: Vec<Narrow>,
    options: Resource<Result<Vec<PlaceOption>, AppError>>,
) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let go = Callback::new(move |(key, value): (&'static str, String)| {
        let href = query.with_untracked(|map| with_param(screen, map, key, &value));
        navigate(&href, NavigateOptions { replace: key == "q", scroll: false, ..NavigateOptions::default() });
    });
    let narrows =
        narrows.into_iter().map(|narrow| one(query, go, narrow.key, narrow.label, Signal::stored(narrow.choices)));
    let label = format!("Search {}", screen.label().to_ascii_lowercase());
    view! {
        <div class="toolbar">
            <SearchBox label=label value=now(query, "q") placeholder=search on_search=move |text: String| go.run(("q", text)) />
            <Transition>
                {move || Suspend::new(async move { places(query, go, options.await.unwrap_or_default()) })}
            </Transition>
            {narrows.collect_view()}
        </div>
    }
    .into_any()
}

fn now(query: Memo<ParamsMap>, key: &'static str) -> Signal<String> {
    Signal::derive(move || query.with(|map| param(map, key)))
}

fn one(
    query: Memo<ParamsMap>,
    go: Go,
    key: &'static str,
    label: &'static str,
    choices: Signal<Vec<Choice>>,
) -> AnyView {
    let any = Choice::new("", "Any");
    let options = Signal::derive(move || std::iter::once(any.clone()).chain(choices.get()).collect::<Vec<_>>());
    let change = move |value: String| go.run((key, value));
    view! { <Filter label=label name=key options=options value=now(query, key) on_change=change /> }.into_any()
}

/// Building and floor, each only where there is a choice. Floors follow the building; without one they say theirs.
fn places(query: Memo<ParamsMap>, go: Go, options: Vec<PlaceOption>) -> AnyView {
    let (buildings, floors): (Vec<_>, Vec<_>) =
        options.into_iter().partition(|option| option.kind == PlaceKind::Building);
    let buildings: Vec<Choice> = buildings.into_iter().map(|option| Choice::new(option.id, option.name)).collect();
    let (some_buildings, some_floors) = (!buildings.is_empty(), !floors.is_empty());
    let of_building = Signal::derive(move || {
        let building = query.with(|map| param(map, "building_id"));
        let inside = floors.iter().filter(|floor| building.is_empty() || floor.building_id.as_ref() == Some(&building));
        let label =
            |floor: &PlaceOption| if building.is_empty() { floor.full_name.clone() } else { floor.name.clone() };
        inside.map(|floor| Choice::new(floor.id.clone(), label(floor))).collect::<Vec<_>>()
    });
    view! {
        {some_buildings.then(|| one(query, go, "building_id", "Building", Signal::stored(buildings)))}
        {some_floors.then(|| one(query, go, "floor_id", "Floor", of_building))}
    }
    .into_any()
}
