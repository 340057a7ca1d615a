//! `/integrations`: every client of the HTTP API that the viewer may see, with what it opens and when it was last used.

use super::api;
use super::model::{Integration, IntegrationRow};
use crate::access::Screen;
use crate::browser;
use crate::console::cells::access_strip;
use crate::console::list::wanted;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::UserManagementTabs;
use crate::error::{AppError, Kind};
use crate::types::{Instant, Page, Status, Topic};
use crate::ui::{
    Ago, Button, ButtonKind, ButtonLink, Choice, Column, EmptyState, ErrorState, Filter, Icon, Menu, MenuItem,
    PageHeader, Pager, SearchBox, Sorting, StatusBadge, Table, TableSkeleton, Tone,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

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

type Integrations = Resource<Result<Page<IntegrationRow>, AppError>>;

#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Integrations);
    let integrations = Resource::new(
        move || (query.with(|map| wanted(map, &["status"])), version.get()),
        |(wanted, _)| async move { api::list(wanted).await },
    );
    view! {
        <Title text="Integrations" />
        <PageHeader title="User management"><CreateButton /></PageHeader>
        <UserManagementTabs current="/integrations" />
        <Toolbar />
        <Transition fallback=|| view! { <TableSkeleton columns=6 /> }>
            {move || Suspend::new(async move {
                match integrations.await {
                    Ok(page) => table(page),
                    Err(error) => failed(error, integrations),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The URL of the same list with one parameter changed; what is listed then begins on its first page.
fn with_param(map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    map.remove("cursor");
    map.remove(key);
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("/integrations{}", map.to_query_string())
}

fn failed(error: AppError, integrations: Integrations) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=move || integrations.refetch() /> }.into_any()
}

#[component]
fn CreateButton() -> impl IntoView {
    match expect_context::<Me>().why_not_write(Screen::Integrations) {
        None => view! {
            <ButtonLink href="/integrations/new" kind=ButtonKind::Primary icon=Icon::Plus>"Create integration"</ButtonLink>
        }
        .into_any(),
        Some(reason) => view! {
            <Button kind=ButtonKind::Primary icon=Icon::Plus disabled_reason=reason>"Create integration"</Button>
        }
        .into_any(),
    }
}

#[component]
fn Toolbar() -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let go = Callback::new(move |(key, value): (&'static str, String)| {
        let href = query.with_untracked(|map| with_param(map, key, &value));
        navigate(&href, NavigateOptions { replace: key == "q", scroll: false, ..NavigateOptions::default() });
    });
    let now = move |key: &'static str| Signal::derive(move || query.with(|map| map.get(key).unwrap_or_default()));
    let statuses = vec![
        Choice::new("", "Any status"),
        Choice::new("active", Status::Active.label()),
        Choice::new("disabled", Status::Disabled.label()),
    ];
    view! {
        <div class="toolbar">
            <SearchBox label="Search integrations" value=now("q") placeholder="Name or client ID"
                on_search=move |text: String| go.run(("q", text)) />
            <Filter label="Status" name="status" options=statuses value=now("status")
                on_change=move |value: String| go.run(("status", value)) />
        </div>
    }
    .into_any()
}

fn table(page: Page<IntegrationRow>) -> AnyView {
    let query = use_query_map();
    let href = move |sort: String| query.with_untracked(|map| with_param(map, "sort", &sort));
    let now = Signal::derive(move || {
        query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".into()))
    });
    let me = expect_context::<Me>();
    let menu = move |row: &IntegrationRow| row_menu(&row.integration, why_not(&me, &row.integration));
    let first = query.with_untracked(|map| map.get("cursor").is_some().then(|| with_param(map, "cursor", "")));
    let next = page.next_cursor.map(|cursor| query.with_untracked(|map| with_param(map, "cursor", &cursor)));
    let filtered = query
        .with_untracked(|map| ["q", "status"].iter().any(|key| map.get(key).is_some_and(|value| !value.is_empty())));
    view! {
        <Table caption="Integrations" columns=columns() rows=page.items row_key=|row: &IntegrationRow| row.integration.id.clone()
            sorting=Sorting::new(now, href) actions=menu count=page.count noun=("integration", "integrations")
            empty=move || if filtered { no_match() } else { none_yet() } />
        <Pager first=first next=next />
    }
    .into_any()
}

fn no_match() -> AnyView {
    view! {
        <EmptyState title="No matching integrations" text="Try another search or other filters." icon=Icon::Search>
            <ButtonLink href="/integrations">"Show all integrations"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}

fn none_yet() -> AnyView {
    view! {
        <EmptyState title="No integrations yet" icon=Icon::Plug
            text="An integration lets a third-party program or device use the HTTP API with an ID and a secret, limited to the permissions you choose.">
            <CreateButton />
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
