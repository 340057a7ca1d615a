//! Profiles and places of a user: which, where, and whether they differ per profile.

use super::model::Rights;
use crate::access::Levels;
use crate::console::rights::as_well::{as_well, closed, offered};
use crate::console::rights::places::{place_boxes, place_of};
use crate::console::rights::profiles::profile_boxes;
use crate::console::rights::said::{Given, names};
use crate::error::{AppError, FieldError};
use crate::rights::model::PlaceChoice;
use crate::rights::model::Places;
use crate::rights::model::ProfileChoice;
use crate::ui::{Choice, FormErrors, RadioGroup, Sent};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// In the places of one profile: all of them, also those to come.
const EVERYTHING: &str = "everything";

/// What is ticked. The key of a place choice is a profile's id, or empty for the one that counts for all.
#[derive(Clone, Copy)]
pub struct RightsState {
    profiles: RwSignal<BTreeSet<String>>,
    /// `everything`, `some` or `differ`.
    mode: RwSignal<String>,
    places: RwSignal<BTreeMap<String, BTreeSet<String>>>,
    /// *Include them anyway*: a second grant, on everything.
    open: RwSignal<bool>,
    /// What the form started from; the boxes are drawn anew with it.
    first: RwSignal<Rights>,
    offered: StoredValue<Vec<ProfileChoice>>,
    /// The viewer may give rights on everything.
    everything: bool,
}

impl RightsState {
    pub fn new(offered: Vec<ProfileChoice>, everything: bool) -> RightsState {
        let state = RightsState {
            profiles: RwSignal::default(),
            mode: RwSignal::default(),
            places: RwSignal::default(),
            open: RwSignal::new(false),
            first: RwSignal::default(),
            offered: StoredValue::new(offered),
            everything,
        };
        state.load(Rights::default());
        state
    }

    /// Forgets what was ticked for these rights.
    pub fn load(self, rights: Rights) {
        let set = |places: &Places| match places {
            Places::Everything => BTreeSet::from([EVERYTHING.to_owned()]),
            Places::Some(ids) => ids.iter().cloned().collect(),
        };
        let each = rights.profile_places.iter().map(|(profile, places)| (profile.clone(), set(places)));
        let all = rights.places.iter().map(|places| (String::new(), places.ids().iter().cloned().collect()));
        self.places.set(each.chain(all).collect());
        self.profiles.set(rights.profiles.iter().cloned().collect());
        self.mode.set(self.mode_of(&rights).to_owned());
        self.open.set(!rights.organization_levels.is_empty());
        self.first.set(rights);
    }

    /// Takes over what was ticked before the application had started. What the form does not offer stays.
    pub fn take(self, sent: &Sent) {
        let ticked: BTreeSet<String> = sent.all("profile").map(str::to_owned).collect();
        self.profiles.update(|profiles| {
            profiles.retain(|id| !self.offers(id));
            profiles.extend(ticked);
        });
        sent.fill("places_mode", self.mode);
        let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (key, id) in sent.all("place").map(place_of) {
            places.entry(key.to_owned()).or_default().insert(id.to_owned());
        }
        self.places.set(places);
        sent.tick("organization_levels", self.open);
    }

