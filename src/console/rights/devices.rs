//! Devices to grant: searched on the server as one types, picked, and ticked *view*, *control* or *configure* one by one.

use crate::access::DeviceRight;
use crate::browser;
use crate::console::draft::Picked;
use crate::error::AppError;
use crate::rights::model::{DeviceChoice, DeviceGrant, Rights, RightsFacts};
use crate::ui::{Choice, Icon, IconButton, Picker, PickerChoices, Sent};
use leptos::prelude::*;

#[derive(Clone)]
struct Device {
    id: String,
    name: String,
    /// Owned by whoever holds it: it is made in a click, whose own owner ends with the list that was clicked in.
    right: ArcRwSignal<DeviceRight>,
}

/// What is picked and ticked.
#[derive(Clone, Copy)]
pub struct Devices(RwSignal<Vec<Device>>);

impl Devices {
    pub fn new(rights: &Rights, facts: &RightsFacts) -> Devices {
        let device = |(grant, name): (&DeviceGrant, &String)| Device {
            id: grant.device_id.clone(),
            name: name.clone(),
            right: ArcRwSignal::new(grant.right),
        };
        Devices(RwSignal::new(rights.devices.iter().zip(&facts.device_names).map(device).collect()))
    }

    pub fn grants(self) -> Vec<DeviceGrant> {
        let grant = |it: &Device| DeviceGrant { device_id: it.id.clone(), right: it.right.get_untracked() };
        self.0.with_untracked(|devices| devices.iter().map(grant).collect())
    }

    /// One line each, for a draft.
    fn text(self) -> String {
        let line = |it: &Device| format!("{}\t{}\t{}\n", it.id, it.right.get().code(), it.name);
        self.0.with(|devices| devices.iter().map(line).collect())
    }

    /// Takes over what was picked before the application had started.
    pub fn take(self, sent: &Sent) {
        sent.text("devices").into_iter().for_each(|text| self.read(text));
    }

    fn read(self, text: &str) {
        let device = |line: &str| {
            let (id, rest) = line.split_once('\t')?;
            let (right, name) = rest.split_once('\t')?;
            let right = ArcRwSignal::new(DeviceRight::from_code(right)?);
            Some(Device { id: id.to_owned(), name: name.to_owned(), right })
        };
        self.0.set(text.lines().filter_map(device).collect());
    }

    fn has(self, id: &str) -> bool {
        self.0.with(|devices| devices.iter().any(|device| device.id == id))
    }

    fn add(self, choice: Choice) {
        let right = ArcRwSignal::new(DeviceRight::View);
        self.0.update(|devices| devices.push(Device { id: choice.value, name: choice.label, right }));
    }

    fn remove(self, id: &str) {
        // Before its button goes.
        browser::focus(PICKER);
        self.0.update(|devices| devices.retain(|device| device.id != id));
    }
}

const PICKER: &str = "field-devices";

/// Looks for devices by what was typed.
pub type Search = Action<String, Result<Vec<DeviceChoice>, AppError>>;

#[component]
pub fn DevicesFields(state: Devices, search: Search, error: Signal<Option<String>>) -> impl IntoView {
    let found: Signal<PickerChoices> = Signal::derive(move || {
        let choice = |device: DeviceChoice| {
            let taken = state.has(&device.id).then(|| "Already chosen.".to_owned());
            Choice::new(device.id, device.full_name).disabled(taken)
        };
        search.value().get().map(|found| found.map(|devices| devices.into_iter().map(choice).collect()))
    });
    let rows = move || state.0.get().into_iter().map(|device| row(state, device)).collect_view();
    let none = move || {
        let none = state.0.with(Vec::is_empty);
        none.then(|| view! { <p class="muted">"No devices chosen."</p> })
    };
    view! {
        <Picker id=PICKER label="Search devices" placeholder="Name, room, floor or building" found=found error=error
            on_search=move |text: String| { search.dispatch(text); } on_pick=move |choice: Choice| state.add(choice) />
        <Picked name="devices" text=Signal::derive(move || state.text()) on_back=move |text: String| state.read(&text) />
        {none}
        <div class="device-rows" data-field="devices">{rows}</div>
    }
    .into_any()
}

fn row(state: Devices, device: Device) -> AnyView {
    let Device { id, name, right } = device;
    let label = format!("Remove {name}");
    let ticks = DeviceRight::ALL.map(|this| tick(&id, this, &right)).collect_view();
    view! {
        <fieldset class="device-row">
            <legend>{name}</legend>
            <div class="level-choices">{ticks}</div>
            <IconButton label=label icon=Icon::Close on_click=move || state.remove(&id) />
        </fieldset>
    }
    .into_any()
}

/// Each right contains the one before: *control* ticks *view*, and what is unticked takes *configure* along.
fn tick(id: &str, this: DeviceRight, right: &ArcRwSignal<DeviceRight>) -> AnyView {
    let (at_first, shown, right) = (right.get_untracked() >= this, right.clone(), right.clone());
    let least = this == DeviceRight::View;
    let why = least.then_some("Every device permission includes View. To take it away, remove the device.");
    let turn = move |event: leptos::ev::Event| {
        let on = event_target_checked(&event);
        right.set(if on {
            this
        } else if this == DeviceRight::Configure {
            DeviceRight::Control
        } else {
            DeviceRight::View
        });
    };
    let ticked = move || shown.get() >= this;
    view! {
        <label class="level" title=why>
            <input
                type="checkbox"
                name=format!("device-{}-{id}", this.code())
                checked=at_first
                prop:checked=ticked
                disabled=browser::UNTIL_STARTED
                aria-disabled=least.then_some("true")
                on:click=move |event| if least { event.prevent_default() }
                on:change=turn
            />
            <span>{this.label()}</span>
        </label>
    }
    .into_any()
}
