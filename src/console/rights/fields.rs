//! What a team or an API user may do: profiles and levels of its own, where both count, and devices besides.

use crate::access::{DeviceRight, Levels};
use crate::console::me::Me;
use crate::console::rights::as_well::{as_well, closed, offered};
use crate::console::rights::devices::{Devices, DevicesFields, Search};
use crate::console::rights::levels::{LevelsFields, LevelsState};
use crate::console::rights::places::{PlacesFields, PlacesState};
use crate::console::rights::profiles::profile_boxes;
use crate::console::rights::said::Given;
use crate::rights::model::ProfileChoice;
use crate::rights::model::{FormChoices, PlaceChoice};
use crate::rights::model::{HeldRights, NewRights};
use crate::ui::{Card, Choice, FormErrors, Notice, RadioGroup, Sent, Tone};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What is ticked and chosen.
#[derive(Clone, Copy)]
pub struct RightsState {
    profiles: RwSignal<BTreeSet<String>>,
    levels: LevelsState,
    places: PlacesState,
    /// *Include them anyway*.
    open: RwSignal<bool>,
    devices: Devices,
    /// A right's code, or empty.
    all_devices: RwSignal<String>,
    first: StoredValue<NewRights>,
    first_mode: StoredValue<String>,
    offered: StoredValue<Vec<ProfileChoice>>,
}

impl RightsState {
    pub fn new(held: &HeldRights, choices: &FormChoices) -> RightsState {
        let rights = &held.rights;
        let places = match &rights.places {
            None if rights.places_differ() => PlacesState::unsaid(),
            places => PlacesState::new(places.as_ref(), choices.everything),
        };
        let state = RightsState {
            profiles: RwSignal::new(rights.profiles.iter().cloned().collect()),
            levels: LevelsState::new(&rights.levels),
            places,
            open: RwSignal::new(!rights.organization_levels.is_empty()),
            devices: Devices::new(rights, &held.facts),
            all_devices: RwSignal::new(rights.all_devices.map(DeviceRight::code).unwrap_or_default().to_owned()),
            first: StoredValue::new(NewRights::from(rights)),
            first_mode: StoredValue::new(places.mode().get_untracked()),
            offered: StoredValue::new(choices.profiles.clone()),
        };
        state.first.set_value(state.rights());
        state
    }

    /// Takes over what was filled in before the application had started.
    pub fn take(self, sent: &Sent) {
        self.profiles.set(sent.all("profile").map(str::to_owned).collect());
        self.levels.take(sent);
        self.places.take(sent);
        sent.tick("organization_levels", self.open);
        self.devices.take(sent);
        sent.fill("all_devices", self.all_devices);
    }

    /// What a form for somebody new sends.
    pub fn rights(self) -> NewRights {
        let open = self.open.get_untracked();
        NewRights {
            profiles: self.profiles.get_untracked().into_iter().collect(),
            levels: self.levels.levels(),
            places: Some(self.places.places()),
            organization_levels: if open { untrack(|| self.as_well()) } else { Levels::NONE },
            devices: self.devices.grants(),
            all_devices: DeviceRight::from_code(&self.all_devices.get_untracked()),
        }
    }

    /// All that is ticked, wherever it counts.
    pub fn chosen(self) -> Levels {
        let chosen = self.profiles.get();
        let own = self.levels.chosen();
        self.offered.with_value(|offered| {
            let profiles = offered.iter().filter(|profile| chosen.contains(&profile.id));
            profiles.fold(own, |sum, profile| sum.max(&profile.levels))
        })
    }

    fn closed(self) -> Levels {
        if self.places.mode().with(|mode| mode == "some") { closed(&self.chosen()) } else { Levels::NONE }
    }

    /// What *Include them anyway* gives.
    fn as_well(self) -> Levels {
        let mode = self.places.mode().with(|mode| self.first_mode.with_value(|first| first == mode));
        let (profiles, levels) = (self.profiles.get(), self.levels.chosen());
        self.first.with_value(|first| {
            let same = levels == first.levels && profiles.iter().eq(first.profiles.iter().collect::<BTreeSet<_>>());
            offered(mode && same, first.organization_levels, self.closed())
        })
    }