    fn mode_of(self, rights: &Rights) -> &'static str {
        match &rights.places {
            _ if !rights.profile_places.is_empty() => "differ",
            Some(Places::Some(_)) => "some",
            None if !self.everything => "some",
            _ => "everything",
        }
    }

    pub fn offers(self, profile: &str) -> bool {
        self.offered.with_value(|offered| offered.iter().any(|choice| choice.id == profile))
    }

    /// Exactly what the form shows as ticked.
    pub fn rights(self) -> Rights {
        let profiles: Vec<String> = self.profiles.get_untracked().into_iter().collect();
        let chosen = |key: &str| self.places.with_untracked(|places| places.get(key).cloned().unwrap_or_default());
        let list = |key: &str| match chosen(key) {
            ids if ids.contains(EVERYTHING) => Places::Everything,
            ids => Places::Some(ids.into_iter().collect()),
        };
        let (places, profile_places) = match self.mode.get_untracked().as_str() {
            "differ" => (None, profiles.iter().map(|id| (id.clone(), list(id))).collect()),
            "some" => (Some(list("")), BTreeMap::new()),
            _ => (Some(Places::Everything), BTreeMap::new()),
        };
        let open = self.open.get_untracked();
        let organization_levels = if open { untrack(|| self.as_well()) } else { Levels::NONE };
        Rights { profiles, places, profile_places, organization_levels }
    }

    /// What is ticked, to be said in sentences.
    pub fn given(self, choices: &[PlaceChoice]) -> Vec<Given> {
        let (profiles, mode, places) = (self.profiles.get(), self.mode.get(), self.places.get());
        let held: Vec<ProfileChoice> = self
            .offered
            .with_value(|offered| offered.iter().filter(|profile| profiles.contains(&profile.id)).cloned().collect());
        let at = |key: &str, levels: &Levels| match places.get(key) {
            Some(ids) if ids.contains(EVERYTHING) => Given::everywhere(*levels),
            ids => Given::at(levels, names(choices, |id| ids.is_some_and(|ids| ids.contains(id)))),
        };
        let all = held.iter().fold(Levels::NONE, |sum, profile| sum.max(&profile.levels));
        let mut given = match mode.as_str() {
            "differ" => held.iter().map(|profile| at(&profile.id, &profile.levels)).collect(),
            "some" => vec![at("", &all)],
            _ => vec![Given::everywhere(all)],
        };
        if self.open.get() {
            given.push(Given::everywhere(self.as_well()));
        }
        given
    }

    /// The profiles for which no place is ticked yet, each at its own field.
    pub fn missing(self) -> Option<AppError> {
        let rights = self.rights();
        let none = rights.profile_places.iter().filter(|(_, places)| **places == Places::Some(Vec::new()));
        let fields =
            none.map(|(id, _)| FieldError::new(&field_of(id), "required", "Choose at least one building or floor."));
        let fields: Vec<FieldError> = fields.collect();
        (!fields.is_empty()).then(|| AppError::invalid(fields))
    }

    /// Levels on screens that a place limit leaves closed, because their rows have no place.
    fn closed(self) -> Levels {
        let mode = self.mode.get();
        if mode == "everything" {
            return Levels::NONE;
        }
        let (chosen, places) = (self.profiles.get(), self.places.get());
        let everywhere = |id: &str| mode == "differ" && places.get(id).is_some_and(|ids| ids.contains(EVERYTHING));
        let levels = self.offered.with_value(|offered| {
            let held = offered.iter().filter(|profile| chosen.contains(&profile.id) && !everywhere(&profile.id));
            held.fold(Levels::NONE, |sum, profile| sum.max(&profile.levels))
        });
        closed(&levels)
    }

    /// What *Include them anyway* gives. As long as nobody chooses otherwise, that is what the user has.
    fn as_well(self) -> Levels {
        self.first.with(|first| {
            let mode = self.mode.with(|mode| mode == self.mode_of(first));
            let profiles = self.profiles.with(|now| now.iter().eq(first.profiles.iter().collect::<BTreeSet<_>>()));
            offered(mode && profiles, first.organization_levels, self.closed())
        })
    }
}

#[component]
pub fn RightsFields(state: RightsState, places: Vec<PlaceChoice>, errors: FormErrors) -> impl IntoView {
    let places = StoredValue::new(places);
    let mut modes = Vec::new();
    if state.everything {
        modes.push(Choice::new("everything", "Everything").hint("All current and future buildings."));
    }
    modes.push(Choice::new("some", "Buildings and floors").hint("One choice for all profiles."));
    modes.push(Choice::new("differ", "Different per profile").hint("A choice for each profile."));
    let error = |field| view! { <p class="field-error" role="status">{move || errors.at(field).get()}</p> };
    let tick = Callback::new(move |(id, now): (String, bool)| {
        state.profiles.update(|profiles| {
            if now {
                profiles.insert(id)
            } else {
                profiles.remove(&id)
            };
        });
    });
    let profiles = move || {
        state.first.track();
        let has = |id: &str| state.profiles.with_untracked(|profiles| profiles.contains(id));
        profile_boxes(state.offered.get_value(), has, tick)
    };
    view! {
        <fieldset class="field radios" data-field="profiles" aria-describedby="profiles-error">
            <legend>"Profiles"</legend>
            {profiles}
            <div id="profiles-error">{error("profiles")}</div>
        </fieldset>
        <RadioGroup name="places_mode" label="Where" options=modes value=state.mode />
        {move || {
            state.first.track();
            match state.mode.get().as_str() {
                "some" => Some(at("places".to_owned(), tree(state, String::new(), "Buildings and floors", places.get_value()))),
                "differ" => Some(per_profile(state, places.get_value(), errors)),
                _ => None,
            }
        }}
        {error("places")}
        {error("profile_places")}
        {move || as_well(&state.closed(), &state.as_well(), state.open)}
        {error("organization_levels")}
    }
    .into_any()
}

/// Buildings with their floors, to tick for one key.
fn tree(state: RightsState, key: String, legend: &str, places: Vec<PlaceChoice>) -> AnyView {
    let of = key.clone();
    let has = move |id: &str| state.places.with_untracked(|places| places.get(&of).is_some_and(|set| set.contains(id)));
    let of = key.clone();
    let set = Callback::new(move |(id, now): (String, bool)| {
        state.places.update(|places| {
            let set = places.entry(of.clone()).or_default();
            if now {
                set.insert(id)
            } else {
                set.remove(&id)
            };
        });
    });
    place_boxes(&key, legend, places, has, set)
}

