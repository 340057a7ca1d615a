//! `/alerts`: the open ones, newest first.

use super::api;
use super::model::{Alert, Severity};
use crate::access::Screen;
use crate::console::list;
use crate::features::places::list_page::{self, ListData, ListPage, Narrow};
use crate::types::{ListQuery, Topic};
use crate::ui::{Ago, Choice, Column, Icon, StatusBadge, Tone};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

fn columns() -> Vec<Column<Alert>> {
    vec![
        Column::new("message", "Message", |alert: &Alert| alert.message.clone().into_any()).class("main"),
        Column::new("severity", "Severity", |alert: &Alert| severity(alert.severity)),
        Column::new("place", "Place", |alert: &Alert| alert.place_name.clone().into_any()),
        Column::new("raised", "Raised", |alert: &Alert| view! { <Ago at=alert.raised_at /> }.into_any())
            .sort("-raised"),
        Column::new("acknowledged", "Acknowledged", |alert: &Alert| match alert.acknowledged_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => view! { <span class="muted">"Not yet"</span> }.into_any(),
        }),
    ]
}

fn severity(severity: Severity) -> AnyView {
    let tone = match severity {
        Severity::Critical => Tone::Danger,
        Severity::Warning => Tone::Warn,
        Severity::Information => Tone::Muted,
    };
    view! { <StatusBadge tone=tone word=severity.label() /> }.into_any()
}

/// The list that the URL asks for.
fn wanted(map: &ParamsMap) -> ListQuery {
    list::wanted(map, &["building_id", "floor_id", "room_id", "severity", "acknowledged"])
}

#[component]
pub fn AlertsPage() -> impl IntoView {
    let severities = Severity::ALL.map(|severity| Choice::new(severity.code(), severity.label())).to_vec();
    let states = vec![Choice::new("false", "Unacknowledged"), Choice::new("true", "Acknowledged")];
    let list = ListPage {
        screen: Screen::Alerts,
        icon: Icon::Bell,
        noun: ("open alert", "open alerts"),
        columns,
        row_key: |alert: &Alert| alert.id.clone(),
        sort: "-raised",
        label: "Search alerts",
        search: "Message or name of a place",
        narrows: vec![
            Narrow { key: "severity", label: "Severity", choices: severities },
            Narrow { key: "acknowledged", label: "Status", choices: states },
        ],
        calm: Some(("No open alerts", "Nothing needs your attention.")),
    };
    list_page::view(list, ListData::new(Screen::Alerts, Topic::Alerts, wanted, api::list))
}
