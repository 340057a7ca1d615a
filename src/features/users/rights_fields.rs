//! Profiles and places of a user: which, where, and whether they differ per profile.

use super::model::{ProfileChoice, Rights};
use crate::access::{Level, Levels, Screen};
use crate::features::places::model::{PlaceChoice, Places};
use crate::ui::{Checkbox, Choice, FormErrors, Notice, RadioGroup, Tone};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is ticked. The key of a place choice is a profile's id, or empty for the one that counts for all.
#[derive(Clone, Copy)]
pub struct RightsState {
    profiles: RwSignal<BTreeSet<String>>,
    /// `everything`, `some` or `differ`.
    mode: RwSignal<String>,
    places: RwSignal<BTreeMap<String, BTreeSet<String>>>,
    organization_levels: RwSignal<Levels>,
}

impl RightsState {
    pub fn new(rights: Option<&Rights>, everything: bool) -> RightsState {
        let rights = rights.cloned().unwrap_or_default();
        let set = |places: &Places| match places {
            Places::Everything => BTreeSet::new(),
            Places::Some(ids) => ids.iter().cloned().collect(),
        };
        let mut places: BTreeMap<String, BTreeSet<String>> =
            rights.profile_places.iter().map(|(profile, places)| (profile.clone(), set(places))).collect();
        let mode = match &rights.places {
            _ if !rights.profile_places.is_empty() => "differ",
            Some(Places::Some(ids)) => {
                places.insert(String::new(), ids.iter().cloned().collect());
                "some"
            }
            None if !everything => "some",
            _ => "everything",
        };
        RightsState {
            profiles: RwSignal::new(rights.profiles.into_iter().collect()),
            mode: RwSignal::new(mode.to_owned()),
            places: RwSignal::new(places),
            organization_levels: RwSignal::new(rights.organization_levels),
        }
    }

    pub fn rights(self) -> Rights {
        let profiles: Vec<String> = self.profiles.get_untracked().into_iter().collect();
        let chosen = |key: &str| self.places.with_untracked(|places| places.get(key).cloned().unwrap_or_default());
        let list = |key: &str| Places::Some(chosen(key).into_iter().collect());
        let mode = self.mode.get_untracked();
        let (places, profile_places) = match mode.as_str() {
            "differ" => {
                // Nothing ticked for a profile is everything, as the form says.
                let each = |id: &String| if chosen(id).is_empty() { Places::Everything } else { list(id) };
                (None, profiles.iter().map(|id| (id.clone(), each(id))).collect())
            }
            "some" => (Some(list("")), BTreeMap::new()),
            _ => (Some(Places::Everything), BTreeMap::new()),
        };
        let organization_levels =
            if mode == "everything" { Levels::NONE } else { self.organization_levels.get_untracked() };
        Rights { profiles, places, profile_places, organization_levels }
    }
}

#[component]
pub fn RightsFields(
    state: RightsState,
    profiles: Vec<ProfileChoice>,
    places: Vec<PlaceChoice>,
    everything: bool,
    errors: FormErrors,
) -> impl IntoView {
    let all = StoredValue::new(profiles.clone());
    let places = StoredValue::new(places);
    let mut modes = Vec::new();
    if everything {
        modes.push(Choice::new("everything", "Everything").hint("All buildings, also those to come."));
    }
    modes.push(Choice::new("some", "Buildings and floors").hint("One choice for all profiles."));
    modes.push(Choice::new("differ", "Different per profile").hint("A choice for each; none ticked is everything."));
    let error = |field| view! { <p class="field-error" role="status">{move || errors.at(field).get()}</p> };
    view! {
        <fieldset class="field" aria-describedby="profiles-error">
            <legend>"Profiles"</legend>
            {profiles.into_iter().map(|profile| profile_box(state, profile)).collect_view()}
            <div id="profiles-error">{error("profiles")}</div>
        </fieldset>
        <RadioGroup name="places_mode" label="Where" options=modes value=state.mode />
        {move || match state.mode.get().as_str() {
            "some" => Some(tree(state, String::new(), "Buildings and floors".to_owned(), places.get_value())),
            "differ" => Some(per_profile(state, all.get_value(), places.get_value())),
            _ => None,
        }}
        {error("places")}
        {move || closed_screens(state, all.get_value())}
        {error("organization_levels")}
    }
    .into_any()
}