fn per_profile(state: RightsState, places: Vec<PlaceChoice>, errors: FormErrors) -> AnyView {
    let chosen = state.profiles.get();
    let offered = state.offered.get_value();
    let sections = offered.into_iter().filter(|profile| chosen.contains(&profile.id)).map(|profile| {
        let legend = format!("Where {} applies", profile.name);
        let held =
            state.first.with_untracked(|first| first.profile_places.get(&profile.id) == Some(&Places::Everything));
        let everything = (state.everything || held).then(|| {
            let name = "Everything".to_owned();
            PlaceChoice { id: EVERYTHING.to_owned(), full_name: name.clone(), name, depth: 0 }
        });
        let field = field_of(&profile.id);
        let error = errors.of(field.clone());
        let boxes = tree(state, profile.id, &legend, everything.into_iter().chain(places.iter().cloned()).collect());
        at(field, view! { {boxes} <p class="field-error" role="status">{move || error.get()}</p> }.into_any())
    });
    view! { <div class="stack">{sections.collect_view()}</div> }.into_any()
}

/// What errors call these boxes.
fn at(field: String, boxes: AnyView) -> AnyView {
    view! { <div data-field=field>{boxes}</div> }.into_any()
}

/// As errors name the places of one profile.
fn field_of(profile: &str) -> String {
    format!("profile_places.{profile}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Level, Screen};

    fn profile(id: &str, screen: Screen) -> ProfileChoice {
        let levels = Levels::NONE.with(screen, Level::Full).with(Screen::Rooms, Level::Read);
        ProfileChoice { id: id.to_owned(), name: id.to_owned(), levels }
    }

    fn state() -> RightsState {
        RightsState::new(vec![profile("auditor", Screen::Audit), profile("clerk", Screen::Users)], true)
    }

    fn tick(state: RightsState, id: &str) {
        state.profiles.update(|profiles| {
            profiles.insert(id.to_owned());
        });
    }

    fn untick(state: RightsState, id: &str) {
        state.profiles.update(|profiles| {
            profiles.remove(id);
        });
    }

    #[test]
    fn what_opens_as_well_follows_the_profiles_that_are_ticked() {
        Owner::new().with(|| {
            let state = state();
            tick(state, "auditor");
            state.mode.set("some".to_owned());
            state.open.set(true);
            assert_eq!(state.rights().organization_levels, Levels::NONE.with(Screen::Audit, Level::Full));
            tick(state, "clerk");
            assert_eq!(state.rights().organization_levels.get(Screen::Users), Level::Full, "the box is still ticked");
            untick(state, "auditor");
            assert_eq!(state.rights().organization_levels, Levels::NONE.with(Screen::Users, Level::Full));
            untick(state, "clerk");
            assert!(state.rights().organization_levels.is_empty(), "the notice is gone, and so is what it offered");
            tick(state, "clerk");
            state.mode.set("everything".to_owned());
            assert!(state.rights().organization_levels.is_empty(), "nothing is closed");
        });
    }

    #[test]
    fn profile_without_a_place_is_refused_at_its_own_field_and_never_everything() {
        Owner::new().with(|| {
            let state = state();
            tick(state, "auditor");
            tick(state, "clerk");
            state.mode.set("differ".to_owned());
            let place = |profile: &str, place: &str| {
                state.places.update(|places| {
                    places.entry(profile.to_owned()).or_default().insert(place.to_owned());
                });
            };
            place("clerk", "floor");
            let missing = state.missing().unwrap();
            let fields: Vec<&str> = missing.fields.iter().map(|field| field.field.as_str()).collect();
            assert_eq!(fields, ["profile_places.auditor"]);
            place("auditor", EVERYTHING);
            assert_eq!(state.missing(), None);
            let places = state.rights().profile_places;
            assert_eq!(
                (&places["auditor"], &places["clerk"]),
                (&Places::Everything, &Places::Some(vec!["floor".to_owned()]))
            );
            state.open.set(true);
            let closed = Levels::NONE.with(Screen::Users, Level::Full);
            assert_eq!(state.rights().organization_levels, closed, "what counts everywhere has nothing closed");
            let came = Rights {
                profile_places: places,
                profiles: vec!["auditor".to_owned(), "clerk".to_owned()],
                ..Rights::default()
            };
            state.load(came.clone());
            assert_eq!(state.rights(), came);
        });
    }

    #[test]
    fn rights_that_nobody_touched_are_sent_as_they_came() {
        Owner::new().with(|| {
            let came = Rights {
                profiles: vec!["clerk".to_owned()],
                places: Some(Places::Some(vec!["floor".to_owned()])),
                organization_levels: Levels::NONE.with(Screen::Users, Level::Read),
                ..Rights::default()
            };
            let state = state();
            state.load(came.clone());
            assert_eq!(state.rights(), came);
            let everywhere = Rights { places: Some(Places::Everything), ..came };
            state.load(everywhere.clone());
            assert_eq!(state.rights(), everywhere);
        });
    }
}
