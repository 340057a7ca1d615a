//! The *Members* screen: what the pages of its two tabs, teams and API users, share.

pub mod devices;
pub mod form;
pub mod list;
pub mod question;
pub mod rights;
pub mod role;
pub mod view;

use crate::ui::{Tab, Tabs};
use leptos::prelude::*;

pub const TEAMS: &str = "/members/teams";
pub const API_USERS: &str = "/members/api-users";

#[component]
pub fn MembersTabs(current: &'static str) -> impl IntoView {
    let tabs = vec![Tab::new("Teams", TEAMS), Tab::new("API users", API_USERS)];
    view! { <Tabs label="Members" tabs=tabs current=current /> }
}
