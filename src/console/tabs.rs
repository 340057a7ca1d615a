//! Tabs that several features share.

use super::me::Me;
use crate::access::{Level, Screen};
use crate::ui::{Tab, Tabs};
use leptos::prelude::*;

/// Users, Profiles, Sessions and Integrations, as far as the viewer may read them.
#[component]
pub fn UserManagementTabs(current: &'static str) -> impl IntoView {
    let me = expect_context::<Me>();
    let tabs: Vec<Tab> = [Screen::Users, Screen::Profiles, Screen::Sessions, Screen::Integrations]
        .into_iter()
        .filter(|screen| me.may(*screen, Level::Read))
        .filter_map(|screen| screen.row().path.map(|path| Tab::new(screen.label(), path)))
        .collect();
    view! { <Tabs label="User management" tabs=tabs current=current /> }
}

/// Nothing behind a gate, where there is no other page.
#[component]
pub fn PersonalTabs(current: &'static str) -> impl IntoView {
    let open = expect_context::<Me>().gate.is_none();
    let tabs = || vec![Tab::new("Account", "/me"), Tab::new("API keys", API_KEYS)];
    open.then(|| view! { <Tabs label="Personal" tabs=tabs() current=current /> })
}

pub const TEAMS: &str = "/members/teams";
pub const API_USERS: &str = "/members/api-users";

#[component]
pub fn MembersTabs(current: &'static str) -> impl IntoView {
    let tabs = vec![Tab::new("Teams", TEAMS), Tab::new("API users", API_USERS)];
    view! { <Tabs label="Members" tabs=tabs current=current /> }
}

pub const API_KEYS: &str = "/me/api-keys";
pub const INTEGRATIONS: &str = "/integrations";

/// Which of the three ways into the HTTP API is for whom, on the list of each; a link leads where the viewer may go.
#[component]
pub fn WaysIn(current: &'static str) -> impl IntoView {
    let me = expect_context::<Me>();
    let way = |word: &'static str, path: &'static str, open: bool| match open && path != current {
        true => view! { <a href=path>{word}</a> }.into_any(),
        false => view! { <strong>{word}</strong> }.into_any(),
    };
    let key = way("API key", API_KEYS, true);
    let api_user = way("API user", API_USERS, me.may(Screen::Members, Level::Read));
    let integration = way("integration", INTEGRATIONS, me.may(Screen::Integrations, Level::Read));
    view! {
        <p class="muted">
            "Use an " {key} " for your own scripts, an " {api_user} " for software your organization runs, and an "
            {integration} " for a third party's. " <a class="apart" href="/api/docs" rel="external">"HTTP API reference"</a>
        </p>
    }
    .into_any()
}
