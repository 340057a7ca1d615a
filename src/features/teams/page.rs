//! `/members/teams`: every team of the organization, what it gives, and how many are in it.

use super::api;
use super::model::TeamRow;
use crate::access::Screen;
use crate::console::cells::{access_and_places, names_in_short, or_none};
use crate::console::list::{self, List, no_match};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::rights::shown::devices_in_short;
use crate::console::tabs::{MembersTabs, TEAMS};
use crate::types::{Page, Topic, thousands};
use crate::ui::{Column, EmptyState, Icon, Menu, MenuItem, PageHeader, Table};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<TeamRow>> {
    vec![
        Column::new("name", "Name", |it: &TeamRow| {
            view! { <a href=format!("{TEAMS}/{}", it.team.id)>{it.team.name.clone()}</a> }.into_any()
        })
        .sort("name")
        .class("main"),
        Column::new("members", "Members", |it: &TeamRow| members_in_short(it).into_any()),
        Column::new("profiles", "Profiles", |it: &TeamRow| names_in_short(&it.facts.profile_names)),
        Column::new("access", "Permissions", permissions),
        Column::new("devices", "Devices", |it: &TeamRow| or_none(devices_in_short(&it.team.rights))),
    ]
}

/// What its grants open, and where.
fn permissions(it: &TeamRow) -> AnyView {
    let places: Vec<&str> = it.facts.access.iter().map(|(place, _)| place.as_str()).collect();
    access_and_places("Permissions", &it.facts.levels, &places)
}

/// `2 users, 1 API user, 3 outside your company`
pub fn members_in_short(it: &TeamRow) -> String {
    let said = |many: i64, one: &str, some: &str| match many {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{} {some}", thousands(many))),
    };
    let outside = "outside your company";
    let parts = [
        said(it.team.user_count, "user", "users"),
        said(it.team.api_user_count, "API user", "API users"),
        said(it.team.hidden_count, outside, outside),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "No members yet".to_owned() } else { parts.join(", ") }
}

#[component]
pub fn TeamsPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Members);
    let teams = Resource::new(
        move || (query.with(|map| list::wanted(map, &[])), version.get()),
        |(wanted, _)| api::list(wanted),
    );
    let list = List::at(TEAMS);
    view! {
        <Title text="Teams" />
        <PageHeader title="Members">{create_button()}</PageHeader>
        <MembersTabs current=TEAMS />
        {list::toolbar(list, "Search teams", "Name", ().into_any())}
        {list::rows(teams, 5, move |page| table(page, list))}
    }
    .into_any()
}

fn create_button() -> AnyView {
    let why = expect_context::<Me>().why_not_write(Screen::Members);
    list::add_button(why, "Add team", "/members/teams/new")
}

fn table(page: Page<TeamRow>, list: List) -> AnyView {
    let me = expect_context::<Me>();
    let menu = move |it: &TeamRow| row_menu(&me, it);
    let (paging, narrowed) = (list.paging(&page, ("team", "teams")), list.is_narrowed());
    let empty = move || match narrowed {
        true => no_match("No matching teams", TEAMS, "Show all teams"),
        false => none_yet(),
    };
    view! {
        <Table caption="Teams" columns=columns() rows=page.items row_key=|it: &TeamRow| it.team.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=empty />
    }
    .into_any()
}

fn none_yet() -> AnyView {
    view! {
        <EmptyState title="No teams yet" icon=Icon::Users
            text="Members have the team's permissions for as long as they belong to it.">
            {create_button()}
        </EmptyState>
    }
    .into_any()
}

/// Why this viewer cannot change a team.
pub fn why_not(me: &Me, it: &TeamRow) -> Option<String> {
    let hidden = it.team.hidden_count;
    let hidden = (hidden > 0)
        .then(|| format!("You can't change this team: it has members outside your company ({}).", thousands(hidden)));
    me.why_not_write(Screen::Members).or(hidden)
}

/// Why this viewer cannot change what a team gives.
pub fn why_not_rights(me: &Me, it: &TeamRow) -> Option<String> {
    let own = || "You're a member of this team, so someone else has to change its permissions or delete it.".to_owned();
    why_not(me, it).or_else(|| it.own.then(own))
}

/// ⋮: view, edit, delete. The question stands on the page of the team.
fn row_menu(me: &Me, it: &TeamRow) -> AnyView {
    let TeamRow { team, .. } = it;
    let page = format!("{TEAMS}/{}", team.id);
    let items = vec![
        MenuItem::link("View", page.clone()),
        MenuItem::link("Edit", format!("{page}/edit")).disabled(why_not(me, it)),
        MenuItem::link("Delete…", format!("{page}?dialog=delete")).danger().disabled(why_not_rights(me, it)),
    ];
    view! { <Menu id=format!("menu-{}", team.id) label=format!("Actions for {}", team.name) items=items /> }.into_any()
}
