//! `PlacesFields(state, choices, error)`: everything, or buildings and floors to tick. `place_boxes`: the boxes alone, to search where there are many.

use crate::browser;
use crate::console::rights::said::names;
use crate::rights::model::PlaceChoice;
use crate::rights::model::Places;
use crate::ui::{Checkbox, Choice, RadioGroup, Sent};
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

    /// Takes over what was ticked before the application had started.
    pub fn take(self, sent: &Sent) {
        sent.fill("places_mode", self.mode);
        self.ticked.set(sent.all("place").map(|value| place_of(value).1.to_owned()).collect());
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

/// So many are looked through without a search.
const FEW: usize = 40;

/// Buildings with their floors, to tick; a building that is ticked has all of its own, so those go. `key` tells the boxes of
/// several such groups on one page apart.
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
    let typed = RwSignal::new(String::new());
    let label = format!("Search {}", legend.to_lowercase());
    let search = (places.len() > FEW).then(|| narrowing(&format!("search-{key}"), label, "Building or floor", typed));
    let mut building: Option<Building> = None;
    let boxes = places.into_iter().map(|place| {
        let ticked = RwSignal::new(has(&place.id));
        let above = building.filter(|_| place.depth > 0);
        match above {
            Some(above) => above.floors.update_untracked(|floors| floors.push(ticked)),
            None => building = Some(Building { ticked, floors: RwSignal::default() }),
        }
        let of = if above.is_none() { building } else { None };
        place_box(key, place, PlaceBox { ticked, above, of, typed, set })
    });
    let boxes = boxes.collect_view();
    view! { <fieldset class="field places"><legend>{legend.to_owned()}</legend>{search}{boxes}</fieldset> }.into_any()
}

/// A search among boxes that are all there. Nameless: it is no part of what the form saves.
pub(super) fn narrowing(id: &str, label: String, placeholder: &'static str, typed: RwSignal<String>) -> AnyView {
    view! {
        <input class="input place-search" type="search" id=id.to_owned() aria-label=label placeholder=placeholder maxlength="100"
            disabled=browser::UNTIL_STARTED on:input=move |event| typed.set(event_target_value(&event).trim().to_lowercase()) />
    }
    .into_any()
}

/// A building and its floors.
#[derive(Clone, Copy)]
struct Building {
    ticked: RwSignal<bool>,
    floors: RwSignal<Vec<RwSignal<bool>>>,
}

impl Building {
    /// How many of its floors are ticked, and how many there are; none of them count where all of it is ticked.
    fn floors(self) -> (usize, usize) {
        let whole = self.ticked.get();
        self.floors.with(|floors| (floors.iter().filter(|floor| floor.get() && !whole).count(), floors.len()))
    }

    fn hint(self) -> Option<String> {
        match self.floors() {
            _ if self.ticked.get() => Some("All of its floors, current and future.".to_owned()),
            (0, _) => None,
            (some, all) => Some(format!("{some} of {all} floors.")),
        }
    }
}

/// One of the boxes among the others.
#[derive(Clone, Copy)]
struct PlaceBox {
    ticked: RwSignal<bool>,
    /// Of a floor: its building.
    above: Option<Building>,
    /// Of a building: itself.
    of: Option<Building>,
    /// What is searched for.
    typed: RwSignal<String>,
    set: Callback<(String, bool)>,
}

/// Of a box that was sent: the key of its group, and the place.
pub fn place_of(sent: &str) -> (&str, &str) {
    sent.split_once(' ').unwrap_or_default()
}

fn place_box(key: &str, place: PlaceChoice, of: PlaceBox) -> AnyView {
    let PlaceBox { ticked, above, of, typed, set } = of;
    let html_id = format!("place-{key}-{}", place.id);
    let sent = format!("{key} {}", place.id);
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            set.run((place.id.clone(), now));
        }
        now
    });
    let name = place.full_name.to_lowercase();
    let hidden = move || {
        let other = typed.with(|typed| !name.contains(typed.as_str()));
        other || above.is_some_and(|above| above.ticked.get())
    };
    let building = place.depth == 0;
    let class = if building { "place-building" } else { "place-floor" };
    let hint = Signal::derive(move || of.and_then(Building::hint));
    let some = Signal::derive(move || of.is_some_and(|of| of.floors().0 > 0));
    view! { <div class=class hidden=hidden><Checkbox name="place" sent=sent id=html_id label=place.full_name value=ticked some=some hint=hint /></div> }.into_any()
}
