//! `/users`: every user of the organization that the viewer may see, with the access to each screen.

use super::api;
use super::dialogs::{ActDialog, Acts};
use super::may::{self, Act};
use super::model::{UserFilters, UserView};
use crate::access::Role;
use crate::browser;
use crate::console::cells::{access_strip, or_none};
use crate::console::list;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::UserManagementTabs;
use crate::error::{AppError, Kind};
use crate::types::{ListQuery, Page, Status, Topic};
use crate::ui::{
    Ago, Button, ButtonKind, ButtonLink, Choice, Column, EmptyState, ErrorState, Filter, Icon, Menu, MenuItem,
    PageHeader, Pager, SearchBox, Sorting, StatusBadge, Table, TableSkeleton, Tone,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
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
        Column::new("profiles", "Profiles", |it: &UserView| or_none(it.profile_names.join(", "))),
        Column::new("access", "Access", |it: &UserView| access_strip("Access", &it.levels)).class("fit"),
        Column::new("status", "Status", |it: &UserView| status_badge(it.user.status)).sort("status"),
        Column::new("last_sign_in", "Last sign-in", |it: &UserView| match it.user.last_sign_in_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => view! { <span class="muted">"Never"</span> }.into_any(),
        })
        .sort("-last_sign_in"),
    ]
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
            <a href=format!("/users/{}/edit", user.id)>{user.name.clone()}</a>{own}
            <span class="mono">{user.username.clone()}</span>
        </span>
        <span class="under">{local.to_owned()} {at} {domain.to_owned()}</span>
    }
    .into_any()
}

fn status_badge(status: Status) -> AnyView {
    let tone = if status == Status::Active { Tone::Ok } else { Tone::Muted };
    view! { <StatusBadge tone=tone word=status.label() /> }.into_any()
}

type Users = Resource<Result<Page<UserView>, AppError>>;

#[component]
pub fn UsersPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Users);
    let users = Resource::new(
        move || (query.with(wanted), version.get()),
        |(wanted, _)| async move { api::list(wanted).await },
    );
    page(users, Resource::new(|| (), |()| api::filters()))
}

/// The list that the URL asks for.
fn wanted(map: &ParamsMap) -> ListQuery {
    list::wanted(map, &["company_id", "role", "profile_id", "status"])
}

/// The URL of the same list with one parameter changed; back on its first page, without a dialog.
fn with_param(map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    for key in ["cursor", "dialog", "user", key] {
        map.remove(key);
    }
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("/users{}", map.to_query_string())
}

/// The URL of the same page of the list with a dialog over it, or with none.
fn with_dialog(map: &ParamsMap, dialog: Option<(Act, &str)>) -> String {
    let mut map = map.clone();
    map.remove("dialog");
    map.remove("user");
    if let Some((act, user)) = dialog {
        map.insert("dialog", act.code().to_owned());
        map.insert("user", user.to_owned());
    }
    format!("/users{}", map.to_query_string())
}

fn page(users: Users, choices: Resource<Result<UserFilters, AppError>>) -> AnyView {
    let (query, navigate) = (use_query_map(), use_navigate());
    let close = Callback::new(move |()| {
        let href = query.with_untracked(|map| with_dialog(map, None));
        navigate(&href, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    });
    let acts = Acts::new(close, users);
    view! {
        <Title text="Users" />
        <PageHeader title="User management"><AddButton /></PageHeader>
        <UserManagementTabs current="/users" />
        <Toolbar choices=choices />
        <Transition fallback=|| view! { <TableSkeleton columns=6 /> }>
            {move || Suspend::new(async move {
                match users.await {
                    Ok(page) => table(page),
                    Err(error) => failed(error, users),
                }
            })}
        </Transition>
        <ActDialog acts=acts />
    }
    .into_any()
}

#[component]
fn AddButton() -> impl IntoView {
    match may::why_not_add(&expect_context::<Me>()) {
        None => {
            view! { <ButtonLink href="/users/new" kind=ButtonKind::Primary icon=Icon::Plus>"Add user"</ButtonLink> }
                .into_any()
        }
        Some(reason) => view! {
            <Button kind=ButtonKind::Primary icon=Icon::Plus disabled_reason=reason>"Add user"</Button>
        }
        .into_any(),
    }
}

fn failed(error: AppError, users: Users) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=move || users.refetch() /> }.into_any()
}

