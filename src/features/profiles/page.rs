//! `/profiles`: every profile of the organization with what it opens and how many have it.

use super::api;
use super::delete::{DeleteDialog, Deleting};
use super::model::Profile;
use crate::access::{Level, Screen};
use crate::browser;
use crate::console::cells::access_strip;
use crate::console::list::wanted;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::UserManagementTabs;
use crate::error::{AppError, Kind};
use crate::types::{Page, Topic, thousands};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Column, EmptyState, ErrorState, Icon, Menu, MenuItem, PageHeader, Pager, SearchBox,
    Sorting, StatusBadge, Table, TableSkeleton, Tone, use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

fn columns() -> Vec<Column<Profile>> {
    vec![
        Column::new("name", "Name", name_cell).sort("name").class("main"),
        Column::new("access", "Access", |profile: &Profile| access_strip("Access", &profile.levels)),
        Column::new("users", "Users", users_cell).class("number"),
    ]
}

fn name_cell(profile: &Profile) -> AnyView {
    let badge = profile.builtin.then(|| {
        view! { " " <StatusBadge tone=Tone::Info word="Built-in" icon=Icon::Lock /> }
    });
    view! { <a href=format!("/profiles/{}/edit", profile.id)>{profile.name.clone()}</a>{badge} }.into_any()
}

fn users_cell(profile: &Profile) -> AnyView {
    let count = thousands(profile.user_count);
    let may_look = use_context::<Me>().is_some_and(|me| me.may(Screen::Users, Level::Read));
    if !may_look || profile.user_count == 0 {
        return count.into_any();
    }
    let label = format!("{count} users with {}", profile.name);
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

/// The URL of the same list with one parameter changed; a change of what is listed leads to its first page.
fn with_param(map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    map.remove("delete");
    if key != "delete" {
        map.remove("cursor");
        map.remove(key);
    }
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("/profiles{}", map.to_query_string())
}

fn page(profiles: Resource<Result<Page<Profile>, AppError>>, deleting: Deleting) -> AnyView {
    let query = use_query_map();
    let duplicate = duplicating(profiles);
    let close = {
        let navigate = use_navigate();
        Callback::new(move |()| {
            let href = query.with_untracked(|map| with_param(map, "delete", ""));
            navigate(&href, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
        })
    };
    let toasts = use_toasts();
    let deleted = Callback::new(move |(name,): (String,)| {
        close.run(());
        toasts.say(format!("{name} deleted"));
        profiles.refetch();
    });
    view! {
        <Title text="Profiles" />
        <PageHeader title="User management"><CreateButton /></PageHeader>
        <UserManagementTabs current="/profiles" />
        <Toolbar />
        <Transition fallback=|| view! { <TableSkeleton columns=3 /> }>
            {move || Suspend::new(async move {
                match profiles.await {
                    Ok(page) => table(page, duplicate),
                    Err(error) => failed(error, profiles),
                }
            })}
        </Transition>
        <DeleteDialog deleting=deleting on_close=close on_done=deleted />
    }
    .into_any()
}

#[component]
fn CreateButton() -> impl IntoView {
    match expect_context::<Me>().why_not_write(Screen::Profiles) {
        None => view! {
            <ButtonLink href="/profiles/new" kind=ButtonKind::Primary icon=Icon::Plus>"Create profile"</ButtonLink>
        }
        .into_any(),
        Some(reason) => view! {
            <Button kind=ButtonKind::Primary icon=Icon::Plus disabled_reason=reason>"Create profile"</Button>
        }
        .into_any(),
    }
}

/// Copies the profile with this id, says so and offers to edit the copy.
fn duplicating(profiles: Resource<Result<Page<Profile>, AppError>>) -> Callback<(String,)> {
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

fn failed(error: AppError, profiles: Resource<Result<Page<Profile>, AppError>>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=move || profiles.refetch() /> }.into_any()
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
    view! { <div class="toolbar"><SearchBox label="Search profiles" value=search placeholder="Name" on_search=go /></div> }
}

fn table(page: Page<Profile>, duplicate: Callback<(String,)>) -> AnyView {
    let query = use_query_map();
    let href = move |sort: String| query.with_untracked(|map| with_param(map, "sort", &sort));
    let now = Signal::derive(move || {
        query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".into()))
    });
    let why = use_context::<Me>().and_then(|me| me.why_not_write(Screen::Profiles));
    let menu = move |profile: &Profile| row_menu(profile, why.clone(), duplicate, query);
    let first = query.with_untracked(|map| map.get("cursor").is_some().then(|| with_param(map, "cursor", "")));
    let next = page.next_cursor.map(|cursor| query.with_untracked(|map| with_param(map, "cursor", &cursor)));
    view! {
        <Table caption="Profiles" columns=columns() rows=page.items row_key=|profile: &Profile| profile.id.clone()
            sorting=Sorting::new(now, href) actions=menu count=page.count noun=("profile", "profiles") empty=nothing />
        <Pager first=first next=next />
    }
    .into_any()
}

/// Every organization has its built-in profile: only a search finds none.
fn nothing() -> AnyView {
    view! {
        <EmptyState title="No matching profiles" text="No profile has this in its name.">
            <ButtonLink href="/profiles">"Show all profiles"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}

/// ⋮: edit, duplicate, delete.
fn row_menu(
    profile: &Profile,
    read_only: Option<String>,
    duplicate: Callback<(String,)>,
    query: Memo<ParamsMap>,
) -> AnyView {
    let id = profile.id.clone();
    let builtin = profile.builtin.then(|| "The built-in profile can't be edited or deleted.".to_owned());
    let why = read_only.clone().or(builtin);
    let delete = query.with_untracked(|map| with_param(map, "delete", &id));
    let items = vec![
        MenuItem::link("Edit", format!("/profiles/{id}/edit")).disabled(why.clone()),
        MenuItem::new("Duplicate", move || duplicate.run((id.clone(),))).disabled(read_only),
        MenuItem::link("Delete…", delete).dialog().danger().disabled(why),
    ];
    view! { <Menu id=format!("menu-{}", profile.id) label=format!("Actions for {}", profile.name) items=items /> }
        .into_any()
}
