//! `/sessions`: who is signed in now. Rows appear, age and vanish without a reload.

use super::api;
use super::model::{IDLE_CHOICES, Session, SessionQuery};
use crate::access::{Level, Screen};
use crate::browser;
use crate::error::{AppError, Kind};
use crate::features::live::use_version;
use crate::features::me::model::Me;
use crate::features::user_management::UserManagementTabs;
use crate::types::{Page, Topic};
use crate::ui::{
    Ago, Choice, Column, ConfirmDialog, EmptyState, ErrorState, Filter, Menu, MenuItem, PageHeader, Pager, Sorting,
    Table, TableSkeleton, use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<Session>> {
    vec![
        Column::new("name", "Who", |session: &Session| {
            let own = session.own.then(|| view! { <span class="muted">" (you)"</span> });
            if session.kind == "integration" {
                let href = format!("/integrations/{}", session.subject_id);
                return view! { <a href=href>{session.name.clone()}</a> }.into_any();
            }
            view! { {session.name.clone()}{own} }.into_any()
        })
        .class("main"),
        Column::new("username", "Username", |session: &Session| {
            view! { <span class="mono">{session.username.clone()}</span> }.into_any()
        }),
        Column::new("kind", "Kind", |session: &Session| {
            if session.kind == "console" { "Console".into_any() } else { "Integration".into_any() }
        })
        .class("wide"),
        Column::new("client", "Browser or client", |session: &Session| session.client.clone().into_any()),
        Column::new("address", "Address", |session: &Session| {
            view! { <span class="mono">{session.address.clone()}</span> }.into_any()
        }),
        Column::new("signed_in", "Signed in", |session: &Session| view! { <Ago at=session.signed_in_at /> }.into_any())
            .sort("-signed_in_at"),
        Column::new("active", "Last activity", |session: &Session| {
            view! { <Ago at=session.last_activity_at /> }.into_any()
        }),
        Column::new("expires", "Expires", |session: &Session| view! { <Ago at=session.expires_at /> }.into_any())
            .class("wide"),
    ]
}

#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Sessions);
    let settings = use_version(Topic::Settings);
    let wanted = move || {
        query.with(|map| {
            let text = |key: &str| map.get(key).unwrap_or_default();
            SessionQuery { q: text("q"), sort: text("sort"), cursor: text("cursor"), limit: None }
        })
    };
    let sessions =
        Resource::new(move || (wanted(), version.get()), |(wanted, _)| async move { api::list(wanted).await });
    let limit = Resource::new(move || settings.get(), |_| api::idle_limit());
    let closing = RwSignal::new(None::<Session>);
    view! {
        <Title text="Sessions" />
        <PageHeader title="User management" />
        <UserManagementTabs current="/sessions" />
        <IdleLimit limit=limit />
        <Transition fallback=|| view! { <TableSkeleton columns=6 /> }>
            {move || Suspend::new(async move {
                match sessions.await {
                    Ok(page) => table(page, closing),
                    Err(error) => failed(error, sessions),
                }
            })}
        </Transition>
        {move || closing.get().map(|session| view! { <CloseDialog session=session closing=closing sessions=sessions /> })}
    }
    .into_any()
}

fn failed(error: AppError, sessions: Resource<Result<Page<Session>, AppError>>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=move || sessions.refetch() /> }.into_any()
}

/// The drop-down at the right: when nothing happens for so long, the server ends a session.
#[component]
fn IdleLimit(limit: Resource<Result<i64, AppError>>) -> impl IntoView {
    let me = expect_context::<Me>();
    let full = me.may(Screen::Sessions, Level::Full);
    let set = ServerAction::<api::SetIdleLimit>::new();
    let toasts = use_toasts();
    Effect::new(move |_| match set.value().get() {
        Some(Ok(())) => {
            toasts.say("Inactivity logout saved");
            limit.refetch();
        }
        Some(Err(error)) => toasts.say(error.message),
        None => {}
    });
    let options: Vec<Choice> =
        IDLE_CHOICES.iter().map(|(minutes, label)| Choice::new(minutes.to_string(), *label)).collect();
    let options = StoredValue::new(options);
    view! {
        <div class="toolbar end">
            <Transition>
                {move || Suspend::new(async move {
                    let minutes = limit.await.unwrap_or_default();
                    if !full {
                        let label = IDLE_CHOICES.iter().find(|(choice, _)| *choice == minutes).map_or("", |choice| choice.1);
                        return view! { <p class="muted">"Inactivity logout: " {label}</p> }.into_any();
                    }
                    view! {
                        <Filter label="Inactivity logout" name="minutes" options=options.get_value() value=minutes.to_string()
                            on_change=move |value: String| { set.dispatch(api::SetIdleLimit { minutes: value.parse().unwrap_or(30) }); } />
                    }
                    .into_any()
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn table(page: Page<Session>, closing: RwSignal<Option<Session>>) -> AnyView {
    let why = expect_context::<Me>().why_not_write(Screen::Sessions);
    let query = use_query_map();
    let now = Signal::derive(move || query.with(|map| map.get("sort").unwrap_or("-signed_in_at".to_owned())));
    let next = page.next_cursor.map(|cursor| format!("/sessions?cursor={cursor}"));
    let first = query.with_untracked(|map| map.get("cursor").is_some()).then(|| "/sessions".to_owned());
    let actions = move |session: &Session| {
        let own = session.own.then(|| "This is your own session: use Sign out.".to_owned());
        let chosen = session.clone();
        let close = MenuItem::new("Close session…", move || closing.set(Some(chosen.clone()))).danger();
        let items = vec![close.disabled(why.clone().or(own))];
        view! { <Menu id=format!("menu-{}", session.id) label=format!("Actions for the session of {}", session.name) items=items /> }
            .into_any()
    };
    view! {
        <Table caption="Active sessions" columns=columns() rows=page.items row_key=|session: &Session| session.id.clone()
            sorting=Sorting::new(now, |sort: String| format!("/sessions?sort={sort}")) actions=actions count=page.count
            noun=("active session", "active sessions")
            empty=|| view! { <EmptyState title="Nobody is signed in" text="Sessions of people whom you may see appear here by themselves." /> } />
        <Pager first=first next=next />
    }
    .into_any()
}

#[component]
fn CloseDialog(
    session: Session,
    closing: RwSignal<Option<Session>>,
    sessions: Resource<Result<Page<Session>, AppError>>,
) -> impl IntoView {
    let close = ServerAction::<api::Close>::new();
    let toasts = use_toasts();
    let name = session.name.clone();
    Effect::new(move |_| {
        if close.value().with(|done| matches!(done, Some(Ok(())))) {
            toasts.say(format!("The session of {name} is closed"));
            closing.set(None);
            sessions.refetch();
        }
    });
    let error = Signal::derive(move || close.value().get().and_then(Result::err));
    let id = session.id;
    let text = if session.kind == "integration" {
        "Its token is dead at once, and its connections close. With its secret it can get another: to keep it out, disable it."
    } else {
        "They are signed out at once, and their page says why. They can sign in again."
    };
    view! {
        <ConfirmDialog title=format!("Close the session of {}?", session.name) action_label="Close session"
            pending=close.pending() error=error text=text
            consequences=vec![format!("Ends {} at {}.", session.client, session.address)]
            on_confirm=move || { close.dispatch(api::Close { id: id.clone() }); } on_close=move || closing.set(None) />
    }
    .into_any()
}
