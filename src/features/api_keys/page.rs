//! `/me/api-keys`: one's own keys, what they open, and when they were used last.

use super::api;
use super::dialogs::{KeyDialog, OpenKey};
use super::list::{PATH, expiry};
use super::model::KeyRow;
use crate::console::cells::access_strip;
use crate::console::list::{self, List, wanted};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::{PersonalTabs, WaysIn};
use crate::types::{Page, Topic};
use crate::ui::{Ago, Column, EmptyState, Icon, Menu, MenuItem, PageHeader, Table};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<KeyRow>> {
    vec![
        Column::new("name", "Name", |row: &KeyRow| {
            let href = use_query_map().with_untracked(|map| list::under(PATH, map, &[("show", &row.key.id)]));
            view! { <a href=href data-noscroll="true">{row.key.name.clone()}</a> }.into_any()
        })
        .sort("name")
        .class("main"),
        Column::new("secret", "Secret", |row: &KeyRow| {
            view! { <span class="mono">{row.key.hint.clone()} "…"</span> }.into_any()
        }),
        Column::new("access", "Permissions", |row: &KeyRow| {
            let own = use_context::<Me>().map(|me| me.levels).unwrap_or_default();
            access_strip("Permissions", &row.opens(&own))
        }),
        Column::new("organization", "Organization", |row: &KeyRow| row.key.organization.name.clone().into_any()),
        Column::new("expires", "Expires", expiry),
        Column::new("used", "Last used", |row: &KeyRow| match row.key.last_used_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => view! { <span class="muted">"Never"</span> }.into_any(),
        }),
    ]
}

#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::ApiKeys);
    let keys =
        Resource::new(move || (query.with(|map| wanted(map, &[])), version.get()), |(wanted, _)| api::list(wanted));
    let list = List::at(PATH);
    let shown = OpenKey::new(list.closing(), keys);
    view! {
        <Title text="API keys" />
        <PageHeader title="Personal">{new_button()}</PageHeader>
        <PersonalTabs current=PATH />
        <WaysIn current=PATH />
        {list::toolbar(list, "Search API keys", "Name or ID", ().into_any())}
        {list::rows(keys, 6, move |page| table(page, list))}
        <KeyDialog shown=shown />
    }
    .into_any()
}

fn new_button() -> AnyView {
    list::add_button(None, "Create API key", "/me/api-keys/new")
}

fn table(page: Page<KeyRow>, list: List) -> AnyView {
    let menu = move |row: &KeyRow| row_menu(row, list);
    let (paging, narrowed) = (list.paging(&page, ("API key", "API keys")), list.is_narrowed());
    view! {
        <Table caption="API keys" columns=columns() rows=page.items row_key=|row: &KeyRow| row.key.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=move || nothing(narrowed) />
    }
    .into_any()
}

fn nothing(narrowed: bool) -> AnyView {
    if narrowed {
        return list::no_match("No matching keys", PATH, "Show all keys");
    }
    view! {
        <EmptyState title="No API keys yet" icon=Icon::Key
            text="API keys let your scripts use the API as you, never with more than your own access.">
            {new_button()}
        </EmptyState>
    }
    .into_any()
}

fn row_menu(row: &KeyRow, list: List) -> AnyView {
    let key = &row.key;
    let items = vec![
        MenuItem::link("Details", list.under(&[("show", &key.id)])).dialog(),
        MenuItem::link("Revoke…", list.under(&[("revoke", &key.id)])).danger().dialog(),
    ];
    view! { <Menu id=format!("menu-{}", key.id) label=format!("Actions for {}", key.name) items=items /> }.into_any()
}
