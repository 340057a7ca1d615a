//! `/members/api-users`: every API user that the viewer may see, with what it opens and when it was last used.

use super::api;
use super::model::{ApiUser, ApiUserRow};
use crate::access::Screen;
use crate::console::cells::{access_strip, names, or_none};
use crate::console::list::{self, List, no_match, text, wanted};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::{API_USERS, MembersTabs, TEAMS, WaysIn};
use crate::features::integrations::page::{last_used, status_badge};
use crate::types::Named;
use crate::types::Status;
use crate::types::{Page, Topic};
use crate::ui::{Choice, Column, EmptyState, Icon, Menu, MenuItem, PageHeader, StatusBadge, Table, Time, Tone};
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
        Column::new("teams", "Teams", |row: &ApiUserRow| teams_in_short(&row.teams)),
        Column::new("access", "Permissions", |row: &ApiUserRow| access_strip("Permissions", &row.facts.levels)),
        Column::new("company", "Company", |row: &ApiUserRow| row.company_name.clone().into_any()),
        Column::new("status", "Status", |row: &ApiUserRow| status_badge(row.api_user.status)),
        Column::new("token", "Token expires", expiry),
        Column::new("last_used", "Last used", |row: &ApiUserRow| last_used(row.api_user.last_used_at)),
    ]
}

/// The first team, as a link, and how many more there are.
fn teams_in_short(teams: &[Named]) -> AnyView {
    let first = team_links(teams.get(..1).unwrap_or_default());
    let others: Vec<String> = teams.iter().skip(1).map(|team| team.name.clone()).collect();
    names(first, &others)
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
    let expired = row.expired.then(|| view! { <StatusBadge tone=Tone::Warn word="Expired" /> " " });
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
    let list = List::at(API_USERS);
    let statuses = [Status::Active, Status::Disabled].map(|status| Choice::new(status.code(), status.label())).to_vec();
    let filters = list::filter(list, "status", "Status", Signal::stored(statuses));
    view! {
        <Title text="API users" />
        <PageHeader title="Members">{create_button()}</PageHeader>
        <MembersTabs current=API_USERS />
        <WaysIn current=API_USERS />
        {list::toolbar(list, "Search API users", "Name", filters)}
        {list::rows(api_users, 7, move |page| table(page, list))}
    }
    .into_any()
}

fn create_button() -> AnyView {
    let why = expect_context::<Me>().why_not_write(Screen::Members);
    list::add_button(why, "Add API user", "/members/api-users/new")
}

fn table(page: Page<ApiUserRow>, list: List) -> AnyView {
    let me = expect_context::<Me>();
    let menu = move |row: &ApiUserRow| row_menu(&row.api_user, why_not(&me, &row.api_user));
    let (paging, narrowed) = (list.paging(&page, ("API user", "API users")), list.is_narrowed());
    let empty = move || match narrowed {
        true => no_match("No matching API users", API_USERS, "Show all API users"),
        false => none_yet(),
    };
    view! {
        <Table caption="API users" columns=columns() rows=page.items row_key=|row: &ApiUserRow| row.api_user.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=empty />
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
