//! `/profiles`: every profile of the organization with what it opens and how many have it.

use super::api;
use super::delete::{DeleteDialog, Deleting};
use super::model::Profile;
use crate::access::{Level, Screen};
use crate::console::cells::access_strip;
use crate::console::list::{self, List, Rows, wanted};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::UserManagementTabs;
use crate::types::{Page, Topic, thousands};
use crate::ui::{Column, Menu, MenuItem, PageHeader, StatusBadge, Table, Tone, use_toasts};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

fn columns() -> Vec<Column<Profile>> {
    vec![
        Column::new("name", "Name", name_cell).sort("name").class("main"),
        Column::new("access", "Access", |profile: &Profile| access_strip("Access", &profile.levels)),
        Column::new("users", "Users", users_cell).class("number"),
    ]
}

fn name_cell(profile: &Profile) -> AnyView {
    let badge = profile.builtin.then(|| {
        view! { " " <StatusBadge tone=Tone::Info word="Built-in" /> }
    });
    view! { <a href=format!("/profiles/{}/edit", profile.id)>{profile.name.clone()}</a>{badge} }.into_any()
}

fn users_cell(profile: &Profile) -> AnyView {
    let count = thousands(profile.user_count);
    let may_look = use_context::<Me>().is_some_and(|me| me.may(Screen::Users, Level::Read));
    if !may_look || profile.user_count == 0 {
        return count.into_any();
    }
    let noun = if profile.user_count == 1 { "user" } else { "users" };
    let label = format!("{count} {noun} with {}", profile.name);
    view! { <a href=format!("/users?profile_id={}", profile.id) aria-label=label>{count.clone()}</a> }.into_any()
}

#[component]
pub fn ProfilesPage() -> impl IntoView {
    let query = use_query_map();
    // Users too: their number stands in each row.
    let (version, users) = (use_version(Topic::Profiles), use_version(Topic::Users));
    let profiles = Resource::new(
        move || (query.with(|map| wanted(map, &[])), version.get(), users.get()),
        |(wanted, ..)| api::list(wanted),
    );
    page(profiles, Deleting::new())
}

fn page(profiles: Rows<Profile>, deleting: Deleting) -> AnyView {
    let list = List::at("/profiles");
    let duplicate = duplicating(profiles);
    let (close, toasts) = (list.closing(), use_toasts());
    let deleted = Callback::new(move |(name,): (String,)| {
        close.run(());
        toasts.say(format!("{name} deleted"));
        profiles.refetch();
    });
    let why = expect_context::<Me>().why_not_write(Screen::Profiles);
    view! {
        <Title text="Profiles" />
        <PageHeader title="User management">{list::add_button(why, "Create profile", "/profiles/new")}</PageHeader>
        <UserManagementTabs current="/profiles" />
        {list::toolbar(list, "Search profiles", "Name", ().into_any())}
        {list::rows(profiles, 3, move |page| table(page, duplicate, list))}
        <DeleteDialog deleting=deleting on_close=close on_done=deleted />
    }
    .into_any()
}

/// Copies the profile with this id, says so and offers to edit the copy.
fn duplicating(profiles: Rows<Profile>) -> Callback<(String,)> {
    let act = Action::new(|id: &String| api::duplicate(id.clone()));
    let (toasts, navigate) = (use_toasts(), use_navigate());
    Effect::new(move |_| match act.value().get() {
        Some(Ok(copy)) => {
            let (navigate, href) = (navigate.clone(), format!("/profiles/{}/edit", copy.id));
            toasts.offer(format!("{} created", copy.name), "Edit", move || navigate(&href, Default::default()));
            profiles.refetch();
        }
        Some(Err(error)) => toasts.say(error.message),
        None => {}
    });
    Callback::new(move |(id,)| {
        act.dispatch(id);
    })
}

fn table(page: Page<Profile>, duplicate: Callback<(String,)>, list: List) -> AnyView {
    let why = use_context::<Me>().and_then(|me| me.why_not_write(Screen::Profiles));
    let menu = move |profile: &Profile| row_menu(profile, why.clone(), duplicate, list);
    let paging = list.paging(&page, ("profile", "profiles"));
    // Every organization has its built-in profile: only a search finds none.
    let empty = || list::no_match("No matching profiles", "/profiles", "Show all profiles");
    view! {
        <Table caption="Profiles" columns=columns() rows=page.items row_key=|profile: &Profile| profile.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=empty />
    }
    .into_any()
}

/// ⋮: edit, duplicate, delete.
fn row_menu(profile: &Profile, read_only: Option<String>, duplicate: Callback<(String,)>, list: List) -> AnyView {
    let id = profile.id.clone();
    let builtin = profile.builtin.then(|| "The built-in profile can't be edited or deleted.".to_owned());
    let why = read_only.clone().or(builtin);
    let delete = list.under(&[("delete", &id)]);
    let items = vec![
        MenuItem::link("Edit", format!("/profiles/{id}/edit")).disabled(why.clone()),
        MenuItem::new("Duplicate", move || duplicate.run((id.clone(),))).disabled(read_only),
        MenuItem::link("Delete…", delete).dialog().danger().disabled(why),
    ];
    view! { <Menu id=format!("menu-{}", profile.id) label=format!("Actions for {}", profile.name) items=items /> }
        .into_any()
}
