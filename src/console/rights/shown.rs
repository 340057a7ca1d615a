//! What a team or an API user may do, as its page shows it.

use crate::access::{DeviceRight, Levels};
use crate::console::cells::{access_in_full, table};
use crate::console::places::signs;
use crate::rights::model::{Rights, RightsFacts};
use crate::ui::Card;
use leptos::prelude::*;

pub fn permissions(rights: &Rights, facts: &RightsFacts, none: &'static str) -> AnyView {
    let access = access(&facts.access, none);
    let devices = devices(rights, facts);
    view! {
        <Card title="Permissions" text="From its profiles and its own permissions.">{access}</Card>
        <Card title="Devices">{devices}</Card>
    }
    .into_any()
}

fn devices(rights: &Rights, facts: &RightsFacts) -> AnyView {
    let all = rights.all_devices.map(|right| {
        view! { <p>"All current and future devices: " <strong>{right.label()}</strong></p> }
    });
    if rights.devices.is_empty() {
        let none = all.is_none().then(|| view! { <p class="muted">"No device permissions."</p> });
        return view! { {all} {none} }.into_any();
    }
    let row = |(name, right): (&String, DeviceRight)| {
        view! { <tr><td class="main" data-label="Device">{name.clone()}</td><td data-label="Permission">{right.label()}</td></tr> }
    };
    let mut named: Vec<(&String, DeviceRight)> =
        facts.device_names.iter().zip(rights.devices.iter().map(|grant| grant.right)).collect();
    named.sort();
    let rows = named.into_iter().map(row).collect_view().into_any();
    view! { {all} {table("Devices", &["Device", "Permission"], rows)} }.into_any()
}

/// In a list: `All: Control`, `3 devices`
pub fn devices_in_short(rights: &Rights) -> String {
    let all = rights.all_devices.map(|right| format!("All: {}", right.label().to_lowercase()));
    let some = match rights.devices.len() {
        0 => None,
        1 => Some("1 device".to_owned()),
        many => Some(format!("{many} devices")),
    };
    let parts: Vec<String> = all.into_iter().chain(some).collect();
    parts.join(", ")
}

/// What is opened where; `none` in a sentence where nothing is.
pub fn access(access: &[(String, Levels)], none: &'static str) -> AnyView {
    if access.is_empty() {
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    let row = |(place, levels): &(String, Levels)| {
        let strip = access_in_full("Permissions", levels);
        view! { <tr><td class="main" data-label="Where">{signs(&[place])}</td><td data-column="access">{strip}</td></tr> }
    };
    table("Permissions by place", &["Where", "Permissions"], access.iter().map(row).collect_view().into_any())
}
