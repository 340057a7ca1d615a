//! `/sessions`: who is signed in now. Rows appear, age and vanish without a reload.

use super::api;
use super::model::SessionRow;
use crate::access::Screen;
use crate::browser;
use crate::console::list::{self, List, Rows};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::tabs::UserManagementTabs;
use crate::features::settings::api as settings;
use crate::features::settings::idle_limit::{IdleLimit, Ways};
use crate::types::{Page, SessionKind, Topic};
use crate::ui::{Ago, Choice, Column, ConfirmDialog, EmptyState, Menu, MenuItem, PageHeader, Table, use_toasts};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Nobody is told when somebody acts in their session: a list that is looked at asks again so often.
const LOOK_EVERY: u32 = 30_000;

fn columns() -> Vec<Column<SessionRow>> {
    vec![
        Column::new("name", "Name", |row: &SessionRow| {
            let own = row.own.then(|| view! { <span class="muted">" (you)"</span> });
            if row.session.kind == SessionKind::Integration {
                let href = format!("/integrations/{}", row.subject_id);
                return view! { <a href=href>{row.name.clone()}</a> }.into_any();
            }
            let key =
                row.session.key_name.as_ref().map(|key| view! { <span class="muted">{format!(", key {key}")}</span> });
            view! { {row.name.clone()}{key}{own} }.into_any()
        })
        .class("main"),
        Column::new("username", "Username", |row: &SessionRow| {
            view! { <span class="mono">{row.session.username.clone()}</span> }.into_any()
        }),
        Column::new("kind", "Kind", |row: &SessionRow| row.session.kind.label().into_any()).class("wide"),
        Column::new("client", "Browser or client", |row: &SessionRow| row.session.client.clone().into_any()),
        Column::new("address", "Address", |row: &SessionRow| {
            view! { <span class="mono">{row.session.address.clone()}</span> }.into_any()
        }),
        Column::new("signed_in", "Signed in", |row: &SessionRow| {
            view! { <Ago at=row.session.signed_in_at /> }.into_any()
        })
        .sort("-signed_in_at"),
        Column::new("active", "Last activity", |row: &SessionRow| {
            view! { <Ago at=row.session.last_activity_at /> }.into_any()
        }),
        Column::new("expires", "Expires", |row: &SessionRow| match row.session.expires_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => "Never".into_any(),
        })
        .class("wide"),
    ]
}

#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Sessions);
    let changed = use_version(Topic::Settings);
    let wanted = move || query.with(|map| list::wanted(map, &["kind"]));
    let sessions =
        Resource::new(move || (wanted(), version.get()), |(wanted, _)| async move { api::list(wanted).await });
    let limit = Resource::new(move || changed.get(), |_| settings::limit_at_sessions());
    Effect::new(move |_| {
        browser::every(LOOK_EVERY, move || {
            // A list that is drawn anew would take the open menu or the focus away.
            if browser::page_is_seen() && !browser::row_is_in_use() {
                sessions.refetch();
            }
        });
    });
    let closing = RwSignal::new(None::<SessionRow>);
    let list = List::at("/sessions").by("-signed_in_at");
    let kinds = SessionKind::ALL.map(|kind| Choice::new(kind.code(), kind.label())).to_vec();
    let filters = view! {
        {list::filter(list, "kind", "Kind", Signal::stored(kinds))}
        <IdleLimit limit=limit ways=idle_limit_ways() />
    };
    view! {
        <Title text="Sessions" />
        <PageHeader title="User management" />
        <UserManagementTabs current="/sessions" />
        {list::toolbar(list, "Search sessions", "Name, username or client ID", filters.into_any())}
        {list::rows(sessions, 6, move |page| table(page, closing, list))}
        {move || closing.get().map(|row| view! { <CloseDialog row=row closing=closing sessions=sessions /> })}
    }
    .into_any()
}