fn profile_box(state: RightsState, profile: ProfileChoice) -> AnyView {
    let id = profile.id.clone();
    let ticked = RwSignal::new(state.profiles.with_untracked(|profiles| profiles.contains(&id)));
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            state.profiles.update(|profiles| {
                if now {
                    profiles.insert(id.clone())
                } else {
                    profiles.remove(&id)
                };
            });
        }
        now
    });
    let open: Vec<String> =
        profile.levels.open().map(|(screen, level)| format!("{} {}", screen.label(), level.word())).collect();
    let hint =
        if open.len() > 5 { format!("{} and {} more", open[..4].join(", "), open.len() - 4) } else { open.join(", ") };
    view! { <Checkbox name="profile" id=format!("profile-{}", profile.id) label=profile.name value=ticked hint=hint /> }
        .into_any()
}

/// Buildings with their floors, to tick for one key.
fn tree(state: RightsState, key: String, legend: String, places: Vec<PlaceChoice>) -> AnyView {
    if places.is_empty() {
        return view! { <p class="muted">"There are no buildings yet."</p> }.into_any();
    }
    let boxes = places.into_iter().map(|place| place_box(state, key.clone(), place)).collect_view();
    view! { <fieldset class="field places"><legend>{legend}</legend>{boxes}</fieldset> }.into_any()
}

fn place_box(state: RightsState, key: String, place: PlaceChoice) -> AnyView {
    let (id, of) = (place.id.clone(), key.clone());
    let ticked =
        RwSignal::new(state.places.with_untracked(|places| places.get(&of).is_some_and(|set| set.contains(&id))));
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            state.places.update(|places| {
                let set = places.entry(of.clone()).or_default();
                if now {
                    set.insert(id.clone())
                } else {
                    set.remove(&id)
                };
            });
        }
        now
    });
    let class = if place.depth == 0 { "place-building" } else { "place-floor" };
    view! {
        <div class=class>
            <Checkbox name="place" id=format!("place-{key}-{}", place.id) label=place.full_name value=ticked />
        </div>
    }
    .into_any()
}

fn per_profile(state: RightsState, profiles: Vec<ProfileChoice>, places: Vec<PlaceChoice>) -> AnyView {
    let chosen = state.profiles.get();
    let sections = profiles.into_iter().filter(|profile| chosen.contains(&profile.id)).map(|profile| {
        let legend = format!("Where {} counts", profile.name);
        tree(state, profile.id, legend, places.clone())
    });
    view! { <div class="stack">{sections.collect_view()}</div> }.into_any()
}

/// Screens that a place limit leaves closed, because their rows have no place, offered as a second grant on everything.
fn closed_screens(state: RightsState, profiles: Vec<ProfileChoice>) -> Option<AnyView> {
    if state.mode.get() == "everything" {
        return None;
    }
    let chosen = state.profiles.get();
    let levels =
        profiles.iter().filter(|profile| chosen.contains(&profile.id)).fold(Levels::NONE, |sum, p| sum.max(&p.levels));
    let closed: Vec<(Screen, Level)> = levels.open().filter(|(screen, _)| !screen.has_places()).collect();
    if closed.is_empty() {
        return None;
    }
    let names: Vec<&str> = closed.iter().map(|(screen, _)| screen.label()).collect();
    let names = names.join(", ");
    let given = RwSignal::new(state.organization_levels.with_untracked(|levels| !levels.is_empty()));
    let wanted: Levels = closed.into_iter().collect();
    Effect::new(move |before: Option<bool>| {
        let now = given.get();
        if before.is_some_and(|before| before != now) {
            state.organization_levels.set(if now { wanted } else { Levels::NONE });
        }
        now
    });
    Some(
        view! {
            <Notice tone=Tone::Info>"A place limit leaves these screens closed, because what they show belongs to no place: " {names} "."</Notice>
            <Checkbox name="organization_levels" label="Open them as well, on everything" value=given />
        }
        .into_any(),
    )
}
