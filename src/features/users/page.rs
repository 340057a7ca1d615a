//! `/users`: every user of the organization that the viewer may see, with the access to each screen.

use super::acts::Acts;
use super::api;
use super::may::{self, Act};
use super::model::{UserFilters, UserView};
use crate::access::{Role, SCREENS};
use crate::console::cells::{access_and_places, level, names_in_short};
use crate::console::list::{self, List, Rows};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::over::{Apart, Over};
use crate::console::places::signs;
use crate::console::tabs::UserManagementTabs;
use crate::error::AppError;
use crate::types::{ListQuery, Page, Status, Topic};
use crate::ui::{
    Ago, ButtonKind, ButtonLink, Choice, Column, EmptyState, Icon, Menu, MenuItem, PageHeader, StatusBadge, Table,
    Tone, use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

fn columns() -> Vec<Column<UserView>> {
    vec![
        Column::new("name", "Name", name_cell)
            .sort("name")
            .also("Username", "username")
            .also("Email", "email")
            .class("main"),
        Column::new("company", "Company", |it: &UserView| it.company_name.clone().into_any()).sort("company"),
        Column::new("role", "Role", |it: &UserView| it.user.role.label().into_any()).sort("role"),
        Column::new("profiles", "Profiles", |it: &UserView| names_in_short(&it.profile_names)),
        Column::new("access", "Access", access_cell).class("fit"),
        Column::new("status", "Status", |it: &UserView| status_badge(it.user.status)).sort("status"),
        Column::new("last_sign_in", "Last sign-in", |it: &UserView| match it.user.last_sign_in_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => view! { <span class="muted">"Never"</span> }.into_any(),
        })
        .sort("-last_sign_in"),
    ]
}

/// Each screen in a column of its own.
fn matrix() -> Vec<Column<UserView>> {
    let screens = SCREENS.iter().enumerate();
    let screens = screens.map(|(at, row)| Column::nth(row.code, row.label, at, level_cell));
    let name = Column::new("name", "Name", person_cell).sort("name").class("main");
    [name].into_iter().chain(screens).collect()
}

fn level_cell(view: &UserView, screen: usize) -> AnyView {
    level(view.levels.get(SCREENS[screen].screen))
}

/// The name, and under it where.
fn person_cell(view: &UserView) -> AnyView {
    let names: Vec<&str> = view.reach.iter().map(String::as_str).collect();
    view! { <a href=format!("/users/{}", view.user.id)>{view.user.name.clone()}</a><span class="under">{signs(&names)}</span> }
        .into_any()
}

/// The name with the username beside and the email under it.
fn name_cell(view: &UserView) -> AnyView {
    let user = &view.user;
    let own = view.own.then(|| view! { <span class="muted">"(you)"</span> });
    let (local, domain) = user.email.split_once('@').unwrap_or((&user.email, ""));
    // A long address breaks behind the @.
    let at = (!domain.is_empty()).then(|| view! { "@" <wbr /> });
    view! {
        <span class="who">
            <a href=format!("/users/{}", user.id)>{user.name.clone()}</a>{own}
            <span class="mono">{user.username.clone()}</span>
        </span>
        <span class="under">{local.to_owned()} {at} {domain.to_owned()}</span>
    }
    .into_any()
}

/// What somebody may do, and under it where.
fn access_cell(view: &UserView) -> AnyView {
    let names: Vec<&str> = view.reach.iter().map(String::as_str).collect();
    access_and_places("Access", &view.levels, &names)
}

pub fn status_badge(status: Status) -> AnyView {
    let tone = if status == Status::Active { Tone::Ok } else { Tone::Muted };
    view! { <StatusBadge tone=tone word=status.label() /> }.into_any()
}

/// Its dialogs are apart: most who look at the list open none.
#[component]
pub fn UsersPage(dialogs: Apart) -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Users);
    let users = Resource::new(
        // Both are drawn from the same rows, but drawn anew.
        move || (query.with(wanted), version.get(), query.with(is_matrix)),
        |(wanted, ..)| async move { api::list(wanted).await },
    );
    page(users, Resource::new(|| (), |()| api::filters()), dialogs)
}

/// The list that the URL asks for.
fn wanted(map: &ParamsMap) -> ListQuery {
    list::wanted(map, &["company_id", "role", "profile_id", "status"])
}

/// Whether the URL asks for a column per screen.
fn is_matrix(map: &ParamsMap) -> bool {
    list::text(map, "view") == MATRIX
}

const MATRIX: &str = "matrix";

