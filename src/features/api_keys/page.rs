//! `/me/api-keys`: one's own keys, what they open, and when they were used last.

use super::api;
use super::dialogs::{KeyDialog, OpenKey};
use super::list::{expiry, with_param};
use super::model::KeyRow;
use crate::browser;
use crate::console::cells::access_strip;
use crate::console::list::wanted;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::PersonalTabs;
use crate::error::{AppError, Kind};
use crate::types::{Page, Topic};
use crate::ui::{
    Ago, ButtonKind, ButtonLink, Column, EmptyState, ErrorState, Icon, Menu, MenuItem, PageHeader, Pager, SearchBox,
    Sorting, Table, TableSkeleton,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

fn columns() -> Vec<Column<KeyRow>> {
    vec![
        Column::new("name", "Name", |row: &KeyRow| {
            let href = use_query_map().with_untracked(|map| with_param(map, "show", &row.key.id));
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
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let href = query.with_untracked(|map| with_param(map, "show", ""));
        navigate(&href, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    });
    let shown = OpenKey::new(close, keys);
    view! {
        <Title text="API keys" />
        <PageHeader title="Personal"><NewButton /></PageHeader>
        <PersonalTabs current="/me/api-keys" />
        <p><a class="apart" href="/api/docs" rel="external">"HTTP API reference"</a></p>
        <Toolbar />
        <Transition fallback=|| view! { <TableSkeleton columns=6 /> }>
            {move || Suspend::new(async move {
                match keys.await {
                    Ok(page) => table(page),
                    Err(error) => failed(error, keys),
                }
            })}
        </Transition>
        <KeyDialog shown=shown />
    }
    .into_any()
}

#[component]
fn NewButton() -> impl IntoView {
    view! { <ButtonLink href="/me/api-keys/new" kind=ButtonKind::Primary icon=Icon::Plus>"Create API key"</ButtonLink> }
}

fn failed(error: AppError, keys: Resource<Result<Page<KeyRow>, AppError>>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=move || keys.refetch() /> }.into_any()
}

#[component]
fn Toolbar() -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let search = Signal::derive(move || query.with(|map| map.get("q").unwrap_or_default()));
    let go = move |text: String| {
        let href = query.with_untracked(|map| with_param(map, "q", &text));
        navigate(&href, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    };
    view! {
        <div class="toolbar"><SearchBox label="Search API keys" value=search placeholder="Name or ID" on_search=go /></div>
    }
}

fn table(page: Page<KeyRow>) -> AnyView {
    let query = use_query_map();
    let href = move |sort: String| query.with_untracked(|map| with_param(map, "sort", &sort));
    let now = Signal::derive(move || {
        query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".into()))
    });
    let first = query.with_untracked(|map| map.get("cursor").is_some().then(|| with_param(map, "cursor", "")));
    let next = page.next_cursor.map(|cursor| query.with_untracked(|map| with_param(map, "cursor", &cursor)));
    let menu = move |row: &KeyRow| row_menu(row, query);
    let empty = move || nothing(query.with_untracked(|map| map.get("q").is_some_and(|q| !q.is_empty())));
    view! {
        <Table caption="API keys" columns=columns() rows=page.items row_key=|row: &KeyRow| row.key.id.clone()
            sorting=Sorting::new(now, href) actions=menu count=page.count noun=("API key", "API keys") empty=empty />
        <Pager first=first next=next />
    }
    .into_any()
}

fn nothing(searched: bool) -> AnyView {
    if searched {
        return view! {
            <EmptyState title="No matching keys" text="Try another name or ID.">
                <ButtonLink href="/me/api-keys">"Show all keys"</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No API keys yet" icon=Icon::Key
            text="API keys let your scripts use the API as you, never with more than your own access.">
            <NewButton />
        </EmptyState>
    }
    .into_any()
}

fn row_menu(row: &KeyRow, query: Memo<ParamsMap>) -> AnyView {
    let key = &row.key;
    let href = |dialog: &str| query.with_untracked(|map| with_param(map, dialog, &key.id));
    let items = vec![
        MenuItem::link("Details", href("show")).dialog(),
        MenuItem::link("Revoke…", href("revoke")).danger().dialog(),
    ];
    view! { <Menu id=format!("menu-{}", key.id) label=format!("Actions for {}", key.name) items=items /> }.into_any()
}
