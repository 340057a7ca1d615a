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
    let tabs = || vec![Tab::new("Account", "/me"), Tab::new("API keys", "/me/api-keys")];
    open.then(|| view! { <Tabs label="Personal" tabs=tabs() current=current /> })
}

pub const TEAMS: &str = "/members/teams";
pub const API_USERS: &str = "/members/api-users";

#[component]
pub fn MembersTabs(current: &'static str) -> impl IntoView {
    let tabs = vec![Tab::new("Teams", TEAMS), Tab::new("API users", API_USERS)];
    view! { <Tabs label="Members" tabs=tabs current=current /> }
}
