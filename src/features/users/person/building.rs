//! Buildings seen from the street, one bar per floor.

use super::model::Building;
use crate::access::Level;
use leptos::prelude::*;

/// How many buildings are drawn: those where something is open come first.
const DRAWN: usize = 12;

pub fn buildings(mut all: Vec<Building>) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">"There are no buildings yet."</p> }.into_any();
    }
    all.sort_by_key(|building| !is_open(building));
    let more = all.len().saturating_sub(DRAWN);
    let more = (more > 0).then(|| view! { <p class="muted">{format!("And {more} more.")}</p> });
    let drawn = all.into_iter().take(DRAWN).map(one).collect_view();
    view! { <div class="street">{drawn}</div> {more} }.into_any()
}

fn is_open(building: &Building) -> bool {
    building.level > Level::None || building.floors.iter().any(|(_, level)| *level > Level::None)
}

/// The highest floor is at the top, as it is outside.
fn one(building: Building) -> AnyView {
    let floor = |(name, level): (String, Level)| {
        let word = if level == Level::None { "" } else { level.label() };
        let short = name.strip_prefix("Floor ").unwrap_or(&name).to_owned();
        view! {
            <li class=format!("storey {}", level.word()) title=format!("{name}: {}", level.label())>
                <span aria-hidden="true">{short}</span>
                <span class="visually-hidden">{format!("{name}: {}", level.label())}</span>
                <span aria-hidden="true">{word}</span>
            </li>
        }
    };
    let floors = match building.floors.is_empty() {
        true => vec![(building.name.clone(), building.level)],
        false => building.floors,
    };
    view! {
        <figure class="elevation">
            <ol reversed>{floors.into_iter().rev().map(floor).collect_view()}</ol>
            <figcaption>{building.name}</figcaption>
        </figure>
    }
    .into_any()
}
