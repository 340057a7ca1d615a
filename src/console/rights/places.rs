//! `PlacesFields(state, choices, error)`: everything, or buildings and floors to tick. `place_boxes`: the boxes alone.

use crate::console::rights::said::names;
use crate::rights::model::PlaceChoice;
use crate::rights::model::Places;
use crate::ui::{Checkbox, Choice, RadioGroup};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What is chosen.
#[derive(Clone, Copy)]
pub struct PlacesState {
    /// `everything` or `some`.
    mode: RwSignal<String>,
    ticked: RwSignal<BTreeSet<String>>,
}

impl PlacesState {
    /// `everything`: the viewer may choose it.
    pub fn new(places: Option<&Places>, everything: bool) -> PlacesState {
        let some = matches!(places, Some(Places::Some(_))) || !everything;
        let ids = places.map(|places| places.ids().iter().cloned().collect()).unwrap_or_default();
        PlacesState {
            mode: RwSignal::new(if some { "some" } else { "everything" }.to_owned()),
            ticked: RwSignal::new(ids),
        }
    }

    /// Nothing chosen yet: they differ, which this cannot show.
    pub fn unsaid() -> PlacesState {
        PlacesState { mode: RwSignal::new(String::new()), ticked: RwSignal::default() }
    }

    /// `everything` or `some`; empty until it is chosen.
    pub fn mode(self) -> Signal<String> {
        self.mode.into()
    }

    /// The names of what is chosen, now and from now on; none is everywhere.
    pub fn named(self, choices: &[PlaceChoice]) -> Option<Vec<String>> {
        let ticked = self.ticked.get();
        self.mode.with(|mode| (mode != "everything").then(|| names(choices, |id| ticked.contains(id))))
    }

    pub fn places(self) -> Places {
        match self.mode.get_untracked().as_str() {
            "everything" => Places::Everything,
            _ => Places::Some(self.ticked.get_untracked().into_iter().collect()),
        }
    }
}

#[component]
pub fn PlacesFields(
    state: PlacesState,
    choices: Vec<PlaceChoice>,
    everything: bool,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let choices = StoredValue::new(choices);
    let all = everything.then(|| Choice::new("everything", "Everything").hint("All current and future buildings."));
    let modes: Vec<Choice> = all.into_iter().chain([Choice::new("some", "Buildings and floors")]).collect();
    let has = move |id: &str| state.ticked.with_untracked(|ticked| ticked.contains(id));
    let set = Callback::new(move |(id, now): (String, bool)| {
        state.ticked.update(|ticked| {
            if now {
                ticked.insert(id)
            } else {
                ticked.remove(&id)
            };
        });
    });
    let boxes = move || {
        (state.mode.get() == "some").then(|| place_boxes("", "Buildings and floors", choices.get_value(), has, set))
    };
    view! {
        <div class="stack" data-field="places">
            <RadioGroup name="places_mode" label="Where" options=modes value=state.mode />
            {boxes}
            <p class="field-error" role="status">{move || error.get()}</p>
        </div>
    }
    .into_any()
}

/// Buildings with their floors, to tick. `key` tells the boxes of several such groups on one page apart.
pub fn place_boxes(
    key: &str,
    legend: &str,
    places: Vec<PlaceChoice>,
    has: impl Fn(&str) -> bool,
    set: Callback<(String, bool)>,
) -> AnyView {
    if places.is_empty() {
        return view! { <p class="muted">"There are no buildings yet."</p> }.into_any();
    }
    let boxes = places.into_iter().map(|place| place_box(key, has(&place.id), place, set)).collect_view();
    view! { <fieldset class="field places"><legend>{legend.to_owned()}</legend>{boxes}</fieldset> }.into_any()
}

fn place_box(key: &str, first: bool, place: PlaceChoice, set: Callback<(String, bool)>) -> AnyView {
    let ticked = RwSignal::new(first);
    let html_id = format!("place-{key}-{}", place.id);
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            set.run((place.id.clone(), now));
        }
        now
    });
    let class = if place.depth == 0 { "place-building" } else { "place-floor" };
    view! { <div class=class><Checkbox name="place" id=html_id label=place.full_name value=ticked /></div> }.into_any()
}