/// Search and filters; the URL keeps them.
#[component]
fn Toolbar(choices: Resource<Result<UserFilters, AppError>>) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let go = Callback::new(move |(key, value): (&'static str, String)| {
        let href = query.with_untracked(|map| with_param(map, key, &value));
        navigate(&href, NavigateOptions { replace: key == "q", scroll: false, ..NavigateOptions::default() });
    });
    let now = move |key: &'static str| Signal::derive(move || query.with(|map| map.get(key).unwrap_or_default()));
    let filter = move |key: &'static str, label: &'static str, options: Vec<Choice>| {
        let all = std::iter::once(Choice::new("", "Any"));
        let options: Vec<Choice> = all.chain(options).collect();
        view! { <Filter label=label name=key options=options value=now(key) on_change=move |value: String| go.run((key, value)) /> }
    };
    let roles = Role::ALL.map(|role| Choice::new(role.code(), role.label())).to_vec();
    let statuses = [Status::Active, Status::Disabled].map(|status| Choice::new(status.code(), status.label())).to_vec();
    let search = query.with_untracked(|map| map.get("q").unwrap_or_default());
    view! {
        <div class="toolbar">
            <SearchBox label="Search users" value=search placeholder="Name, username or email"
                on_search=move |text: String| go.run(("q", text)) />
            {filter("role", "Role", roles)}
            {filter("status", "Status", statuses)}
            <Transition>
                {move || Suspend::new(async move {
                    let choices = choices.await.unwrap_or_default();
                    let companies = choices.companies.into_iter().map(|c| Choice::new(c.id, c.name)).collect();
                    let profiles = choices.profiles.into_iter().map(|p| Choice::new(p.id, p.name)).collect();
                    view! {
                        {filter("company_id", "Company", companies)}
                        {filter("profile_id", "Profile", profiles)}
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn table(page: Page<UserView>) -> AnyView {
    let me = expect_context::<Me>();
    let query = use_query_map();
    let href = move |sort: String| query.with_untracked(|map| with_param(map, "sort", &sort));
    let now = Signal::derive(move || {
        query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".into()))
    });
    let filtered = query.with_untracked(|map| {
        ["q", "company_id", "role", "profile_id", "status"]
            .iter()
            .any(|key| map.get(key).is_some_and(|value| !value.is_empty()))
    });
    let actions = move |it: &UserView| row_menu(it, &me, query);
    let first = query.with_untracked(|map| map.get("cursor").is_some().then(|| with_param(map, "cursor", "")));
    let next = page.next_cursor.map(|cursor| query.with_untracked(|map| with_param(map, "cursor", &cursor)));
    view! {
        <Table caption="Users" columns=columns() rows=page.items row_key=|it: &UserView| it.user.id.clone()
            sorting=Sorting::new(now, href) actions=actions count=page.count noun=("user", "users")
            empty=move || empty(filtered) />
        <Pager first=first next=next />
    }
    .into_any()
}

fn empty(filtered: bool) -> AnyView {
    if filtered {
        return view! {
            <EmptyState title="No matching users" text="Try another search or other filters.">
                <ButtonLink href="/users">"Show all users"</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No users yet" text="Add someone and choose what they can access."><AddButton /></EmptyState>
    }
    .into_any()
}

/// ⋮: edit, reset password, disable / enable, delete, close session, effective access.
fn row_menu(view: &UserView, me: &Me, query: Memo<ParamsMap>) -> AnyView {
    let user = &view.user;
    let item = |label: &'static str, act: Act| {
        let href = query.with_untracked(|map| with_dialog(map, Some((act, &user.id))));
        MenuItem::link(label, href).dialog().disabled(may::why_not(me, view, act))
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
    view! { <Menu id=format!("menu-{}", user.id) label=format!("Actions for {}", user.name) items=items /> }.into_any()
}