fn table(page: Page<SessionRow>, closing: RwSignal<Option<SessionRow>>, list: List) -> AnyView {
    let why = expect_context::<Me>().why_not_write(Screen::Sessions);
    let (paging, narrowed) = (list.paging(&page, ("active session", "active sessions")), list.is_narrowed());
    let actions = move |row: &SessionRow| {
        let own = row.own.then(|| match row.session.kind {
            SessionKind::ApiKey => "This is your own key. Revoke it under Personal.".to_owned(),
            _ => "This is your own session. Sign out instead.".to_owned(),
        });
        let chosen = row.clone();
        let close = MenuItem::new("Close session…", move || closing.set(Some(chosen.clone()))).danger();
        let items = vec![close.disabled(why.clone().or(own))];
        let of = row.session.key_name.as_ref().map_or_else(|| "session".to_owned(), |key| format!("key {key}"));
        view! { <Menu id=format!("menu-{}", row.session.id) label=format!("Actions for the {of} of {}", row.name) items=items /> }
            .into_any()
    };
    view! {
        <Table caption="Active sessions" columns=columns() rows=page.items row_key=|row: &SessionRow| row.session.id.clone()
            paging=paging sorting=list.sorting() actions=actions empty=move || nothing(narrowed) />
    }
    .into_any()
}

fn nothing(narrowed: bool) -> AnyView {
    if narrowed {
        return list::no_match("No matching sessions", "/sessions", "Show all sessions");
    }
    view! { <EmptyState title="No active sessions" text="Sessions you're allowed to see appear here automatically." /> }
        .into_any()
}

#[component]
fn CloseDialog(row: SessionRow, closing: RwSignal<Option<SessionRow>>, sessions: Rows<SessionRow>) -> impl IntoView {
    let close = ServerAction::<api::Close>::new();
    let toasts = use_toasts();
    let Words { title, text, action, consequence, done } = words(&row);
    Effect::new(move |_| {
        if close.value().with(|done| matches!(done, Some(Ok(())))) {
            toasts.say(done.clone());
            closing.set(None);
            sessions.refetch();
        }
    });
    let error = Signal::derive(move || close.value().get().and_then(Result::err));
    let id = row.session.id;
    view! {
        <ConfirmDialog title=title action_label=action pending=close.pending() error=error text=text
            consequences=vec![consequence]
            on_confirm=move || { close.dispatch(api::Close { id: id.clone() }); } on_close=move || closing.set(None) />
    }
    .into_any()
}

/// What a question says, and what is said when it is done.
struct Words {
    title: String,
    text: &'static str,
    action: &'static str,
    consequence: String,
    done: String,
}

fn words(row: &SessionRow) -> Words {
    let (name, where_from) = (&row.name, format!("{} at {}", row.session.client, row.session.address));
    // Keys and the tokens of API users have no session to close.
    let revoked = |title, text, action, (used, credential): (&str, &str)| Words {
        title,
        text,
        action,
        consequence: format!("Programs that use the {used} of {name} lose access immediately, including {where_from}."),
        done: format!("The {credential} of {name} is revoked"),
    };
    if let Some(key) = &row.session.key_name {
        let title = format!("Revoke key “{key}” of {name}?");
        let text = "A key has no session to close, so this revokes the key itself. Its owner can create another one.";
        let key = format!("key {key}");
        return revoked(title, text, "Revoke key", (&key, &key));
    }
    if row.session.kind == SessionKind::ApiUser {
        let title = format!("Revoke the access token of {name}?");
        let text = "An API user has no session to close, so this revokes its token. To restore access, replace the token on the API user's page.";
        return revoked(title, text, "Revoke token", ("token", "access token"));
    }
    let text = match row.session.kind {
        SessionKind::Integration => {
            "Its token stops working and its connections close immediately. It can get a new token with its secret. To prevent that, disable the integration."
        }
        _ => "They'll be signed out immediately, and their page tells them why. They can sign in again.",
    };
    Words {
        title: format!("Close the session of {name}?"),
        text,
        action: "Close session",
        consequence: format!("This closes {where_from}."),
        done: format!("The session of {name} is closed"),
    }
}

fn idle_limit_ways() -> Ways {
    let count = || {
        Action::new(|minutes: &i64| {
            let minutes = *minutes;
            async move { (minutes, settings::effect_at_sessions(minutes).await) }
        })
    };
    let save =
        || Action::new(|(minutes, version): &(i64, i64)| settings::set_limit_at_sessions(*minutes, Some(*version)));
    Ways { screen: Screen::Sessions, count, save }
}
