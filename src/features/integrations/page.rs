//! `/integrations`: every client of the HTTP API that the viewer may see, with what it opens and when it was last used.

use super::api;
use super::model::{Integration, IntegrationRow};
use crate::access::Screen;
use crate::console::cells::access_strip;
use crate::console::list::{self, List, wanted};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::{INTEGRATIONS, UserManagementTabs, WaysIn};
use crate::types::{Instant, Page, Status, Topic};
use crate::ui::{Ago, Choice, Column, EmptyState, Icon, Menu, MenuItem, PageHeader, StatusBadge, Table, Tone};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<IntegrationRow>> {
    vec![
        Column::new("name", "Name", |row: &IntegrationRow| {
            view! { <a href=format!("/integrations/{}", row.integration.id)>{row.integration.name.clone()}</a> }
                .into_any()
        })
        .sort("name")
        .class("main"),
        Column::new("client_id", "Client ID", |row: &IntegrationRow| {
            view! { <span class="mono">{row.integration.client_id.clone()}</span> }.into_any()
        }),
        Column::new("access", "Permissions", |row: &IntegrationRow| access_strip("Permissions", &row.opens)),
        Column::new("company", "Company", |row: &IntegrationRow| row.company_name.clone().into_any()),
        Column::new("made_by", "Created by", |row: &IntegrationRow| row.integration.made_by.clone().into_any()),
        Column::new("status", "Status", |row: &IntegrationRow| status_badge(row.integration.status)),
        Column::new("last_used", "Last used", |row: &IntegrationRow| last_used(row.integration.last_used_at)),
    ]
}

pub fn status_badge(status: Status) -> AnyView {
    let tone = if status == Status::Active { Tone::Ok } else { Tone::Muted };
    view! { <StatusBadge tone=tone word=status.label() /> }.into_any()
}

pub fn last_used(at: Option<Instant>) -> AnyView {
    match at {
        Some(at) => view! { <Ago at=at /> }.into_any(),
        None => view! { <span class="muted">"Never"</span> }.into_any(),
    }
}

#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Integrations);
    let integrations = Resource::new(
        move || (query.with(|map| wanted(map, &["status"])), version.get()),
        |(wanted, _)| async move { api::list(wanted).await },
    );
    let list = List::at("/integrations");
    let statuses = [Status::Active, Status::Disabled].map(|status| Choice::new(status.code(), status.label())).to_vec();
    let filters = list::filter(list, "status", "Status", Signal::stored(statuses));
    view! {
        <Title text="Integrations" />
        <PageHeader title="User management">{create_button()}</PageHeader>
        <UserManagementTabs current=INTEGRATIONS />
        <WaysIn current=INTEGRATIONS />
        {list::toolbar(list, "Search integrations", "Name or client ID", filters)}
        {list::rows(integrations, 6, move |page| table(page, list))}
    }
    .into_any()
}

fn create_button() -> AnyView {
    let why = expect_context::<Me>().why_not_write(Screen::Integrations);
    list::add_button(why, "Create integration", "/integrations/new")
}

fn table(page: Page<IntegrationRow>, list: List) -> AnyView {
    let me = expect_context::<Me>();
    let menu = move |row: &IntegrationRow| row_menu(&row.integration, why_not(&me, &row.integration));
    let (paging, narrowed) = (list.paging(&page, ("integration", "integrations")), list.is_narrowed());
    let empty = move || match narrowed {
        true => list::no_match("No matching integrations", "/integrations", "Show all integrations"),
        false => none_yet(),
    };
    view! {
        <Table caption="Integrations" columns=columns() rows=page.items row_key=|row: &IntegrationRow| row.integration.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=empty />
    }
    .into_any()
}

fn none_yet() -> AnyView {
    view! {
        <EmptyState title="No integrations yet" icon=Icon::Plug
            text="An integration lets a third-party program or device use the HTTP API with an ID and a secret, limited to the permissions you choose.">
            {create_button()}
        </EmptyState>
    }
    .into_any()
}

/// Why this viewer cannot change an integration.
pub fn why_not(me: &Me, it: &Integration) -> Option<String> {
    let above =
        (it.role > me.role).then(|| format!("Only someone with the role {} or higher can change it.", it.role.label()));
    me.why_not_write(Screen::Integrations).or(above)
}

/// ⋮: view, edit, disable / enable, delete. The questions stand on the page of the integration.
fn row_menu(it: &Integration, why: Option<String>) -> AnyView {
    let page = format!("/integrations/{}", it.id);
    let ask =
        |label: &str, dialog: &str| MenuItem::link(label, format!("{page}?dialog={dialog}")).disabled(why.clone());
    let status = if it.status == Status::Active { ask("Disable…", "disable") } else { ask("Enable…", "enable") };
    let items = vec![
        MenuItem::link("View", page.clone()),
        MenuItem::link("Edit permissions", format!("{page}/edit")).disabled(why.clone()),
        status,
        ask("Delete…", "delete").danger(),
    ];
    view! { <Menu id=format!("menu-{}", it.id) label=format!("Actions for {}", it.name) items=items /> }.into_any()
}