/// The link to the other of the two ways to show access.
fn switch(list: List) -> AnyView {
    let now = list.now("view");
    let other = move || if now.get() == MATRIX { ("List view", "") } else { ("Matrix view", MATRIX) };
    let href = Signal::derive(move || list.under(&[("view", other().1)]));
    view! { <ButtonLink href=href kind=ButtonKind::Quiet icon=Icon::Grid>{move || other().0}</ButtonLink> }.into_any()
}

/// The URL of the same page of the list with a dialog over it.
fn with_dialog(list: List, act: Act, user: &str) -> String {
    list.under(&[("dialog", act.code()), ("user", user)])
}

fn page(users: Rows<UserView>, choices: Resource<Result<UserFilters, AppError>>, dialogs: Apart) -> AnyView {
    let list = List::at("/users");
    let over = Over::new(|map| Act::asked(map).is_some(), list.closing());
    provide_context(Acts { over, users, toasts: use_toasts() });
    view! {
        <Title text="Users" />
        <PageHeader title="User management">{add_button()}</PageHeader>
        <UserManagementTabs current="/users" />
        {list::toolbar(list, "Search users", "Name, username or email", view! { {filters(list, choices)} {switch(list)} }.into_any())}
        {list::rows(users, 6, move |page| table(page, list, dialogs.ahead))}
        {(dialogs.view)(over)}
    }
    .into_any()
}

fn add_button() -> AnyView {
    list::add_button(may::why_not_add(&expect_context::<Me>()), "Add user", "/users/new")
}

fn filters(list: List, choices: Resource<Result<UserFilters, AppError>>) -> AnyView {
    let roles = Role::ALL.map(|role| Choice::new(role.code(), role.label())).to_vec();
    let statuses = [Status::Active, Status::Disabled].map(|status| Choice::new(status.code(), status.label())).to_vec();
    view! {
        {list::filter(list, "role", "Role", Signal::stored(roles))}
        {list::filter(list, "status", "Status", Signal::stored(statuses))}
        <Transition>
            {move || Suspend::new(async move {
                let choices = choices.await.unwrap_or_default();
                let companies = choices.companies.into_iter().map(|it| Choice::new(it.id, it.name)).collect();
                let profiles = choices.profiles.into_iter().map(|it| Choice::new(it.id, it.name)).collect();
                view! {
                    {list::filter(list, "company_id", "Company", Signal::stored(companies))}
                    {list::filter(list, "profile_id", "Profile", Signal::stored(profiles))}
                }
            })}
        </Transition>
    }
    .into_any()
}

fn table(page: Page<UserView>, list: List, ahead: fn()) -> AnyView {
    let me = expect_context::<Me>();
    let filtered = list.is_narrowed();
    let columns = if list.now("view").get_untracked() == MATRIX { matrix() } else { columns() };
    let paging = list.paging(&page, ("user", "users"));
    view! {
        <Table caption="Users" columns=columns rows=page.items row_key=|it: &UserView| it.user.id.clone() paging=paging
            sorting=list.sorting() actions=move |it: &UserView| row_menu(it, &me, list, ahead, None) empty=move || empty(filtered) />
    }
    .into_any()
}

fn empty(filtered: bool) -> AnyView {
    if filtered {
        return list::no_match("No matching users", "/users", "Show all users");
    }
    view! {
        <EmptyState title="No users yet" text="Add someone and choose what they can access.">{add_button()}</EmptyState>
    }
    .into_any()
}

/// ⋮: edit, reset password, disable / enable, delete, close session, effective access. `idle` says why there is no session to
/// close, where that is known.
pub fn row_menu(view: &UserView, me: &Me, list: List, ahead: fn(), idle: Option<String>) -> AnyView {
    let user = &view.user;
    let item = |label: &'static str, act: Act| {
        let idle = || idle.clone().filter(|_| act == Act::Close);
        MenuItem::link(label, with_dialog(list, act, &user.id))
            .dialog()
            .disabled(may::why_not(me, view, act).or_else(idle))
    };
    let status = if user.status == Status::Active { ("Disable…", Act::Disable) } else { ("Enable…", Act::Enable) };
    let items = vec![
        MenuItem::link("Edit", format!("/users/{}/edit", user.id)).disabled(may::why_not_edit(me, view)),
        item("Effective access", Act::Access),
        item("Reset password…", Act::Reset),
        item("Close session…", Act::Close),
        item(status.0, status.1),
        item("Delete…", Act::Delete).danger(),
    ];
    view! { <Menu id=format!("menu-{}", user.id) label=format!("Actions for {}", user.name) items=items on_open=ahead /> }.into_any()
}