    /// What is ticked, to be said in sentences. Devices are beside it.
    pub fn given(self, places: &[PlaceChoice]) -> Vec<Given> {
        let levels = self.chosen();
        match self.places.named(places) {
            None => vec![Given::everywhere(levels)],
            Some(names) => {
                let open = if self.open.get() { self.as_well() } else { Levels::NONE };
                vec![Given::at(&levels, names), Given::everywhere(open)]
            }
        }
    }

    /// What an edit sends: nothing where nobody touched them, so that what this form cannot show stays as it is.
    pub fn changed(self) -> Option<NewRights> {
        let now = self.rights();
        self.first.with_value(|first| *first != now).then_some(now)
    }
}

#[component]
pub fn RightsFields(
    state: RightsState,
    held: HeldRights,
    choices: FormChoices,
    search_devices: Search,
    why: Option<String>,
    errors: FormErrors,
    /// Under the levels.
    #[prop(default = None)]
    role: Option<AnyView>,
) -> impl IntoView {
    let me = expect_context::<Me>();
    let devices = all_devices(&held, &choices);
    let everything = choices.everything;
    let stays = notices(&held);
    let (profiles, places) = (profiles(state, held, choices.profiles, errors), choices.places);
    view! {
        {stays}
        {profiles}
        <LevelsFields state=state.levels viewer=me.levels why=why error=errors.at("rights.levels") title="Own permissions"
            text="In addition to its profiles." />
        {role}
        <Card title="Buildings and floors" text="Where its permissions apply. Screens that aren't tied to a place, such as Users, apply only if you choose Everything.">
            <PlacesFields state=state.places choices=places everything=everything error=errors.at("rights.places") />
            {move || as_well(&state.closed(), &state.as_well(), state.open)}
            <p class="field-error" role="status">{move || errors.at("rights.organization_levels").get()}</p>
        </Card>
        <Card title="Devices" text="Single devices, anywhere. Each permission includes the one before it.">
            <DevicesFields state=state.devices search=search_devices error=errors.at("rights.devices") />
        </Card>
        <Card title="All devices of the organization" text="All current and future devices.">
            <RadioGroup name="all_devices" label="On all devices" options=devices value=state.all_devices error=errors.at("rights.all_devices") />
        </Card>
    }
    .into_any()
}

/// What the form cannot show.
fn notices(held: &HeldRights) -> AnyView {
    let differs = held.rights.places_differ().then(|| view! {
        <Notice tone=Tone::Warn>"Its permissions differ from place to place. They stay as they are until you change them here; then choose the places for all of them."</Notice>
    });
    let timed = (held.rights.timed_grants > 0).then(|| {
        view! {
            <Notice tone=Tone::Info>"It also has permissions with a start or end date. They won't change."</Notice>
        }
    });
    view! { {differs} {timed} }.into_any()
}

fn profiles(state: RightsState, held: HeldRights, mut offered: Vec<ProfileChoice>, errors: FormErrors) -> AnyView {
    // What it has and the viewer could not give can be taken away, and stands here without what it opens.
    for (id, name) in held.rights.profiles.into_iter().zip(held.facts.profile_names) {
        if !offered.iter().any(|choice| choice.id == id) {
            offered.push(ProfileChoice { id, name: format!("{name} (more than you can give)"), levels: Levels::NONE });
        }
    }
    let has = |id: &str| state.profiles.with_untracked(|profiles| profiles.contains(id));
    let set = Callback::new(move |(id, now): (String, bool)| {
        state.profiles.update(|profiles| {
            if now {
                profiles.insert(id)
            } else {
                profiles.remove(&id)
            };
        });
    });
    let boxes = profile_boxes(offered, has, set);
    let error = errors.at("rights.profiles");
    view! {
        <Card title="Profiles" text="Each gives the access listed under it.">
            <fieldset class="field radios" data-field="profiles" aria-describedby="profiles-error">
                <legend class="visually-hidden">"Profiles"</legend>
                {boxes}
                <p class="field-error" id="profiles-error" role="status">{move || error.get()}</p>
            </fieldset>
        </Card>
    }
    .into_any()
}

