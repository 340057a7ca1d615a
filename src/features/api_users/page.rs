//! `/members/api-users`: every API user that the viewer may see, with what it opens and when it was last used.

use super::api;
use super::model::{ApiUser, ApiUserRow};
use crate::access::Screen;
use crate::console::cells::{access_strip, or_none};
use crate::console::list::{self, List, add_button, no_match, search, text, wanted};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::{API_USERS, MembersTabs, TEAMS};
use crate::features::integrations::page::{last_used, status_badge};
use crate::types::Named;
use crate::types::Status;
use crate::types::{Page, Topic};
use crate::ui::{
    Choice, Column, EmptyState, Filter, Icon, Menu, MenuItem, PageHeader, Pager, StatusBadge, Table, TableSkeleton,
    Time, Tone,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<ApiUserRow>> {
    vec![
        Column::new("name", "Name", |row: &ApiUserRow| {
            view! { <a href=format!("{API_USERS}/{}", row.api_user.id)>{row.api_user.name.clone()}</a> }.into_any()
        })
        .sort("name")
        .class("main"),
        Column::new("teams", "Teams", |row: &ApiUserRow| team_links(&row.teams)),
        Column::new("access", "Permissions", |row: &ApiUserRow| access_strip("Permissions", &row.facts.levels)),
        Column::new("company", "Company", |row: &ApiUserRow| row.company_name.clone().into_any()),
        Column::new("status", "Status", |row: &ApiUserRow| status_badge(row.api_user.status)),
        Column::new("token", "Token expires", expiry),
        Column::new("last_used", "Last used", |row: &ApiUserRow| last_used(row.api_user.last_used_at)),
    ]
}

pub fn team_links(teams: &[Named]) -> AnyView {
    if teams.is_empty() {
        return or_none(String::new());
    }
    let link = |(at, team): (usize, &Named)| {
        let comma = (at > 0).then_some(", ");
        view! { {comma} <a href=format!("{TEAMS}/{}", team.id)>{team.name.clone()}</a> }
    };
    teams.iter().enumerate().map(link).collect_view().into_any()
}

/// When a token runs out, or that it has.
pub fn expiry(row: &ApiUserRow) -> AnyView {
    let expired = row.expired.then(|| view! { <StatusBadge tone=Tone::Warn word="Expired" icon=Icon::Clock /> " " });
    match row.api_user.token.expires_at {
        Some(at) => view! { {expired} <Time at=at /> }.into_any(),
        None => view! { <span class="muted">"Never"</span> }.into_any(),
    }
}

#[component]
pub fn ApiUsersPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Members);
    let api_users = Resource::new(
        move || (query.with(|map| wanted(map, &["status"]).with("team_id", text(map, "team"))), version.get()),
        |(wanted, _)| api::list(wanted),
    );
    let list = List::at(API_USERS.to_owned());
    let go = list.go();
    let statuses = vec![
        Choice::new("", "Any status"),
        Choice::new("active", Status::Active.label()),
        Choice::new("disabled", Status::Disabled.label()),
    ];
    view! {
        <Title text="API users" />
        <PageHeader title="Members">{create_button()}</PageHeader>
        <MembersTabs current=API_USERS />
        <div class="toolbar">
            {search(list, "Search API users", "Name")}
            <Filter label="Status" name="status" options=statuses value=list.now("status")
                on_change=move |value: String| go.run(("status", value)) />
        </div>
        <Transition fallback=|| view! { <TableSkeleton columns=7 /> }>
            {move || Suspend::new(async move {
                match api_users.await {
                    Ok(page) => table(page, list),
                    Err(error) => list::failed(error, move || api_users.refetch()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn create_button() -> AnyView {
    add_button("Add API user", "/members/api-users/new")
}

fn table(page: Page<ApiUserRow>, list: List) -> AnyView {
    let me = expect_context::<Me>();
    let menu = move |row: &ApiUserRow| row_menu(&row.api_user, why_not(&me, &row.api_user));
    let next = list.next(page.next_cursor);
    let empty = move || match list.is_filtered() {
        true => no_match("No matching API users", API_USERS.to_owned(), "Show all API users"),
        false => none_yet(),
    };
    view! {
        <Table caption="API users" columns=columns() rows=page.items row_key=|row: &ApiUserRow| row.api_user.id.clone()
            sorting=list.sorting() actions=menu count=page.count noun=("API user", "API users") empty=empty />
        <Pager first=list.first() next=next />
    }
    .into_any()
}

fn none_yet() -> AnyView {
    view! {
        <EmptyState title="No API users yet" icon=Icon::Key
            text="An API user lets your own program or device use the HTTP API with an access token, limited to the permissions that you choose or that its teams have.">
            {create_button()}
        </EmptyState>
    }
    .into_any()
}

/// Why this viewer cannot change an API user.
pub fn why_not(me: &Me, it: &ApiUser) -> Option<String> {
    let above =
        (it.role > me.role).then(|| format!("Only someone with the role {} or higher can change it.", it.role.label()));
    me.why_not_write(Screen::Members).or(above)
}

/// Disable / enable, replace token, delete: the questions stand on the page of the API user.
pub fn questions(it: &ApiUser, why: Option<&String>) -> Vec<MenuItem> {
    let ask = |label: &str, dialog: &str| {
        MenuItem::link(label, format!("{API_USERS}/{}?dialog={dialog}", it.id)).disabled(why.cloned())
    };
    let status = if it.status == Status::Active { ask("Disable…", "disable") } else { ask("Enable…", "enable") };
    vec![status, ask("Replace token…", "token"), ask("Delete…", "delete").danger()]
}

/// ⋮: view, edit, and the questions.
fn row_menu(it: &ApiUser, why: Option<String>) -> AnyView {
    let page = format!("{API_USERS}/{}", it.id);
    let mut items = vec![
        MenuItem::link("View", page.clone()),
        MenuItem::link("Edit", format!("{page}/edit")).disabled(why.clone()),
    ];
    items.extend(questions(it, why.as_ref()));
    view! { <Menu id=format!("menu-{}", it.id) label=format!("Actions for {}", it.name) items=items /> }.into_any()
}
