//! The tabs of the personal center.

use super::model::Me;
use crate::ui::{Tab, Tabs};
use leptos::prelude::*;

/// Nothing behind a gate, where there is no other page.
#[component]
pub fn PersonalTabs(current: &'static str) -> impl IntoView {
    let open = expect_context::<Me>().gate.is_none();
    let tabs = || vec![Tab::new("Account", "/me"), Tab::new("API keys", "/me/api-keys")];
    open.then(|| view! { <Tabs label="Personal" tabs=tabs() current=current /> })
}