fn all_devices(held: &HeldRights, choices: &FormChoices) -> Vec<Choice> {
    let hint = |right| match right {
        DeviceRight::View => "See devices and their state.",
        DeviceRight::Control => "Also switch and set lights and HVAC units.",
        DeviceRight::Configure => "Also change what devices are.",
    };
    let choice = |right: DeviceRight| {
        let may = choices.all_devices.contains(&right) || held.rights.all_devices == Some(right);
        let why = (!may).then(|| "You don't have this on all devices.".to_owned());
        Choice::new(right.code(), right.label()).hint(hint(right)).disabled(why)
    };
    [Choice::new("", "None")].into_iter().chain(DeviceRight::ALL.map(choice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Level, Screen};
    use crate::rights::model::DeviceGrant;
    use crate::rights::model::{Places, Rights, RightsFacts};

    fn held() -> HeldRights {
        let rights = Rights {
            profiles: vec!["z".to_owned(), "a".to_owned()],
            levels: Levels::NONE.with(Screen::Rooms, Level::Read),
            places: Some(Places::Some(vec!["floor".to_owned()])),
            devices: vec![DeviceGrant { device_id: "lamp".to_owned(), right: DeviceRight::Control }],
            all_devices: Some(DeviceRight::View),
            ..Rights::default()
        };
        let facts = RightsFacts { device_names: vec!["Lamp".to_owned()], ..RightsFacts::default() };
        HeldRights { rights, facts }
    }

    fn choices() -> FormChoices {
        let levels = Levels::NONE.with(Screen::Audit, Level::Read);
        let auditor = ProfileChoice { id: "auditor".to_owned(), name: "Auditor".to_owned(), levels };
        FormChoices { everything: true, profiles: vec![auditor], ..FormChoices::default() }
    }

    #[test]
    fn screens_that_places_leave_closed_are_opened_only_where_somebody_asks_for_it() {
        Owner::new().with(|| {
            let state = RightsState::new(&held(), &choices());
            assert!(state.as_well().is_empty(), "Rooms stand in places");
            state.profiles.update(|profiles| {
                profiles.insert("auditor".to_owned());
            });
            assert_eq!(state.as_well().get(Screen::Audit), Level::Read, "of a profile");
            assert!(state.rights().organization_levels.is_empty(), "offered, not given");
            state.open.set(true);
            assert_eq!(state.rights().organization_levels, Levels::NONE.with(Screen::Audit, Level::Read));
            let mut again = held();
            again.rights.organization_levels = Levels::NONE.with(Screen::Users, Level::Full);
            let state = RightsState::new(&again, &choices());
            assert_eq!(state.changed(), None, "what is held comes back as it came");
            assert_eq!(state.rights().organization_levels, again.rights.organization_levels);
        });
    }

    #[test]
    fn rights_that_nobody_touched_are_not_sent() {
        Owner::new().with(|| {
            let state = RightsState::new(&held(), &choices());
            assert_eq!(state.changed(), None);
            state.all_devices.set(String::new());
            let sent = state.changed().map(|rights| (rights.all_devices, rights.devices, rights.places));
            assert_eq!(sent, Some((None, held().rights.devices, held().rights.places)), "and all of them once one is");
        });
    }

    #[test]
    fn places_that_differ_are_chosen_before_anything_counts_everywhere() {
        Owner::new().with(|| {
            let mut held = held();
            held.rights.places = None;
            let state = RightsState::new(&held, &choices());
            assert_eq!(state.changed(), None);
            state.all_devices.set(String::new());
            assert_eq!(
                state.changed().and_then(|rights| rights.places),
                Some(Places::Some(Vec::new())),
                "which is refused"
            );
        });
    }
}
